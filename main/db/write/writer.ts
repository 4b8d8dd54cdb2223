/** The one writer of a mirror. */
import { randomUUID } from 'node:crypto';
import type { Alarm } from '../../../shared/contract/integrity.ts';
import { AppError } from '../../../shared/errors.ts';
import type { EntityChange, MirrorWriter, NewAlarm } from '../api.ts';
import type { Connection } from '../connect.ts';
import { alarmOf, readAlarms, writeMeta } from '../read/meta.ts';
import { fromSqlite } from '../sqliteErrors.ts';
import { AccessHistoryWriter } from './accessHistory.ts';
import { BatchWriter } from './batch.ts';

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };

export function createWriter(db: Connection, path: string): Sync<MirrorWriter> {
  const batches = new BatchWriter(db);
  const history = new AccessHistoryWriter(db);
  const guard =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return call(...args);
      } catch (error) {
        throw fromSqlite(error, path);
      }
    };
  return {
    apply: guard((batch) => batches.apply(batch)),
    applyEntities: guard((changes, next) => applyEntities(db, changes, next)),
    setPin: guard((pin) => writeMeta(db, 'pin', pin)),
    raiseAlarm: guard((alarm) => raiseAlarm(db, alarm)),
    acknowledgeAlarm: guard((id, note, at) => acknowledgeAlarm(db, id, note, at)),
    recordVerification: guard((record) => {
      db.prepare('INSERT INTO verification (at, leaves, hashes, elapsed_ms, matched) VALUES (?, ?, ?, ?, ?)').run(
        record.at,
        record.leaves,
        record.hashes,
        record.elapsedMs,
        record.matched ? 1 : 0,
      );
    }),
    stepAccessHistory: guard((now) => history.step(now)),
    resetAccessHistory: guard(() => history.reset()),
    noteSync: guard((at, error) => writeMeta(db, 'lastSync', { at, error })),
    checkpointWal: guard(() => {
      db.pragma('wal_checkpoint(TRUNCATE)');
    }),
  };
}

/** What a list shows and sorts by: the name, else the e-mail, else the id. */
function nameOf({ id, data }: EntityChange): string {
  const name = [data.name, data.email].find((value) => typeof value === 'string');
  return (name as string | undefined) ?? id;
}

function applyEntities(db: Connection, changes: readonly EntityChange[], next: number): void {
  const put = db.prepare(
    `INSERT INTO entity (kind, id, version, name, data) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, name = excluded.name, data = excluded.data
     WHERE excluded.version > entity.version`,
  );
  const drop = db.prepare('DELETE FROM entity WHERE kind = ? AND id = ? AND version < ?');
  db.transaction(() => {
    for (const change of changes) {
      if (change.op === 'delete') drop.run(change.kind, change.id, change.version);
      else put.run(change.kind, change.id, change.version, nameOf(change), JSON.stringify(change.data));
    }
    writeMeta(db, 'entityCursor', next);
  }).immediate();
}

function raiseAlarm(db: Connection, { kind, raisedAt, message, evidence }: NewAlarm): Alarm {
  const text = JSON.stringify(evidence);
  const standing = readAlarms(db).find(
    (alarm) => alarm.kind === kind && alarm.acknowledged === null && JSON.stringify(alarm.evidence) === text,
  );
  if (standing !== undefined) return standing;
  const id = randomUUID();
  db.prepare('INSERT INTO alarm (id, kind, raised_at, message, evidence) VALUES (?, ?, ?, ?, ?)').run(
    id,
    kind,
    raisedAt,
    message,
    text,
  );
  return { id, kind, raisedAt, message, evidence, acknowledged: null };
}

function acknowledgeAlarm(db: Connection, id: string, note: string, at: number): Alarm {
  const row = db
    .prepare('UPDATE alarm SET acknowledged_at = ?, acknowledged_note = ? WHERE id = ? RETURNING *')
    .get(at, note, id) as Parameters<typeof alarmOf>[0] | undefined;
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such alarm.', { id });
  return alarmOf(row);
}
