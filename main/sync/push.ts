/**
 * Sends an outbox in order. Each entry is marked before its request goes out and settled after the answer, so that a process killed between
 * sends it again under the same idempotency key: carried out once, lost never.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { effectOf, requestOf, threeWay } from '../../shared/commands/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { EntityRow, Mirror, OutboxRow } from '../db/api.ts';
import { readAnswer, type Verdict, verdictOf } from './answer.ts';
import { noteFileSent, putFileOf } from './blobs.ts';
import type { PlatformClient } from './client.ts';
import { syncEntities } from './sync.ts';

/** Attempts on one entry in one run; then everything waits for the next run. */
const TRIES_MAX = 3;
const BACKOFF_MS = 250;
const BACKOFF_MS_MAX = 5_000;
/** A platform that asks for more is left alone until the next run. */
const RETRY_AFTER_MS_MAX = 10_000;

export interface PushInput {
  readonly client: PlatformClient;
  readonly mirror: Mirror;
  readonly orgId: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onSent?: (sent: number) => void;
}

export interface PushResult {
  readonly sent: number;
  readonly conflicts: number;
  readonly refused: number;
  /** Entries that still wait, those that wait for others included. */
  readonly waiting: number;
}

/** The run ended before the queue did; the entries wait. */
export class PushStopped extends AppError {
  /** How long the platform asked to be left alone, ms. */
  readonly afterMs: number | null;
  constructor(cause: AppError, afterMs: number | null) {
    super(cause.code, cause.message, cause.details, cause);
    this.afterMs = afterMs;
  }
}

/**
 * Sends what may be sent until nothing is left. Throws PushStopped with the code of what stands in the way (PLATFORM_UNREACHABLE,
 * LOGIN_REQUIRED, PLATFORM_REFUSED when no token is given out, PLATFORM_PROTOCOL), or CANCELLED.
 */
export async function pushOutbox(input: PushInput): Promise<PushResult> {
  const { reader } = input.mirror;
  const count = { sent: 0, conflict: 0, refused: 0, moved: 0 };
  try {
    for (let row = await reader.outboxNext(); row !== null; row = await reader.outboxNext()) {
      if (input.signal.aborted) throw new AppError('CANCELLED');
      const end = await sendOne(input, row);
      count[end] += 1;
      if (end === 'sent') input.onSent?.(count.sent);
    }
  } finally {
    // What others made of it is wanted for the decision; when it cannot be had now, the next sync brings it.
    if (count.conflict > 0) await syncEntities(input).catch(() => 0);
  }
  const waiting = (await reader.outbox()).filter(({ state }) => state === 'waiting').length;
  return { sent: count.sent, conflicts: count.conflict, refused: count.refused, waiting };
}

/** One entry until it is settled; `moved`: it was edited or taken back at the last moment. Throws PushStopped, CANCELLED. */
async function sendOne(input: PushInput, first: OutboxRow): Promise<'sent' | 'conflict' | 'refused' | 'moved'> {
  const { writer } = input.mirror;
  for (let attempt = 1; ; attempt++) {
    const { row, verdict, error } = await attemptOne(input, first);
    if (verdict === null) return row === null ? 'moved' : 'sent';
    const { fault, next } = verdict;
    if (fault.state !== 'waiting') {
      const mine = row.inDoubt ? await carriedOut(input, row) : null;
      if (mine !== null) await writer.outboxDone(row.id, mine.entity);
      else await writer.outboxFault(row.id, fault);
      return mine === null ? fault.state : 'sent';
    }
    await writer.outboxFault(row.id, fault);
    if (input.signal.aborted) throw new AppError('CANCELLED', undefined, undefined, error);
    const afterMs = next === 'again' ? verdict.afterMs : null;
    const patient = next === 'again' && attempt < TRIES_MAX && (afterMs ?? 0) <= RETRY_AFTER_MS_MAX;
    if (!patient) throw new PushStopped(error, afterMs);
    const backoff = Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** attempt);
    await pause(Math.max(afterMs ?? 0, backoff), input.signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw new AppError('CANCELLED', undefined, undefined, error);
  }
}

type Attempt =
  /** Carried out, or with a null row: no longer there to be sent. */
  | { readonly row: OutboxRow | null; readonly verdict: null; readonly error: null }
  | { readonly row: OutboxRow; readonly verdict: Verdict; readonly error: AppError };

/** The entry as it stands now, marked as sent; null when it was edited or taken back since it was read. */
async function marked({ mirror, now }: PushInput, id: string): Promise<OutboxRow | null> {
  try {
    return await mirror.writer.outboxSending(id, now());
  } catch (error) {
    if (error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'CONFLICT')) return null;
    throw error;
  }
}

/** Marks, sends, settles a success. What is no success is judged, not yet kept. */
async function attemptOne(input: PushInput, first: OutboxRow): Promise<Attempt> {
  const { client, mirror, orgId, signal } = input;
  let row: OutboxRow | null = null;
  let putting = false;
  try {
    // A token is had first: what its exchange is refused for is not the entry's fault.
    await client.session.orgToken(orgId);
    putting = true;
    await putFileOf(input, first);
    putting = false;
    row = await marked(input, first.id);
    if (row === null) return { row, verdict: null, error: null };
    const headers = {
      'idempotency-key': row.id,
      ...(row.baseVersion === null ? {} : { 'if-match': `"${row.baseVersion}"` }),
    };
    const answer = readAnswer(row, await client.changeOnce(orgId, { ...requestOf(row.command), headers }, signal));
    await mirror.writer.outboxDone(row.id, answer);
    await noteFileSent(input, row);
    return { row, verdict: null, error: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!putting) return { row: row ?? first, verdict: verdictOf(row ?? first, error, row !== null), error };
    // A file that is refused is so for good, as its evidence would be; the evidence itself has not gone out.
    const verdict = verdictOf(first, error, true);
    return { row: first, verdict: { ...verdict, fault: { ...verdict.fault, inDoubt: first.inDoubt } }, error };
  }
}

/**
 * A request in doubt that is now turned down may be so because it was carried out, and the platform keeps keys only for a day. It was when
 * the platform has exactly what was asked for.
 */
async function carriedOut(input: PushInput, row: OutboxRow): Promise<{ readonly entity: EntityRow | null } | null> {
  try {
    await syncEntities(input);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await input.mirror.writer.outboxFault(row.id, {
      ...{ state: 'waiting', error: { code: error.code, message: error.message }, inDoubt: true },
    });
    throw error.code === 'CANCELLED' ? error : new PushStopped(error, null);
  }
  const { kind, id, op } = row.target;
  const entity = await input.mirror.reader.entity(kind, id);
  if (op === 'delete') return entity === null ? { entity: null } : null;
  if (entity === null) return null;
  if (op === 'create') return { entity };
  if (row.base === null) return null;
  const mine = effectOf(row.command, row.base, input.orgId, row.createdAt) ?? {};
  const asked = threeWay(row.base, mine, null).map(({ field }) => field);
  const open = threeWay(mine, mine, entity.data).filter(({ field }) => asked.includes(field) && !TIMES.has(field));
  return open.length === 0 ? { entity } : null;
}

/** Set by the platform's own clock: never equal to ours. */
const TIMES: ReadonlySet<string> = new Set(['suspended_at', 'revoked_at', 'decided_at', 'closed_at']);
