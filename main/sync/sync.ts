/** One organization's sync: entities, the proven audit log, then metrics; what is wrong with the log becomes a standing alarm. */
import type { z } from 'zod';
import { toHex } from '../../shared/bytes.ts';
import type { SyncResult as SyncResultSchema } from '../../shared/contract/connections.ts';
import { AlarmKind } from '../../shared/contract/integrity.ts';
import { AppError } from '../../shared/errors.ts';
import type { Mirror, MirrorPin, MirrorState } from '../db/api.ts';
import { syncAudit } from './auditSync.ts';
import type { PlatformClient } from './client.ts';
import { followPrunings, gapIsTold } from './followPruning.ts';
import { syncMetrics } from './metricSync.ts';
import { syncReviewKeys } from './reviewKeys.ts';

export type SyncResult = z.infer<typeof SyncResultSchema>;

export interface SyncProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/** Where the newest log state seen on this machine is kept, apart from the mirror. */
export interface LastSeenStore {
  lastSeen(orgId: string): Promise<{ readonly size: number; readonly root: string } | null>;
  setLastSeen(orgId: string, seen: { size: number; root: string }): Promise<void>;
}

export interface SyncInput {
  readonly client: PlatformClient;
  readonly mirror: Mirror;
  readonly pin: MirrorPin;
  readonly orgId: string;
  readonly lastSeen: LastSeenStore;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly now?: () => number;
}

/**
 * Syncs one organization. Throws LOG_* after the alarm with its evidence was stored, PLATFORM_*, LOGIN_REQUIRED, PIN_MISMATCH,
 * CANCELLED. What was committed before stays, and the next call goes on from there.
 */
export async function syncOrganization(input: SyncInput): Promise<SyncResult> {
  const now = input.now ?? Date.now;
  const started = performance.now();
  const bytesBefore = input.client.http.bytesReceived;
  try {
    await checkPin(input);
    await noticeRestored(input.mirror, input.orgId, input.lastSeen, now);
    const entitiesChanged = await syncEntities(input);
    await syncReviewKeys(input, entitiesChanged, now);
    const audit = await syncLog(input, now);
    await deriveAccessHistory(input.mirror, now, input.signal);
    await followErasures(input.mirror, input.signal);
    await followLog(input, now);
    await deriveLogOrigin(input.mirror, input.signal);
    const metricsChanged = await syncMetrics(input);
    await input.mirror.writer.noteSync(now(), null);
    return {
      orgId: input.orgId,
      eventsAdded: audit.added,
      entitiesChanged,
      metricsChanged,
      size: audit.size,
      bytesReceived: input.client.http.bytesReceived - bytesBefore,
      elapsedMs: Math.round(performance.now() - started),
      hashesRecomputed: audit.hashes,
    };
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('INTERNAL', undefined, undefined, error);
    if (known.code !== 'CANCELLED') {
      await input.mirror.writer.noteSync(now(), { code: known.code, message: known.message });
    }
    throw error;
  }
}

/** Brings the access history up to the log's end, after a sync and on a mirror that has none yet. What was derived stays. */
export async function deriveAccessHistory(mirror: Mirror, now: () => number, signal?: AbortSignal): Promise<void> {
  for (let done = false; !done; ) {
    if (signal?.aborted) throw new AppError('CANCELLED');
    ({ done } = await mirror.writer.stepAccessHistory(now()));
  }
}

/** Brings the origin of events up to the log's end, as `deriveAccessHistory` does. */
export async function deriveLogOrigin(mirror: Mirror, signal?: AbortSignal): Promise<void> {
  for (let done = false; !done; ) {
    if (signal?.aborted) throw new AppError('CANCELLED');
    ({ done } = await mirror.writer.stepLogOrigin());
  }
}

/** Drops what proven events of erasure name, one event a transaction. What was followed stays followed. */
export async function followErasures(mirror: Mirror, signal?: AbortSignal): Promise<void> {
  for (let done = false; !done; ) {
    if (signal?.aborted) throw new AppError('CANCELLED');
    ({ done } = await mirror.writer.stepErasures());
  }
}

/** The mirror's pin is set once and never moved by a sync. */
async function checkPin(input: SyncInput): Promise<void> {
  const { pin } = await input.mirror.reader.state();
  if (pin === null) await input.mirror.writer.setPin(input.pin);
  else if (pin.vkey !== input.pin.vkey || pin.origin !== input.pin.origin) throw new AppError('PIN_MISMATCH');
}

/**
 * Raises MIRROR_RESTORED when this machine has seen a newer state than the mirror holds: a copy was put back. The alarm stands; a
 * sync goes on and must still reach the newer state.
 */
export async function noticeRestored(
  mirror: Mirror,
  orgId: string,
  lastSeen: LastSeenStore,
  now: () => number,
): Promise<boolean> {
  const seen = await lastSeen.lastSeen(orgId);
  if (seen === null) return false;
  const { completed } = await mirror.reader.state();
  const same = completed !== null && completed.size === seen.size && toHex(completed.root) === seen.root;
  if (same || (completed !== null && completed.size > seen.size)) return false;
  await mirror.writer.raiseAlarm({
    kind: 'MIRROR_RESTORED',
    raisedAt: now(),
    message: `The mirror holds ${completed?.size ?? 0} proven events; ${seen.size} were seen on this machine.`,
    evidence: [
      { name: 'seen', text: JSON.stringify(seen) },
      {
        name: 'mirror',
        text: JSON.stringify({ size: completed?.size ?? 0, root: completed ? toHex(completed.root) : null }),
      },
    ],
  });
  return true;
}

/** Brings the entities up to the platform's present state; answers how many changed. Throws PLATFORM_*, LOGIN_REQUIRED, CANCELLED. */
export async function syncEntities(
  input: Pick<SyncInput, 'client' | 'mirror' | 'orgId' | 'signal' | 'onProgress'>,
): Promise<number> {
  let cursor = (await input.mirror.reader.state()).entityCursor;
  let changed = 0;
  for (let more = true; more; ) {
    const page = await input.client.changes(input.orgId, cursor, input.signal);
    if (page.next !== cursor || page.changes.length > 0) {
      const changes = page.changes.map((change) => ({ ...change, data: change.data ?? {} }));
      await input.mirror.writer.applyEntities(changes, page.next);
    }
    cursor = page.next;
    changed += page.changes.length;
    more = page.more;
    input.onProgress?.({ phase: 'Fetching entities', done: changed, total: null, unit: 'entities' });
    if (input.signal.aborted) throw new AppError('CANCELLED');
  }
  return changed;
}

async function syncLog(input: SyncInput, now: () => number) {
  const { client, mirror, pin, orgId, signal, lastSeen } = input;
  const note = await client.checkpoint(orgId, signal);
  const onProgress = (done: number, total: number) =>
    input.onProgress?.({ phase: 'Verifying events', done, total, unit: 'events' });
  try {
    const seen = await lastSeen.lastSeen(orgId);
    const result = await syncAudit({ client, mirror, pin, orgId, signal, now, onProgress }, note);
    const root = toHex(result.root);
    if (seen !== null && (result.size < seen.size || (result.size === seen.size && root !== seen.root))) {
      const code = result.size < seen.size ? 'LOG_ROLLBACK' : 'LOG_FORK';
      throw new AppError(code, undefined, { seen_size: seen.size, seen_root: seen.root, size: result.size, root });
    }
    if (seen === null || result.size > seen.size) await lastSeen.setLastSeen(orgId, { size: result.size, root });
    return result;
  } catch (error) {
    await raise(mirror, await mirror.reader.state(), note, error, now());
    throw error;
  }
}

/** Drops what the log says was pruned. Events that were gone before they came must have been pruned by an event of the log. */
async function followLog(input: SyncInput, now: () => number): Promise<void> {
  const { mirror, signal, onProgress } = input;
  const follow = () => followPrunings({ mirror, signal, now, ...(onProgress ? { onProgress } : {}) });
  try {
    await follow();
    if (await gapIsTold(mirror)) return;
    // The pruning may be younger than the checkpoint that was read to.
    await syncLog(input, now);
    await deriveAccessHistory(mirror, now, signal);
    await follow();
    if (await gapIsTold(mirror)) return;
    const { pruned } = await mirror.reader.state();
    throw new AppError(
      'LOG_GAP',
      `Events before ${pruned.to} are gone, and no event of the log tells that they were pruned.`,
      {
        pruned_to: pruned.to,
      },
    );
  } catch (error) {
    const state = await mirror.reader.state();
    await raise(mirror, state, state.checkpoint?.note ?? '', error, now());
    throw error;
  }
}

/** A fault of the log becomes an alarm with both signed notes; a fault of the network does not. */
async function raise(mirror: Mirror, state: MirrorState, note: string, error: unknown, at: number): Promise<void> {
  if (!(error instanceof AppError)) return;
  const kind = AlarmKind.safeParse(error.code);
  if (!kind.success) return;
  const evidence = [{ name: 'received checkpoint', text: note }];
  if (state.checkpoint !== null) evidence.push({ name: 'verified checkpoint', text: state.checkpoint.note });
  if (error.details !== undefined) evidence.push({ name: 'details', text: JSON.stringify(error.details) });
  await mirror.writer.raiseAlarm({ kind: kind.data, raisedAt: at, message: error.message, evidence });
}
