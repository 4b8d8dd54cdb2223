/** Hashes of the RFC 6962 (RFC 9162) Merkle tree. */
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';

/** 32 bytes. */
export type Hash = Uint8Array;
export const HASH_BYTES = 32;

const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES);
nodeInput[0] = 1;

/** SHA-256(00 || entry). */
export function leafHash(bytes: Uint8Array, sha256: Sha256): Hash {
  const input = new Uint8Array(bytes.length + 1);
  input.set(bytes, 1);
  return sha256(input);
}

/** SHA-256(01 || left || right). Throws INPUT_INVALID unless both have 32 bytes. */
export function nodeHash(left: Hash, right: Hash, sha256: Sha256): Hash {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new AppError('INPUT_INVALID', 'Not a hash.');
  // One reused buffer: the port is synchronous and keeps nothing.
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(sha256: Sha256): Hash {
  return sha256(new Uint8Array(0));
}
