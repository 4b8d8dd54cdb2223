/** Inclusion and consistency proofs: generation, and verification by the algorithms of RFC 9162 section 2.1. */
import { equalBytes } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { HASH_BYTES, type Hash, nodeHash } from './hash.ts';
import { foldNodes } from './range.ts';
import { consistencyPath, coverNodes, inclusionPath, type NodeId, nodeSpan } from './tree.ts';

/** Gives the hash of a perfect subtree of the tree. */
export type NodeSource = (node: NodeId) => Hash;

/** Perfect subtrees to fetch for each hash of a proof in a tree of `size` leaves; `foldNodes` makes the hash of each group. */
export function pathCovers(path: readonly NodeId[], size: number): NodeId[][] {
  return path.map((node) => {
    const { begin, end } = nodeSpan(node, size);
    return coverNodes(begin, end);
  });
}

function collect(path: readonly NodeId[], size: number, source: NodeSource, sha256: Sha256): Hash[] {
  return pathCovers(path, size).map((nodes) => foldNodes(nodes.map(source), sha256));
}

/** Inclusion proof of leaf `index` in the tree of `size` leaves. Throws INPUT_INVALID when there is no such leaf. */
export function inclusionProof(index: number, size: number, source: NodeSource, sha256: Sha256): Hash[] {
  return collect(inclusionPath(index, size), size, source, sha256);
}

/** Proof that the tree of `size1` leaves is a prefix of the tree of `size2` leaves. Throws INPUT_INVALID. */
export function consistencyProof(size1: number, size2: number, source: NodeSource, sha256: Sha256): Hash[] {
  return collect(consistencyPath(size1, size2), size2, source, sha256);
}

function tampered(reason: string): AppError {
  return new AppError('LOG_TAMPERED', `The proof does not hold: ${reason}.`);
}

function checkHashes(hashes: readonly Hash[]): void {
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) throw tampered('a hash has not 32 bytes');
}

function checkSizes(...sizes: number[]): void {
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) throw tampered('sizes are not integers');
}

const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;

/**
 * RFC 9162 section 2.1.3.2. Throws LOG_TAMPERED when the leaf is not at that index of the tree with that root, when
 * index >= size, and when proof nodes are missing or left over.
 */
export function verifyInclusion(
  index: number,
  size: number,
  leafHash: Hash,
  proof: readonly Hash[],
  root: Hash,
  sha256: Sha256,
): void {
  checkSizes(index, size);
  checkHashes([leafHash, root, ...proof]);
  if (index >= size) throw tampered('the index is outside the tree');
  let fn = index;
  let sn = size - 1;
  let r = leafHash;
  for (const p of proof) {
    if (sn === 0) throw tampered('nodes are left over');
    if (odd(fn) || fn === sn) {
      r = nodeHash(p, r, sha256);
      while (!odd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      r = nodeHash(r, p, sha256);
    }
    fn = half(fn);
    sn = half(sn);
  }
  if (sn !== 0) throw tampered('nodes are missing');
  if (!equalBytes(r, root)) throw tampered('the computed root is another');
}

/**
 * RFC 9162 section 2.1.4.2. Throws LOG_TAMPERED unless the first tree is a prefix of the second. Equal sizes want equal roots
 * and an empty proof. A first tree without leaves is refused: its proof would say nothing, so callers who hold nothing yet
 * must not come to rely on one.
 */
export function verifyConsistency(
  size1: number,
  size2: number,
  root1: Hash,
  root2: Hash,
  proof: readonly Hash[],
  sha256: Sha256,
): void {
  checkSizes(size1, size2);
  if (size1 > size2) throw tampered('the first tree is larger');
  if (size1 === 0) throw tampered('every tree extends the empty one: there is nothing to prove');
  if (size1 === size2) {
    if (proof.length !== 0) throw tampered('nodes are left over');
    if (!equalBytes(root1, root2)) throw tampered('the roots differ');
    return;
  }
  checkHashes([root1, root2, ...proof]);
  if (proof.length === 0) throw tampered('nodes are missing');
  // A first tree that is a perfect subtree is its own first node.
  const path = coverNodes(0, size1).length === 1 ? [root1, ...proof] : proof;
  let fn = size1 - 1;
  let sn = size2 - 1;
  while (odd(fn)) {
    fn = half(fn);
    sn = half(sn);
  }
  let fr = path[0]!;
  let sr = fr;
  for (const c of path.slice(1)) {
    if (sn === 0) throw tampered('nodes are left over');
    if (odd(fn) || fn === sn) {
      fr = nodeHash(c, fr, sha256);
      sr = nodeHash(c, sr, sha256);
      while (!odd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      sr = nodeHash(sr, c, sha256);
    }
    fn = half(fn);
    sn = half(sn);
  }
  if (sn !== 0) throw tampered('nodes are missing');
  if (!equalBytes(fr, root1)) throw tampered('the first root is another');
  if (!equalBytes(sr, root2)) throw tampered('the second root is another');
}
