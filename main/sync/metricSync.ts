/** The third stream of a sync: minutes and states, page by page, each with its cursor. */
import { AppError } from '../../shared/errors.ts';
import { HttpFault } from './http.ts';
import type { SyncInput } from './sync.ts';

/** Statuses that say: not to you, or not by this platform. An older platform has no such route; a person may lack the right. */
const NONE = new Set([403, 404]);

type MetricInput = Pick<SyncInput, 'client' | 'mirror' | 'orgId' | 'signal' | 'onProgress' | 'now'>;

/**
 * Brings the metrics up to the platform's present state; answers how many lines came, null where the platform has none for this person. What
 * was committed before a fault or a cancellation stays. Throws PLATFORM_*, LOGIN_REQUIRED, CANCELLED.
 */
export async function syncMetrics(input: MetricInput): Promise<number | null> {
  const { mirror, signal, onProgress, now = Date.now } = input;
  let cursor = (await mirror.reader.state()).metricCursor;
  let changed = 0;
  for (let more = true; more; ) {
    if (signal.aborted) throw new AppError('CANCELLED');
    const page = await pageAfter(input, cursor);
    if (page === null) return null;
    const applied = await mirror.writer.applyMetrics(page, cursor, now());
    changed += applied.changes;
    cursor = applied.next;
    more = applied.more;
    onProgress?.({ phase: 'Fetching measurements', done: changed, total: more ? null : changed, unit: 'hours' });
  }
  return changed;
}

async function pageAfter({ client, orgId, signal }: MetricInput, cursor: number): Promise<Uint8Array | null> {
  try {
    return await client.metrics(orgId, cursor, signal);
  } catch (error) {
    if (error instanceof HttpFault && NONE.has(error.status)) return null;
    throw error;
  }
}
