/** Compact ranges: the few hashes that stand for any run of leaves. */
import { equalBytes } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { emptyRoot, HASH_BYTES, type Hash, nodeHash } from './hash.ts';
import { coverNodes } from './tree.ts';

/**
 * The maximal perfect subtrees over the leaves [begin, size), left to right. With begin 0 it is a tree's right border: at most
 * 53 hashes from which the root follows and to which leaves can be appended for ever.
 */
export class CompactRange {
  /** Index of the first leaf. */
  readonly begin: number;
  private readonly sha256: Sha256;
  private end: number;
  private nodes: Hash[];

  private constructor(begin: number, end: number, nodes: Hash[], sha256: Sha256) {
    this.begin = begin;
    this.end = end;
    this.nodes = nodes;
    this.sha256 = sha256;
  }

  /** The range without leaves that begins (and ends) at `begin`. */
  static empty(sha256: Sha256, begin = 0): CompactRange {
    coverNodes(begin, begin);
    return new CompactRange(begin, begin, [], sha256);
  }

  /** The tree of `size` leaves from its right border. Throws LOG_MALFORMED when the hashes cannot be those of that size. */
  static from(size: number, hashes: readonly Hash[], sha256: Sha256): CompactRange {
    return CompactRange.over(0, size, hashes, sha256);
  }

  /** The range [begin, end) from the hashes of `coverNodes(begin, end)`. Throws LOG_MALFORMED when their number is another. */
  static over(begin: number, end: number, hashes: readonly Hash[], sha256: Sha256): CompactRange {
    const wanted = coverNodes(begin, end).length;
    if (hashes.length !== wanted || hashes.some((hash) => hash.length !== HASH_BYTES)) {
      throw new AppError('LOG_MALFORMED', `The range [${begin}, ${end}) has ${wanted} hashes of 32 bytes.`);
    }
    return new CompactRange(begin, end, hashes.slice(), sha256);
  }

  /** Index after the last leaf; with begin 0 the number of leaves. */
  get size(): number {
    return this.end;
  }

  /** Hashes of `coverNodes(begin, size)`; a copy. */
  get hashes(): Hash[] {
    return this.nodes.slice();
  }

  /** Adds the leaf of index `size`. */
  append(leafHash: Hash): void {
    this.push(leafHash, this.end, 1);
    this.end += 1;
  }

  /** Adds the leaves of a range that begins where this one ends. Throws INPUT_INVALID when it begins elsewhere. */
  appendRange(other: CompactRange): void {
    if (other.begin !== this.end) {
      throw new AppError('INPUT_INVALID', `The range begins at ${other.begin}, not at ${this.end}.`);
    }
    const ids = coverNodes(other.begin, other.end);
    const hashes = other.nodes.slice();
    for (const [i, id] of ids.entries()) {
      const width = 2 ** id.level;
      this.push(hashes[i]!, id.index, width);
      this.end = (id.index + 1) * width;
    }
  }

  /** Merges a node (its index at its own level, its width in leaves) with every left sibling the range holds whole. */
  private push(hash: Hash, index: number, width: number): void {
    let top = hash;
    let at = index;
    let span = width;
    while (at % 2 === 1 && (at - 1) * span >= this.begin) {
      top = nodeHash(this.nodes.pop()!, top, this.sha256);
      at = (at - 1) / 2;
      span *= 2;
    }
    this.nodes.push(top);
  }

  /** Root of the tree (RFC 6962 MTH). Throws INPUT_INVALID when the range does not begin at 0. */
  root(): Hash {
    if (this.begin !== 0) throw new AppError('INPUT_INVALID', 'Only a range from leaf 0 has a root.');
    return foldNodes(this.nodes, this.sha256);
  }

  clone(): CompactRange {
    return new CompactRange(this.begin, this.end, this.nodes.slice(), this.sha256);
  }
}

/** Root over adjacent perfect subtrees, left to right, as `coverNodes` names them; no hash: the empty root. */
export function foldNodes(hashes: readonly Hash[], sha256: Sha256): Hash {
  let root = hashes.at(-1);
  if (root === undefined) return emptyRoot(sha256);
  for (let i = hashes.length - 2; i >= 0; i--) root = nodeHash(hashes[i]!, root, sha256);
  return root;
}

/**
 * Checks that the tree of `size` leaves and the given root is: left cover of [0, range.begin), the range, right cover of
 * [range.size, size). Holds only if EVERY leaf of the range is there, in order. Throws LOG_TAMPERED or LOG_MALFORMED.
 */
export function verifyRange(
  range: CompactRange,
  cover: { readonly size: number; readonly left: readonly Hash[]; readonly right: readonly Hash[] },
  root: Hash,
  sha256: Sha256,
): void {
  if (cover.size < range.size) throw new AppError('LOG_MALFORMED', 'The range reaches beyond the tree.');
  const tree = CompactRange.over(0, range.begin, cover.left, sha256);
  tree.appendRange(range);
  tree.appendRange(CompactRange.over(range.size, cover.size, cover.right, sha256));
  if (!equalBytes(tree.root(), root)) {
    throw new AppError('LOG_TAMPERED', `Leaves ${range.begin} to ${range.size - 1} do not hash to the signed root.`);
  }
}
