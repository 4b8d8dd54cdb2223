/** Recomputes everything the mirror claims from the bytes it stores. */
import type { z } from 'zod';
import { readEvent } from '../../shared/audit/index.ts';
import { equalBytes, fromUtf8, toHex } from '../../shared/bytes.ts';
import type { AuditRow } from '../../shared/contract/audit.ts';
import type { VerifyMirrorResult as ResultSchema } from '../../shared/contract/integrity.ts';
import { AppError } from '../../shared/errors.ts';
import { CompactRange, leafHash, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { Mirror } from '../db/api.ts';
import { checkDisclosures } from './batchCheck.ts';
import { ShownCheck } from './shownCheck.ts';
import type { SyncProgress } from './sync.ts';

export type VerifyMirrorResult = z.infer<typeof ResultSchema>;
const CHUNK = 4 * TILE_WIDTH;

export interface VerifyInput {
  readonly mirror: Mirror;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly now?: () => number;
}

interface Tally {
  leaves: number;
  disclosures: number;
  badSeq: number | null;
  readonly shown: ShownCheck;
}

/**
 * Every leaf is read, parsed, hashed; every disclosure is held against its digest; the root against the signed one; what the explorer
 * shows of each event, and the producers' counters, against the leaves. A mismatch raises
 * MIRROR_TAMPERED naming the first bad sequence number and is answered as `matched: false`. Throws CANCELLED, MIRROR_DAMAGED.
 */
export async function verifyMirror(input: VerifyInput): Promise<VerifyMirrorResult> {
  const now = input.now ?? Date.now;
  const started = performance.now();
  const state = await input.mirror.reader.state();
  const range = CompactRange.empty(sha256);
  const tally: Tally = { leaves: 0, disclosures: 0, badSeq: null, shown: new ShownCheck() };
  while (tally.leaves < state.size) {
    if (input.signal.aborted) throw new AppError('CANCELLED');
    await verifyChunk(input.mirror, range, tally, Math.min(CHUNK, state.size - tally.leaves));
    input.onProgress?.({ phase: 'Recomputing the log', done: tally.leaves, total: state.size, unit: 'events' });
  }
  const stored = CompactRange.from(state.range.size, state.range.hashes, sha256);
  const root = range.root();
  const signed = state.checkpoint?.size === state.size ? state.checkpoint.root : stored.root();
  const counted = tally.shown.countersHold(state.producers);
  const matched = tally.badSeq === null && counted && equalBytes(root, signed) && equalBytes(root, stored.root());
  const hashes = 2 * tally.leaves;
  const elapsedMs = Math.round(performance.now() - started);
  const { leaves, disclosures } = tally;
  if (!matched) await raise(input.mirror, tally.badSeq, toHex(root), toHex(signed), now());
  await input.mirror.writer.recordVerification({ at: now(), leaves, hashes, elapsedMs, matched });
  return { leaves, hashes, disclosures, root: toHex(root), matched, elapsedMs };
}

async function verifyChunk(mirror: Mirror, range: CompactRange, tally: Tally, count: number): Promise<void> {
  const begin = tally.leaves;
  const chunk = await mirror.reader.leaves(begin, begin + count);
  if (chunk.firstSeq !== begin || chunk.leaves.length !== count || chunk.disclosures.length !== count) {
    throw new AppError('MIRROR_DAMAGED', `Rows from ${begin} on are missing.`, { seq: begin });
  }
  const rows = await mirror.reader.rows(begin, begin + count);
  const hashes = chunk.leaves.map((leaf) => leafHash(leaf, sha256));
  for (const [i, leaf] of chunk.leaves.entries()) {
    const line = chunk.disclosures[i]!;
    const disclosures = line === '' ? [] : line.split('~');
    if (tally.badSeq === null && !rowHolds(leaf, disclosures, begin + i, rows[i], tally.shown))
      tally.badSeq = begin + i;
    range.append(hashes[i]!);
    tally.disclosures += disclosures.length;
  }
  // The subtree roots kept beside the rows bound where an altered leaf is, also when the leaf itself still reads well.
  if (tally.badSeq === null) tally.badSeq = await firstAltered(mirror, begin, hashes);
  tally.leaves += count;
}

function rowHolds(
  leaf: Uint8Array,
  disclosures: readonly string[],
  seq: number,
  row: AuditRow | undefined,
  shown: ShownCheck,
): boolean {
  try {
    const event = readEvent(fromUtf8(leaf));
    checkDisclosures(event, disclosures, () => ({ seq }));
    return event.seq === seq && shown.holds(event, row);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** First row of the first bundle whose leaves do not hash to the stored subtree root; null when all do. */
async function firstAltered(mirror: Mirror, begin: number, hashes: readonly Uint8Array[]): Promise<number | null> {
  for (let at = 0; at + TILE_WIDTH <= hashes.length; at += TILE_WIDTH) {
    const bundle = CompactRange.empty(sha256, begin + at);
    for (const leaf of hashes.slice(at, at + TILE_WIDTH)) bundle.append(leaf);
    const [stored] = await mirror.reader.cover(begin + at, begin + at + TILE_WIDTH);
    if (stored === undefined || !equalBytes(stored, bundle.hashes[0]!)) return begin + at;
  }
  return null;
}

async function raise(mirror: Mirror, seq: number | null, root: string, signed: string, at: number): Promise<void> {
  const where = seq !== null ? `Event ${seq}` : root === signed ? 'A producer counter' : 'The root';
  await mirror.writer.raiseAlarm({
    kind: 'MIRROR_TAMPERED',
    raisedAt: at,
    message: `${where} of the mirror is not what the verified root stands for.`,
    evidence: [{ name: 'details', text: JSON.stringify({ seq, root, signed }) }],
  });
}
