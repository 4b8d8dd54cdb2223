/** Geometry of the RFC 6962 tree: which nodes make up ranges and proofs. Sizes are integers below 2^53. */
import { AppError } from '../errors.ts';

/**
 * The node over leaves [index * 2^level, (index + 1) * 2^level). In a tree whose size cuts that span short, the node is the
 * root of the leaves that are there.
 */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** Throws INPUT_INVALID unless 0 <= begin <= end < 2^53. */
export function checkRange(begin: number, end: number): void {
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
    throw new AppError('INPUT_INVALID', 'Not a range of leaves.', { begin, end });
  }
}

/** Largest power of two strictly below n, for n >= 2: the split of RFC 6962 section 2.1. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Maximal perfect subtrees that make up the leaves [begin, end), left to right; at most 2 * 53. */
export function coverNodes(begin: number, end: number): NodeId[] {
  checkRange(begin, end);
  const nodes: NodeId[] = [];
  let at = begin;
  while (at < end) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level++;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** The node over [begin, end), where begin is a multiple of the power of two that holds end - begin leaves. */
function nodeOver(begin: number, end: number): NodeId {
  let level = 0;
  let width = 1;
  while (width < end - begin) {
    width *= 2;
    level++;
  }
  return { level, index: begin / width };
}

/** Leaves [begin, end) under a node of a tree of `size` leaves. */
export function nodeSpan(node: NodeId, size: number): { begin: number; end: number } {
  const width = 2 ** node.level;
  const begin = node.index * width;
  return { begin, end: Math.min(begin + width, size) };
}

/**
 * Nodes of the inclusion path PATH(index, D[size]) of RFC 6962 section 2.1.1, leaf to root. Nodes at the right border may be
 * cut short by the size: `coverNodes(nodeSpan(node, size))` are the perfect subtrees to fold. Throws INPUT_INVALID.
 */
export function inclusionPath(index: number, size: number): NodeId[] {
  checkRange(index, size);
  if (index >= size) throw new AppError('INPUT_INVALID', 'There is no such leaf in the tree.', { index, size });
  const path: NodeId[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      path.push(nodeOver(middle, end));
      end = middle;
    } else {
      path.push(nodeOver(begin, middle));
      begin = middle;
    }
  }
  return path.reverse();
}

/**
 * Nodes of the consistency proof PROOF(size1, D[size2]) of RFC 6962 section 2.1.2, in the order of the proof; nodes may be cut
 * short by size2. Empty when size1 is 0 or equals size2. Throws INPUT_INVALID.
 */
export function consistencyPath(size1: number, size2: number): NodeId[] {
  checkRange(size1, size2);
  if (size1 === 0 || size1 === size2) return [];
  const path: NodeId[] = [];
  let begin = 0;
  let end = size2;
  let known = true;
  while (size1 !== end) {
    const middle = begin + splitPoint(end - begin);
    if (size1 <= middle) {
      path.push(nodeOver(middle, end));
      end = middle;
    } else {
      path.push(nodeOver(begin, middle));
      begin = middle;
      known = false;
    }
  }
  // The subtree both trees end with is left out only when it is the whole old tree.
  if (!known) path.push(nodeOver(begin, end));
  return path.reverse();
}
