/** The transparency log: RFC 6962 tree, proofs, signed checkpoints, tiles. Pure: hashing and signatures are arguments. */
export { type Checkpoint, formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
export { emptyRoot, HASH_BYTES, type Hash, leafHash, nodeHash } from './hash.ts';
export {
  ALG_ED25519,
  makeVkey,
  type Note,
  type NoteSignature,
  parseNote,
  parseVkey,
  sameVkey,
  signatureLine,
  signNote,
  type Vkey,
  verifyNote,
} from './note.ts';
export {
  consistencyProof,
  inclusionProof,
  type NodeSource,
  pathCovers,
  verifyConsistency,
  verifyInclusion,
} from './proof.ts';
export { CompactRange, foldNodes, verifyRange } from './range.ts';
export {
  decodeEntries,
  disclosuresPath,
  encodeEntries,
  entriesPath,
  entryEnds,
  parseTilePath,
  TILE_WIDTH,
  type TilePath,
  tilePath,
} from './tiles.ts';
export { consistencyPath, coverNodes, inclusionPath, type NodeId, nodeSpan } from './tree.ts';
