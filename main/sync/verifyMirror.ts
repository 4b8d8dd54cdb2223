/** Recomputes everything the mirror claims from the bytes it stores. */
import type { z } from 'zod';
import { type AuditEvent, readEvent } from '../../shared/audit/index.ts';
import { equalBytes, fromUtf8, toHex } from '../../shared/bytes.ts';
import type { AuditRow } from '../../shared/contract/audit.ts';
import type { VerifyMirrorResult as ResultSchema, VerifyFinding } from '../../shared/contract/integrity.ts';
import { AppError } from '../../shared/errors.ts';
import { CompactRange, leafHash, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { Mirror, MirrorState } from '../db/api.ts';
import { type Disclosed, readDisclosed } from '../db/disclosed.ts';
import { checkDisclosures } from './batchCheck.ts';
import { DerivedCheck, type DerivedFault } from './derivedCheck.ts';
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

interface Told {
  readonly event: AuditEvent;
  readonly disclosed: Disclosed;
}

interface Tally {
  /** Sequence number of the next event. */
  next: number;
  leaves: number;
  disclosures: number;
  badSeq: number | null;
  readonly range: CompactRange;
  readonly shown: ShownCheck;
  readonly derived: DerivedCheck;
}

/**
 * Every leaf is read, parsed, hashed; every disclosure is held against its digest; the root against the signed one; what the explorer
 * shows of each event, the producers' counters, the search index and the names against the leaves. A mismatch raises MIRROR_TAMPERED
 * naming what differs and is answered as `matched: false`. Search index and names that differ over proven leaves are then built anew.
 * Throws CANCELLED, MIRROR_DAMAGED.
 */
export async function verifyMirror(input: VerifyInput): Promise<VerifyMirrorResult> {
  const { mirror, signal } = input;
  const now = input.now ?? Date.now;
  const started = performance.now();
  const state = await mirror.reader.state();
  const checker = await mirror.checker();
  try {
    const derived = await DerivedCheck.begin({ ...input, checker }, state.size, state.pruned.to);
    // Of pruned events the hashes that are kept stand in; with the rest they must lead to the signed root.
    const { to: first } = state.pruned;
    const range = CompactRange.from(first, await mirror.reader.cover(0, first), sha256);
    const tally: Tally = {
      next: first,
      leaves: 0,
      disclosures: 0,
      badSeq: null,
      range,
      shown: new ShownCheck(),
      derived,
    };
    while (tally.next < state.size) {
      if (signal.aborted) throw new AppError('CANCELLED');
      await verifyChunk(mirror, tally, Math.min(CHUNK, state.size - tally.next));
      input.onProgress?.({
        phase: 'Recomputing the log',
        done: tally.leaves,
        total: state.size - first,
        unit: 'events',
      });
    }
    const proof = proofFault(tally, state);
    // Nothing is derived from leaves that are not proven.
    const faults = proof === null || proof.part === 'counters' ? await derived.faults() : [];
    const findings = await settle(input, tally, state, proof, faults, now());
    const matched = findings.length === 0;
    const { leaves, disclosures } = tally;
    const hashes = 2 * leaves;
    const elapsedMs = Math.round(performance.now() - started);
    await mirror.writer.recordVerification({ at: now(), leaves, hashes, elapsedMs, matched });
    return { leaves, hashes, disclosures, root: toHex(range.root()), matched, findings, elapsedMs };
  } finally {
    await checker.close();
  }
}

async function verifyChunk(mirror: Mirror, tally: Tally, count: number): Promise<void> {
  const begin = tally.next;
  const chunk = await mirror.reader.leaves(begin, begin + count);
  if (chunk.firstSeq !== begin || chunk.leaves.length !== count || chunk.disclosures.length !== count) {
    throw new AppError('MIRROR_DAMAGED', `Rows from ${begin} on are missing.`, { seq: begin });
  }
  const rows = await mirror.reader.rows(begin, begin + count);
  const hashes = chunk.leaves.map((leaf) => leafHash(leaf, sha256));
  const told: Told[] = [];
  for (const [i, leaf] of chunk.leaves.entries()) {
    const line = chunk.disclosures[i]!;
    const disclosures = line === '' ? [] : line.split('~');
    if (tally.badSeq === null) {
      const read = readRow(leaf, disclosures, begin + i, rows[i], tally.shown);
      if (read === null) tally.badSeq = begin + i;
      else told.push(read);
    }
    tally.range.append(hashes[i]!);
    tally.disclosures += disclosures.length;
  }
  // The subtree roots kept beside the rows bound where an altered leaf is, also when the leaf itself still reads well.
  if (tally.badSeq === null) tally.badSeq = await firstAltered(mirror, begin, hashes);
  if (tally.badSeq === null) await tally.derived.expect(told);
  tally.next += count;
  tally.leaves += count;
}

/** What the event tells; null when it, its disclosures or its row do not hold. */
function readRow(
  leaf: Uint8Array,
  disclosures: readonly string[],
  seq: number,
  row: AuditRow | undefined,
  shown: ShownCheck,
): Told | null {
  try {
    const event = readEvent(fromUtf8(leaf));
    checkDisclosures(event, disclosures, () => ({ seq }));
    return event.seq === seq && shown.holds(event, row) ? { event, disclosed: readDisclosed(disclosures) } : null;
  } catch (error) {
    if (error instanceof AppError) return null;
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

/** The signed root where the mirror is complete, else the one its range leads to. */
function signedRoot(state: MirrorState): Uint8Array {
  if (state.checkpoint?.size === state.size) return state.checkpoint.root;
  return CompactRange.from(state.range.size, state.range.hashes, sha256).root();
}

/** What is wrong with the events and the tree over them; the cause before what follows from it. Null when all holds. */
function proofFault(tally: Tally, state: MirrorState): VerifyFinding | null {
  const fault = (part: VerifyFinding['part'], where: string): VerifyFinding => ({
    part,
    message: `${where} of the mirror is not what the verified root stands for.`,
    firstSeq: tally.badSeq,
    repaired: false,
  });
  if (tally.badSeq !== null) return fault('events', `Event ${tally.badSeq}`);
  const root = tally.range.root();
  const stored = CompactRange.from(state.range.size, state.range.hashes, sha256).root();
  if (!equalBytes(root, signedRoot(state))) return fault('root', 'The root');
  if (!equalBytes(root, stored)) return fault('range', 'The stored range, from which the next sync goes on,');
  if (!tally.shown.countersHold(state.producers)) return fault('counters', 'A producer counter');
  return null;
}

/** Raises an alarm for each finding, before anything is repaired: the alarm stays whatever becomes of the repair. */
async function settle(
  { mirror }: VerifyInput,
  tally: Tally,
  state: MirrorState,
  proof: VerifyFinding | null,
  faults: readonly DerivedFault[],
  raisedAt: number,
): Promise<VerifyFinding[]> {
  const raise = (message: string, details: Readonly<Record<string, unknown>>) =>
    mirror.writer.raiseAlarm({
      kind: 'MIRROR_TAMPERED',
      raisedAt,
      message,
      evidence: [{ name: 'details', text: JSON.stringify(details) }],
    });
  const findings: VerifyFinding[] = [];
  if (proof !== null) {
    const { part, firstSeq: seq } = proof;
    await raise(proof.message, { part, seq, root: toHex(tally.range.root()), signed: toHex(signedRoot(state)) });
    findings.push(proof);
  }
  for (const { finding, evidence } of faults) {
    const { part, message } = finding;
    await raise(`${message} A full verification builds this anew from the proven events.`, { part, ...evidence });
  }
  for (const { finding, repair } of faults) findings.push({ ...finding, repaired: await repair() });
  return findings;
}
