/** Log lines of threads, and their end: what is older than its workspace keeps them is purged, with an event that says so. */
import { v7 } from 'uuid';
import type { ThreadLog, ThreadLogInput } from '../../shared/entities/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { appendEvents } from '../log/append.ts';

const DAY_MS = 86_400_000;
/** Lines of one purge: bounds the time its transaction takes. */
const PURGE_MAX = 20_000;

interface LogRow extends Omit<ThreadLog, 'at'> {
  readonly at: Date;
}

const show = (row: LogRow): ThreadLog => ({ ...row, at: row.at.toISOString() });

/** Lines of a thread in id order, which is the order they came in, after a cursor. */
export async function listLogs(tx: Tx, threadId: string, after: string, limit: number): Promise<ThreadLog[]> {
  const rows = await tx.query<LogRow>(
    'SELECT id, at, level, text FROM thread_logs WHERE thread_id = $1 AND id > $2 ORDER BY id LIMIT $3',
    [threadId, after, limit],
  );
  return rows.map(show);
}

/** Adds lines; a line without a time is of now. The caller records the event. */
export async function appendLogs(
  core: Core,
  tx: Tx,
  threadId: string,
  lines: ThreadLogInput['lines'],
): Promise<ThreadLog[]> {
  const now = new Date(core.now()).toISOString();
  const rows = lines.map((line) => ({ id: v7(), at: line.at ?? now, level: line.level, text: line.text }));
  await tx.query(
    `INSERT INTO thread_logs (id, thread_id, at, level, text)
     SELECT id, $1, at, level, text FROM jsonb_to_recordset($2::jsonb) AS l(id text, at timestamptz, level text, text text)`,
    [threadId, JSON.stringify(rows)],
  );
  return rows;
}

/** Removes all lines of a thread; gives how many. The caller records the event. */
export async function deleteLogs(tx: Tx, threadId: string): Promise<number> {
  return (await tx.query('DELETE FROM thread_logs WHERE thread_id = $1 RETURNING id', [threadId])).length;
}

/**
 * Purges lines past the retention of their workspace, at most PURGE_MAX at once, and writes one event of the purge in the same
 * transaction; none when there was nothing. Gives the number of lines.
 */
export async function purgeLogs(core: Core, orgId: string): Promise<number> {
  return await core.tenant(orgId, async (tx) => {
    const rows = await tx.query<{ workspace: string; n: number }>(
      `WITH old AS (
         SELECT l.id, t.workspace_id FROM thread_logs l
           JOIN threads t ON t.id = l.thread_id JOIN workspaces w ON w.id = t.workspace_id
         WHERE l.at < $1::timestamptz - w.max_log_retention_days * interval '1 day' ORDER BY l.at LIMIT $2
       ), gone AS (DELETE FROM thread_logs WHERE id IN (SELECT id FROM old) RETURNING id)
       SELECT old.workspace_id AS workspace, count(*)::int AS n FROM old JOIN gone ON gone.id = old.id GROUP BY 1 ORDER BY 1`,
      [new Date(core.now()), PURGE_MAX],
    );
    const lines = rows.reduce((sum, { n }) => sum + n, 0);
    if (lines === 0) return 0;
    const workspaces = Object.fromEntries(rows.map(({ workspace, n }) => [workspace, n]));
    const draft = {
      action: 'retention.purge',
      actor: SYSTEM_ACTOR,
      target: { type: 'organization', id: orgId },
      disclosures: { detail: { lines, workspaces } },
    };
    await appendEvents(tx, orgId, [draft], core.now());
    core.grown.add(orgId);
    return lines;
  });
}

/** One round over every organization; the rest of a long backlog is left to the next rounds. */
export async function purgeAll(core: Core): Promise<void> {
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  for (const { id } of orgs) await purgeLogs(core, id);
}

/** A purge a quarter of an hour: a limit in days need not be kept to the second. */
export const PURGE_MS = DAY_MS / 96;
