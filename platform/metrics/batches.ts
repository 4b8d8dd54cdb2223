/** Names of the batches that were taken. One name means one content, within its workspace: what a caller confined to another sends has names of its own. */
import { createHash } from 'node:crypto';
import type { IngestBody } from '../../shared/sla/ingest.ts';
import { only, type Tx } from '../db/database.ts';
import { Problem } from '../http/problems.ts';

export type BatchName = Pick<IngestBody, 'workspace_id' | 'source' | 'batch'>;

const keyOf = ({ workspace_id, source, batch }: BatchName) => [workspace_id ?? '', source, batch] as const;

/** SHA-256 over a batch as it was read, hex. */
export function digestOf(body: IngestBody): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

/** True when the name was not taken before. Throws Problem idempotency-mismatch where it was, for another content: nothing may be lost in silence. */
export async function takeBatch(tx: Tx, name: BatchName, digest: string, now: number): Promise<boolean> {
  const key = keyOf(name);
  const taken = await tx.query(
    `INSERT INTO metric_batches (workspace, source, batch, digest, taken_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING batch`,
    [...key, digest, now],
  );
  if (taken.length > 0) return true;
  const known = await tx.query<{ digest: string }>(
    'SELECT digest FROM metric_batches WHERE workspace = $1 AND source = $2 AND batch = $3',
    [...key],
  );
  if (only(known).digest !== digest)
    throw new Problem('idempotency-mismatch', 'This batch was sent before with other content.');
  return false;
}

export async function isTaken(tx: Tx, name: BatchName): Promise<boolean> {
  const rows = await tx.query(
    'SELECT 1 AS one FROM metric_batches WHERE workspace = $1 AND source = $2 AND batch = $3',
    [...keyOf(name)],
  );
  return rows.length > 0;
}

/** Forgets names taken before an instant, at most so many. */
export async function purgeBatches(tx: Tx, before: number, most: number): Promise<void> {
  await tx.query(
    `DELETE FROM metric_batches WHERE (workspace, source, batch) IN
       (SELECT workspace, source, batch FROM metric_batches WHERE taken_at < $1 ORDER BY taken_at LIMIT $2)`,
    [before, most],
  );
}
