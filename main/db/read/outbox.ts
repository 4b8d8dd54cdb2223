/** Rows of the outbox as objects; used by reader and writer alike. */
import type { Command, CommandTarget } from '../../../shared/commands/index.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Connection } from '../connect.ts';
import type { EntityRow, OutboxRow, OutboxRowState } from '../outboxApi.ts';

interface Stored {
  id: string;
  command: string;
  kind: CommandTarget['kind'];
  target: string;
  op: CommandTarget['op'];
  title: string;
  base_version: number | null;
  base: string | null;
  depends_on: string;
  state: OutboxRowState;
  created_at: number;
  attempts: number;
  last_attempt_at: number | null;
  in_doubt: number;
  error: string | null;
}

function rowOf(row: Stored): OutboxRow {
  return {
    id: row.id,
    command: JSON.parse(row.command) as Command,
    target: { kind: row.kind, id: row.target, op: row.op },
    title: row.title,
    state: row.state,
    createdAt: row.created_at,
    baseVersion: row.base_version,
    base: row.base === null ? null : (JSON.parse(row.base) as Record<string, unknown>),
    dependsOn: JSON.parse(row.depends_on) as string[],
    attempts: row.attempts,
    lastAttemptAt: row.last_attempt_at,
    inDoubt: row.in_doubt === 1,
    error: row.error === null ? null : (JSON.parse(row.error) as NonNullable<OutboxRow['error']>),
  };
}

/** Oldest first. */
export function readOutbox(db: Connection): OutboxRow[] {
  return (db.prepare('SELECT * FROM outbox ORDER BY seq').all() as Stored[]).map(rowOf);
}

/** Entries about one thing, oldest first; of any kind when none is named. */
export function readOutboxOf(db: Connection, target: string, kind: string | null): OutboxRow[] {
  const rows = db.prepare('SELECT * FROM outbox WHERE target = ? ORDER BY seq').all(target) as Stored[];
  return rows.filter((row) => kind === null || row.kind === kind).map(rowOf);
}

/** Throws NOT_FOUND. */
export function readEntry(db: Connection, id: string): OutboxRow {
  const row = db.prepare('SELECT * FROM outbox WHERE id = ?').get(id) as Stored | undefined;
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such change; it may have been sent.', { id });
  return rowOf(row);
}

/** One whose process died while it was sent waits again: the key makes a repetition harmless. */
export function nextEntry(db: Connection): OutboxRow | null {
  const row = db
    .prepare("SELECT * FROM outbox WHERE state IN ('waiting', 'sending') AND depends_on = '[]' ORDER BY seq LIMIT 1")
    .get() as Stored | undefined;
  return row === undefined ? null : rowOf(row);
}

export function readEntity(db: Connection, kind: string, id: string): EntityRow | null {
  const row = db.prepare('SELECT version, data FROM entity WHERE kind = ? AND id = ?').get(kind, id) as
    | { version: number; data: string }
    | undefined;
  return row === undefined ? null : { id, version: row.version, data: JSON.parse(row.data) as Record<string, unknown> };
}
