/** Brings the mirror's audit log up to the newest signed checkpoint; nothing is stored that was not proven first. */
import { equalBytes, toHex } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { type Checkpoint, CompactRange, openCheckpoint, parseVkey, TILE_WIDTH } from '../../shared/log/index.ts';
import { ed25519Verify, sha256 } from '../crypto.ts';
import type { Mirror, MirrorPin, MirrorState } from '../db/api.ts';
import type { Part } from './batchCheck.ts';
import type { PlatformClient } from './client.ts';
import { passPruned, prunedUpTo } from './passPruned.ts';
import { type ProvenTree, proveTree, tileRoot } from './treeCheck.ts';
import { Verifier } from './verifier.ts';

/** 8,192 events a transaction: large enough to make commits cheap, small enough to bound memory and lost work. */
const BUNDLES_PER_BATCH = 32;
/** Batches fetched ahead of the writer. */
const AHEAD = 3;
const PARALLEL = 8;

export interface AuditSyncInput {
  readonly client: PlatformClient;
  readonly mirror: Mirror;
  readonly pin: MirrorPin;
  readonly orgId: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Events proven and stored, of how many. */
  readonly onProgress: (done: number, total: number) => void;
}

export interface AuditSyncResult {
  readonly added: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly hashes: number;
}

/** Opens the platform's checkpoint and holds it against what was signed before. Throws LOG_SIGNATURE, LOG_ROLLBACK, LOG_FORK. */
export function acceptCheckpoint(note: string, pin: MirrorPin, state: MirrorState): Checkpoint {
  const ports = { sha256, ed25519Verify };
  if (parseVkey(pin.vkey, sha256).name !== pin.origin) throw new AppError('PIN_MISMATCH');
  const checkpoint = openCheckpoint(note, pin.vkey, ports, pin.origin);
  const known = state.checkpoint;
  if (known === null) return checkpoint;
  const details = { known_size: known.size, size: checkpoint.size };
  if (checkpoint.size < known.size) throw new AppError('LOG_ROLLBACK', undefined, details);
  if (checkpoint.size === known.size && !equalBytes(checkpoint.root, known.root)) {
    throw new AppError('LOG_FORK', undefined, {
      ...details,
      known_root: toHex(known.root),
      root: toHex(checkpoint.root),
    });
  }
  return checkpoint;
}

/** Times a sync goes past events that were pruned while it ran. */
const PASSES_MAX = 5;

/** Syncs the audit log. Throws LOG_* (to be raised as an alarm by the caller), PLATFORM_*, CANCELLED. */
export async function syncAudit(input: AuditSyncInput, note: string): Promise<AuditSyncResult> {
  for (let passes = 0; ; passes++) {
    try {
      return await syncOnce(input, note);
    } catch (error) {
      const upto = prunedUpTo(error);
      if (upto === null || passes >= PASSES_MAX) throw error;
      const state = await input.mirror.reader.state();
      await passPruned(input, acceptCheckpoint(note, input.pin, state), state, upto);
    }
  }
}

async function syncOnce(input: AuditSyncInput, note: string): Promise<AuditSyncResult> {
  const { mirror, client, orgId, signal } = input;
  const state = await mirror.reader.state();
  const checkpoint = acceptCheckpoint(note, input.pin, state);
  const range = CompactRange.from(state.range.size, state.range.hashes, sha256);
  if (checkpoint.size < state.size) throw new AppError('LOG_ROLLBACK', undefined, { size: checkpoint.size });
  if (checkpoint.size === state.size) {
    if (!equalBytes(range.root(), checkpoint.root)) throw new AppError('LOG_FORK', undefined, { size: state.size });
    return { added: 0, size: state.size, root: checkpoint.root, hashes: 0 };
  }
  const { size, lastRecorded, producers, pruned } = state;
  // Before the tree, so that the thread starts while its tiles come.
  const verifier = new Verifier({
    origin: input.pin.origin,
    size,
    hashes: state.range.hashes,
    lastRecorded,
    producers,
    gap: pruned.gap,
  });
  let tree: ProvenTree;
  try {
    tree = await proveTree((level, index, width) => client.tile(orgId, level, index, width, signal), range, checkpoint);
    await pump(input, tree, checkpoint, note, verifier);
  } finally {
    await verifier.close();
  }
  const hashes = verifier.hashesComputed + tree.hashes;
  return { added: checkpoint.size - state.size, size: checkpoint.size, root: checkpoint.root, hashes };
}

/** Fetch, check and store run one behind the other, a bounded number of batches apart. */
async function pump(
  input: AuditSyncInput,
  tree: ProvenTree,
  checkpoint: Checkpoint,
  note: string,
  verifier: Verifier,
): Promise<void> {
  const abort = new AbortController();
  const signal = AbortSignal.any([input.signal, abort.signal]);
  const bundles = Math.ceil(checkpoint.size / TILE_WIDTH);
  const gate = limiter(PARALLEL);
  const fetchBatch = (first: number): Promise<Part[]> => {
    const count = Math.min(BUNDLES_PER_BATCH, bundles - first);
    return Promise.all(
      Array.from({ length: count }, (_, i) => gate(() => fetchPart(input, tree, checkpoint.size, first + i, signal))),
    );
  };
  const fetched: Promise<Part[]>[] = [];
  let next = tree.firstBundle;
  const refill = (): void => {
    while (fetched.length < AHEAD && next < bundles) {
      const batch = fetchBatch(next);
      batch.catch(() => undefined);
      fetched.push(batch);
      next += BUNDLES_PER_BATCH;
    }
  };
  let storing: Promise<unknown> = Promise.resolve();
  try {
    for (refill(); fetched.length > 0; refill()) {
      const parts = await fetched.shift()!;
      const first = parts[0]!.index;
      const rows = await verifier.check(parts).catch((error: unknown) => named(error, input, tree, first, signal));
      await storing;
      if (input.signal.aborted) throw new AppError('CANCELLED');
      const done = rows.range.size;
      storing = input.mirror.writer
        .apply({ ...rows, checkpoint: { note, ...checkpoint }, now: input.now() })
        .then(() => input.onProgress(done, checkpoint.size));
      storing.catch(() => undefined);
    }
  } finally {
    abort.abort();
    await storing;
  }
}

async function fetchPart(
  input: AuditSyncInput,
  tree: ProvenTree,
  size: number,
  index: number,
  signal: AbortSignal,
): Promise<Part> {
  const { client, orgId } = input;
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const [entries, disclosures] = await Promise.all([
    client.entries(orgId, index, width, signal),
    client.disclosures(orgId, index, width, signal),
  ]);
  const root = width === TILE_WIDTH ? tree.bundleRoots[index - tree.firstBundle]! : null;
  return { index, width, entries, disclosures, root, leafHashes: root === null ? tree.tail : [] };
}

/** A full bundle that does not hash to its root: its hash tile, when that is right, tells which event it is. */
async function named(
  error: unknown,
  input: AuditSyncInput,
  tree: ProvenTree,
  first: number,
  signal: AbortSignal,
): Promise<never> {
  if (!(error instanceof AppError) || error.code !== 'LOG_TAMPERED' || error.details?.seq !== undefined) throw error;
  const { client, orgId } = input;
  for (let i = first; i < Math.min(first + BUNDLES_PER_BATCH, tree.firstBundle + tree.bundleRoots.length); i++) {
    const root = tree.bundleRoots[i - tree.firstBundle]!;
    const hashes = await client.tile(orgId, 0, i, TILE_WIDTH, signal);
    if (!equalBytes(tileRoot(hashes), root)) continue;
    const entries = await client.entries(orgId, i, TILE_WIDTH, signal);
    const bad = firstWrong(entries, hashes);
    if (bad === null) continue;
    const seq = i * TILE_WIDTH + bad;
    throw new AppError('LOG_TAMPERED', `Event ${seq} does not hash to the signed root.`, { ...error.details, seq });
  }
  throw error;
}

function firstWrong(entries: Uint8Array, hashes: readonly Uint8Array[]): number | null {
  let at = 0;
  for (const [i, wanted] of hashes.entries()) {
    const end = at + 2 + ((entries[at] ?? 0) << 8) + (entries[at + 1] ?? 0);
    const leaf = new Uint8Array(1 + Math.max(0, Math.min(end, entries.length) - at - 2));
    leaf.set(entries.subarray(at + 2, end), 1);
    if (!equalBytes(sha256(leaf), wanted)) return i;
    at = end;
  }
  return null;
}

/** Runs at most `width` tasks at once, in order of asking. */
function limiter(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (task) => {
    if (running >= width) await new Promise<void>((resolve) => queue.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
