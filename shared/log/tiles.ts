/** C2SP tlog-tiles (https://c2sp.org/tlog-tiles): paths of hash tiles and entry bundles, and the bundle encoding. */
import { AppError } from '../errors.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
const LEVEL_MAX = 63;
const ENTRY_BYTES_MAX = 0xffff;

export interface TilePath {
  readonly kind: 'hashes' | 'entries' | 'disclosures';
  /** Tile level (8 tree levels each); 0 for entries and disclosures. */
  readonly level: number;
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
}

function indexPath(index: number, width: number): string {
  if (!Number.isSafeInteger(index) || index < 0 || !Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new AppError('INPUT_INVALID', 'Not a tile.', { index, width });
  }
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g)!;
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last prefixed by x. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!Number.isInteger(level) || level < 0 || level > LEVEL_MAX) throw new AppError('INPUT_INVALID', 'Not a tile.');
  return `tile/${level}/${indexPath(index, width)}`;
}

/** `tile/entries/<N>[.p/<W>]`. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${indexPath(index, width)}`;
}

/** `disclosures/<N>[.p/<W>]`: our own route beside the entries, same geometry. */
export function disclosuresPath(index: number, width: number = TILE_WIDTH): string {
  return `disclosures/${indexPath(index, width)}`;
}

const PATH = /^(?:tile\/(entries|0|[1-9][0-9]?)|(disclosures))\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Reads any of the three paths, in their one canonical form. Throws INPUT_INVALID. */
export function parseTilePath(path: string): TilePath {
  const refused = new AppError('INPUT_INVALID', 'Not a tile path.');
  const match = PATH.exec(path);
  if (match === null) throw refused;
  const [, tile, disclosures, digits, partial] = match;
  const kind = disclosures !== undefined ? 'disclosures' : tile === 'entries' ? 'entries' : 'hashes';
  const level = kind === 'hashes' ? Number(tile) : 0;
  const index = Number(digits!.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (level > LEVEL_MAX || !Number.isSafeInteger(index) || (partial !== undefined && width >= TILE_WIDTH))
    throw refused;
  const tail = path.slice(path.length - indexPath(index, width).length);
  // Needless leading groups (x000/001) are another spelling of the same tile: refused.
  if (tail !== indexPath(index, width) || /^(?:tile\/[a-z0-9]+|disclosures)\/x000/.test(path)) throw refused;
  return { kind, level, index, width };
}

/** Entry bundle: each entry after its length as a big-endian uint16. Throws INPUT_INVALID for an entry over 65,535 bytes. */
export function encodeEntries(leaves: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const leaf of leaves) {
    if (leaf.length > ENTRY_BYTES_MAX) throw new AppError('INPUT_INVALID', 'An entry exceeds 65,535 bytes.');
    total += 2 + leaf.length;
  }
  const out = new Uint8Array(total);
  let at = 0;
  for (const leaf of leaves) {
    out[at] = leaf.length >> 8;
    out[at + 1] = leaf.length & 0xff;
    out.set(leaf, at + 2);
    at += 2 + leaf.length;
  }
  return out;
}

/** Where each of the `count` entries of a bundle ends; it begins 2 bytes behind the end of the one before. Throws as `decodeEntries`. */
export function entryEnds(bytes: Uint8Array, count: number): Uint32Array {
  const ends = new Uint32Array(count);
  let at = 0;
  let found = 0;
  while (at < bytes.length && found < count) {
    if (at + 2 > bytes.length) break;
    const end = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
    if (end > bytes.length) break;
    ends[found++] = end;
    at = end;
  }
  if (found !== count || at !== bytes.length) {
    throw new AppError('LOG_MALFORMED', `The entry bundle does not hold exactly ${count} entries.`);
  }
  return ends;
}

/** The `count` entries of a bundle, as views into it. Throws LOG_MALFORMED when there are fewer, more, or a cut one. */
export function decodeEntries(bytes: Uint8Array, count: number): Uint8Array[] {
  let begin = 0;
  return Array.from(entryEnds(bytes, count), (end) => {
    const entry = bytes.subarray(begin + 2, end);
    begin = end;
    return entry;
  });
}
