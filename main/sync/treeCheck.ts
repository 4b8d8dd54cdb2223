/**
 * Proves the hash tiles against the signed root before any event is fetched: afterwards every bundle of 256 events is provable by
 * itself, so that a long catch-up can commit as it goes.
 */
import { equalBytes } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { type Checkpoint, CompactRange, coverNodes, type Hash, TILE_WIDTH, tilePath } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';

export type FetchTile = (level: number, index: number, width: number) => Promise<Hash[]>;

const PARALLEL = 6;

/** A stretch of the log whose bundle hashes hash, with what the mirror has, to the signed root. */
export interface ProvenTree {
  /** Index of the first bundle that holds something new. */
  readonly firstBundle: number;
  /** The range before that bundle. */
  readonly before: CompactRange;
  /** Roots of the full bundles from `firstBundle` on. */
  readonly bundleRoots: readonly Hash[];
  /** Leaf hashes of the last, partial bundle. */
  readonly tail: readonly Hash[];
  readonly hashes: number;
}

/** The part of a range that lies in whole bundles: its nodes of level 8 and above. */
export function wholeBundles(range: CompactRange): CompactRange {
  const size = range.size - (range.size % TILE_WIDTH);
  const count = coverNodes(0, size).length;
  return CompactRange.from(size, range.hashes.slice(0, count), sha256);
}

/** Root of a full tile: the hash its parent holds for it. */
export function tileRoot(hashes: readonly Hash[]): Hash {
  const range = CompactRange.empty(sha256);
  for (const hash of hashes) range.append(hash);
  return range.root();
}

/** Hashes [from, to) of a level, tile by tile with a few requests at once. */
async function levelHashes(fetchTile: FetchTile, level: number, from: number, to: number): Promise<Hash[]> {
  const first = Math.floor(from / TILE_WIDTH);
  const tiles = from < to ? Math.ceil(to / TILE_WIDTH) - first : 0;
  const out: Hash[][] = new Array<Hash[]>(tiles);
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < tiles) {
      const i = next++;
      const begin = (first + i) * TILE_WIDTH;
      out[i] = await fetchTile(level, first + i, Math.min(TILE_WIDTH, to - begin));
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, tiles) }, run));
  return out.flat().slice(from - first * TILE_WIDTH);
}

/**
 * Fetches the hashes between the mirror's range and the checkpoint and checks that together they give the signed root.
 * Throws LOG_TAMPERED naming the tile, or LOG_FORK when the tiles are right and the signed tree does not extend the mirror's.
 */
export async function proveTree(
  fetchTile: FetchTile,
  range: CompactRange,
  checkpoint: Checkpoint,
): Promise<ProvenTree> {
  const before = wholeBundles(range);
  const firstBundle = before.size / TILE_WIDTH;
  const bundles = Math.floor(checkpoint.size / TILE_WIDTH);
  const tailWidth = checkpoint.size % TILE_WIDTH;
  const bundleRoots = await levelHashes(fetchTile, 1, firstBundle, bundles);
  const tail = tailWidth === 0 ? [] : await fetchTile(0, bundles, tailWidth);
  const tree = before.clone();
  for (const [i, root] of bundleRoots.entries()) {
    const at = (firstBundle + i) * TILE_WIDTH;
    tree.appendRange(CompactRange.over(at, at + TILE_WIDTH, [root], sha256));
  }
  for (const hash of tail) tree.append(hash);
  if (!equalBytes(tree.root(), checkpoint.root)) throw await diagnose(fetchTile, checkpoint);
  return { firstBundle, before, bundleRoots, tail, hashes: bundleRoots.length + tail.length };
}

/** Which tile is wrong: the right border is held against the root, then every full tile against its parent. */
async function diagnose(fetchTile: FetchTile, checkpoint: Checkpoint): Promise<AppError> {
  const border = await rightBorder(fetchTile, checkpoint.size);
  const range = CompactRange.empty(sha256);
  for (let level = border.length - 1; level >= 0; level--) {
    const width = TILE_WIDTH ** level;
    for (const hash of border[level]!) {
      range.appendRange(CompactRange.over(range.size, range.size + width, [hash], sha256));
    }
  }
  const borderHolds = equalBytes(range.root(), checkpoint.root);
  for (let level = border.length - 1; level > 0; level--) {
    const count = Math.floor(checkpoint.size / TILE_WIDTH ** level);
    const parents = await levelHashes(fetchTile, level, 0, count);
    for (let i = 0; i < parents.length; i++) {
      const children = await fetchTile(level - 1, i, TILE_WIDTH);
      if (equalBytes(tileRoot(children), parents[i]!)) continue;
      // Where the border holds, the parent is proven (levels are walked downwards) and the child is the altered one.
      const tile = borderHolds ? tilePath(level - 1, i) : parentTile(level, i, count);
      return new AppError('LOG_TAMPERED', `The hash tile ${tile} does not belong to the signed root.`, { tile });
    }
  }
  if (borderHolds) return new AppError('LOG_FORK', 'The signed log does not extend the one that was verified before.');
  const tile = tilePath(0, Math.floor(checkpoint.size / TILE_WIDTH), Math.max(1, checkpoint.size % TILE_WIDTH));
  return new AppError('LOG_TAMPERED', `The hash tiles up to ${tile} agree, but not with the signed root.`, { tile });
}

function parentTile(level: number, index: number, count: number): string {
  const tile = Math.floor(index / TILE_WIDTH);
  return tilePath(level, tile, Math.min(TILE_WIDTH, count - tile * TILE_WIDTH));
}

/** The partial tile of each level, lowest first: together they cover the whole tree. */
async function rightBorder(fetchTile: FetchTile, size: number): Promise<Hash[][]> {
  const border: Hash[][] = [];
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    const width = count % TILE_WIDTH;
    border.push(width === 0 ? [] : await fetchTile(level, Math.floor(count / TILE_WIDTH), width));
  }
  return border;
}
