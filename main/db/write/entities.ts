/** Entities of the mirror: what the feed brings, and what the platform answers to a change. */
import type { EntityChange } from '../api.ts';
import type { Connection } from '../connect.ts';
import { readMeta, writeMeta } from '../read/meta.ts';

/** What a list shows and sorts by: the name, else the first of what else says what a thing is, else the id. */
export function nameOf(id: string, data: Readonly<Record<string, unknown>>): string {
  const name = [data.name, data.email, data.title, data.subject, data.text, data.day].find(
    (value) => typeof value === 'string',
  );
  return (name as string | undefined)?.slice(0, 400) ?? id;
}

const PUT = `INSERT INTO entity (kind, id, version, name, data) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, name = excluded.name, data = excluded.data
  WHERE excluded.version > entity.version`;

export function applyEntities(db: Connection, changes: readonly EntityChange[], next: number): void {
  const put = db.prepare(PUT);
  const drop = db.prepare('DELETE FROM entity WHERE kind = ? AND id = ? AND version < ?');
  db.transaction(() => {
    for (const { kind, id, op, version, data } of changes) {
      if (op === 'delete') drop.run(kind, id, version);
      else put.run(kind, id, version, nameOf(id, data), JSON.stringify(data));
    }
    writeMeta(db, 'entityCursor', next);
  }).immediate();
}

/**
 * Takes an answered entity over ahead of the feed. Not when the feed has passed its version: what it brought is as new or newer, and may
 * be that the thing is gone.
 */
export function adoptEntity(
  db: Connection,
  kind: string,
  id: string,
  version: number,
  data: Readonly<Record<string, unknown>>,
): void {
  if (version <= (readMeta(db, 'entityCursor') ?? 0)) return;
  db.prepare(PUT).run(kind, id, version, nameOf(id, data), JSON.stringify(data));
  noteAhead(db);
}

/** Takes out what the platform said is gone, ahead of the feed. */
export function dropEntity(db: Connection, kind: string, id: string, version: number | null): void {
  db.prepare('DELETE FROM entity WHERE kind = ? AND id = ? AND version <= ?').run(kind, id, version);
  noteAhead(db);
}

/** Readers that hold entities tell by the feed's cursor and this count that they changed. */
function noteAhead(db: Connection): void {
  writeMeta(db, 'entitiesAhead', (readMeta(db, 'entitiesAhead') ?? 0) + 1);
}
