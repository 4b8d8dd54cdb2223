/** What an answer of the platform means for a change that was sent. */
import { entitySchemas } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { EntityRow, OutboxFault, OutboxRow } from '../db/api.ts';
import { HttpFault } from './http.ts';

/** Faults of a connection that was never made: nothing went out. */
const NEVER_SENT = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
]);

/** Faults of the platform itself, which then has changed nothing; an error page of something before it does not say so. */
const NOTHING_CHANGED = new Set(['internal', 'unavailable']);

export type Verdict =
  /** Whatever comes next is another entry's business. */
  | { readonly next: 'go on'; readonly fault: OutboxFault }
  /** Worth another try; `afterMs` when the platform said how long to wait. */
  | { readonly next: 'again'; readonly fault: OutboxFault; readonly afterMs: number | null }
  /** Nothing can be sent now. */
  | { readonly next: 'stop'; readonly fault: OutboxFault };

/**
 * The entity of an answer as the platform has it; null for an empty one, which only a deletion has. Throws PLATFORM_PROTOCOL when
 * it is not the entity that was changed.
 */
export function readAnswer(row: OutboxRow, bytes: Uint8Array): EntityRow | null {
  if (bytes.length === 0 && row.target.op === 'delete') return null;
  try {
    const data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
    const { id, version } = entitySchemas[row.target.kind].parse(data);
    if (id !== row.target.id) throw new Error('another entity');
    return { id, version, data };
  } catch (error) {
    const reason = `The answer to a change is not the ${row.target.kind.replaceAll('_', ' ')}.`;
    throw new AppError('PLATFORM_PROTOCOL', reason, { kind: row.target.kind }, error);
  }
}

function ofStatus(row: OutboxRow, fault: HttpFault): Verdict {
  const { status, slug, words } = fault;
  const settled = (state: 'conflict' | 'refused', code: string): Verdict => ({
    next: 'go on',
    fault: { state, error: { code, message: words }, inDoubt: false },
  });
  const waits = (inDoubt: boolean): OutboxFault => ({
    state: 'waiting',
    error: { code: fault.code, message: words },
    inDoubt,
  });
  // The token is forgotten: another try gets a new one, or is told that the session has ended.
  if (status === 401) return { next: 'again', fault: waits(row.inDoubt), afterMs: null };
  // Turned away before any work: an earlier request may still be in doubt.
  if (status === 429) return { next: 'again', fault: waits(row.inDoubt), afterMs: fault.retryAfterMs };
  if (status >= 500) {
    const inDoubt = row.inDoubt || !NOTHING_CHANGED.has(slug);
    return { next: 'again', fault: waits(inDoubt), afterMs: fault.retryAfterMs };
  }
  if (slug === 'request-in-flight') return { next: 'again', fault: waits(true), afterMs: fault.retryAfterMs };
  if (status === 412) return settled('conflict', 'CONFLICT');
  if (status === 404 && row.target.op !== 'create') return settled('conflict', 'NOT_FOUND');
  return settled('refused', 'PLATFORM_REFUSED');
}

/** `sent`: the request may have gone out. `row` as it was before this attempt. */
export function verdictOf(row: OutboxRow, error: AppError, sent: boolean): Verdict {
  if (sent && error instanceof HttpFault) return ofStatus(row, error);
  const reason = String(error.details?.reason ?? '');
  const inDoubt = row.inDoubt || (sent && !NEVER_SENT.has(reason));
  const fault: OutboxFault = { state: 'waiting', error: { code: error.code, message: error.message }, inDoubt };
  return error.code === 'PLATFORM_UNREACHABLE' ? { next: 'again', fault, afterMs: null } : { next: 'stop', fault };
}
