/**
 * The change feed: one row per entity, at the version of its last change. Versions are given out under the organization's
 * lock, hence in commit order: a reader that saw version N never misses one below it.
 */
import type { EntityKind } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { readBounded } from '../db/bounded.ts';
import { only, type Tx } from '../db/database.ts';

/** Entities of one statement. */
const RECORD_BATCH = 1_000;

export interface Change {
  readonly version: number;
  readonly kind: EntityKind;
  readonly id: string;
  readonly op: 'put' | 'delete';
  readonly data: Json;
}

/** The next version; the caller holds the organization's lock until commit (`lockOrg`). */
export async function nextVersion(tx: Tx): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    'UPDATE org_state SET feed_version = feed_version + 1 RETURNING feed_version AS version',
  );
  return only(rows).version;
}

/** Records the entity as it is now, or its tombstone (`data` null). */
export async function recordChange(tx: Tx, kind: EntityKind, id: string, version: number, data: Json): Promise<void> {
  await tx.query(
    `INSERT INTO changes (kind, id, version, op, data) VALUES ($1, $2, $3, $4, $5::jsonb)
     ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, op = excluded.op, data = excluded.data`,
    [kind, id, version, data === null ? 'delete' : 'put', data === null ? null : JSON.stringify(data)],
  );
}

/** The versions that follow for so many entities at once; gives the first. As `nextVersion`, under the organization's lock. */
export async function nextVersions(tx: Tx, count: number): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    'UPDATE org_state SET feed_version = feed_version + $1 RETURNING feed_version AS version',
    [count],
  );
  return only(rows).version - count + 1;
}

/** As `recordChange` for many entities of one kind, each with its own version in `data`. */
export async function recordChanges(
  tx: Tx,
  kind: EntityKind,
  entities: readonly { readonly id: string; readonly version: number }[],
): Promise<void> {
  for (let at = 0; at < entities.length; at += RECORD_BATCH) {
    await tx.query(
      `INSERT INTO changes (kind, id, version, op, data)
       SELECT $1, e->>'id', (e->>'version')::bigint, 'put', e FROM jsonb_array_elements($2::jsonb) e
       ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, op = excluded.op, data = excluded.data`,
      [kind, JSON.stringify(entities.slice(at, at + RECORD_BATCH))],
    );
  }
}

/** Changes after a version, in order, as far as one answer may be long, and whether there are more. */
export async function readChanges(
  tx: Tx,
  after: number,
  limit: number,
  bytesMax?: number,
): Promise<{ changes: Change[]; more: boolean }> {
  const { rows, more } = await readBounded<Change>(tx, {
    select: 'SELECT version, kind, id, op, data FROM changes WHERE version > $1 ORDER BY version LIMIT $2',
    params: [after, limit + 1],
    ...{ order: 'version', text: 'data::text', limit },
    ...(bytesMax === undefined ? {} : { bytesMax }),
  });
  return { changes: rows, more };
}
