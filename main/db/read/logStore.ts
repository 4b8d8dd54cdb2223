/** The log as stored: leaves and disclosures by sequence, and the hashes of any perfect subtree. */
import { AppError } from '../../../shared/errors.ts';
import {
  coverNodes,
  decodeEntries,
  foldNodes,
  type Hash,
  inclusionProof,
  leafHash,
  type NodeId,
  nodeHash,
  TILE_WIDTH,
} from '../../../shared/log/index.ts';
import { sha256 } from '../../crypto.ts';
import type { LeafChunk } from '../api.ts';
import type { Connection, Statement } from '../connect.ts';

/** Tree level of the root over one full bundle. */
const BUNDLE_LEVEL = Math.log2(TILE_WIDTH);
const NODES_KEPT_MAX = 200_000;

interface StoredBundle {
  readonly leaves: Uint8Array[];
  readonly disclosures: string[];
}

export class LogStore {
  private readonly bundles: Statement;
  private readonly roots: Statement;
  /** Full subtrees never change, so what was computed once holds for ever. */
  private readonly nodes = new Map<string, Hash>();
  private last: { index: number; bundle: StoredBundle } | null = null;

  constructor(db: Connection) {
    this.bundles = db.prepare('SELECT count, leaves, disclosures FROM bundle WHERE idx = ?');
    this.roots = db.prepare('SELECT hash FROM bundle WHERE idx = ?').pluck();
  }

  private bundle(index: number): StoredBundle {
    const row = this.bundles.get(index) as { count: number; leaves: Buffer; disclosures: string } | undefined;
    if (row === undefined) throw new AppError('NOT_FOUND', 'The mirror does not hold this event.');
    if (row.leaves.length === 0) throw new AppError('NOT_FOUND', 'This event was pruned.', { pruned: 'true' });
    return { leaves: decodeEntries(row.leaves, row.count), disclosures: row.disclosures.split('\n') };
  }

  /** Throws NOT_FOUND. */
  event(seq: number): { leaf: Uint8Array; disclosures: string[] } {
    const index = Math.floor(seq / TILE_WIDTH);
    const { leaves, disclosures } = this.bundle(index);
    const leaf = leaves[seq % TILE_WIDTH];
    if (leaf === undefined) throw new AppError('NOT_FOUND', 'The mirror does not hold this event.', { seq });
    const line = disclosures[seq % TILE_WIDTH] ?? '';
    return { leaf, disclosures: line === '' ? [] : line.split('~') };
  }

  /** The leaf; null where the mirror does not hold it. */
  leafOf(seq: number): Uint8Array | null {
    try {
      return this.event(seq).leaf;
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  /** Rows of one bundle, each with its disclosures joined with `~`; views of what was read, not copies. Throws NOT_FOUND. */
  within(index: number, seqs: readonly number[]): { readonly leaf: Uint8Array; readonly line: string }[] {
    const { leaves, disclosures } = this.bundle(index);
    return seqs.map((seq) => {
      const leaf = leaves[seq - index * TILE_WIDTH];
      if (leaf === undefined) throw new AppError('NOT_FOUND', 'The mirror does not hold this event.', { seq });
      return { leaf, line: disclosures[seq - index * TILE_WIDTH] ?? '' };
    });
  }

  /** Rows [begin, end), disclosures of a row joined with `~`. */
  chunk(begin: number, end: number): LeafChunk {
    const leaves: Uint8Array[] = [];
    const disclosures: string[] = [];
    for (let seq = begin; seq < end; ) {
      const bundle = this.bundle(Math.floor(seq / TILE_WIDTH));
      const first = seq % TILE_WIDTH;
      const count = Math.min(bundle.leaves.length - first, end - seq);
      if (count <= 0) throw new AppError('NOT_FOUND', 'The mirror does not hold this event.', { seq });
      // Copied out of the page-sized buffer: it crosses to another thread.
      for (const leaf of bundle.leaves.slice(first, first + count)) leaves.push(Uint8Array.from(leaf));
      disclosures.push(...bundle.disclosures.slice(first, first + count));
      seq += count;
    }
    return { firstSeq: begin, leaves, disclosures };
  }

  private leafHashOf(seq: number): Hash {
    const index = Math.floor(seq / TILE_WIDTH);
    if (this.last?.index !== index) this.last = { index, bundle: this.bundle(index) };
    const leaf = this.last.bundle.leaves[seq % TILE_WIDTH];
    if (leaf === undefined) throw new AppError('NOT_FOUND', 'The mirror does not hold this event.', { seq });
    return leafHash(leaf, sha256);
  }

  private storedRoot(index: number): Hash {
    const hash = this.roots.get(index) as Buffer | null | undefined;
    if (!hash) throw new AppError('NOT_FOUND', 'The mirror does not hold this subtree.', { index });
    return new Uint8Array(hash);
  }

  /** Hash of a perfect subtree: from the stored roots above a bundle, recomputed from the leaves within one. */
  private node = ({ level, index }: NodeId): Hash => {
    const id = `${level}/${index}`;
    const known = this.nodes.get(id);
    if (known !== undefined) return known;
    let hash: Hash;
    if (level === 0) hash = this.leafHashOf(index);
    else if (level === BUNDLE_LEVEL) hash = this.storedRoot(index);
    else
      hash = nodeHash(
        this.node({ level: level - 1, index: 2 * index }),
        this.node({ level: level - 1, index: 2 * index + 1 }),
        sha256,
      );
    if (level > BUNDLE_LEVEL) {
      if (this.nodes.size >= NODES_KEPT_MAX) this.nodes.clear();
      this.nodes.set(id, hash);
    }
    return hash;
  };

  /** Hashes of `coverNodes(begin, end)`. */
  cover(begin: number, end: number): Hash[] {
    this.last = null;
    return coverNodes(begin, end).map(this.node);
  }

  /** Inclusion path of a leaf in the tree of `size` leaves, leaf to root. */
  path(seq: number, size: number): Hash[] {
    this.last = null;
    return inclusionProof(seq, size, this.node, sha256);
  }

  root(size: number): Hash {
    return foldNodes(this.cover(0, size), sha256);
  }
}
