/** The one writer of a mirror. */
import { randomUUID } from 'node:crypto';
import type { Alarm } from '../../../shared/contract/integrity.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FollowedPruning, ForgottenName, ForgottenRow, MirrorWriter, NewAlarm, SkippedStretch } from '../api.ts';
import type { Connection } from '../connect.ts';
import { appendLedger, beginLedger } from '../ledger.ts';
import { alarmOf, readAlarms, readMeta, writeMeta } from '../read/meta.ts';
import { fromSqlite } from '../sqliteErrors.ts';
import { AccessHistoryWriter } from './accessHistory.ts';
import { BatchWriter } from './batch.ts';
import { createBlobWriter } from './blobs.ts';
import { applyEntities } from './entities.ts';
import { ErasureWriter } from './erasures.ts';
import {
  forgetDisclosures,
  forgetHistory,
  forgetNames,
  forgetPrefix,
  noteFollowed,
  settleSearch,
  skipPruned,
} from './forget.ts';
import { LogOriginWriter } from './logOrigin.ts';
import { MetricWriter } from './metrics.ts';
import { createOutboxWriter } from './outbox.ts';
import { addSearch, clearSearch, repairNames } from './repair.ts';

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };

export function createWriter(db: Connection, path: string): Sync<MirrorWriter> {
  const batches = new BatchWriter(db);
  beginLedger(db);
  /** Runs a change of pin or alarms and adds its link to the ledger, in one transaction. */
  const recorded = <R>(change: () => R): R =>
    db
      .transaction(() => {
        const value = change();
        appendLedger(db);
        return value;
      })
      .immediate();
  const history = new AccessHistoryWriter(db);
  const origins = new LogOriginWriter(db);
  const guard =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return call(...args);
      } catch (error) {
        throw fromSqlite(error, path);
      }
    };
  const outbox = createOutboxWriter(db);
  const blobs = createBlobWriter(db);
  const metrics = new MetricWriter(db);
  const erasures = new ErasureWriter(db);
  return {
    apply: guard((batch) => batches.apply(batch)),
    applyEntities: guard((changes, next) => applyEntities(db, changes, next)),
    applyMetrics: guard((page, after, at) => metrics.apply(page, after, at)),
    setPin: guard((pin) => recorded(() => writeMeta(db, 'pin', pin))),
    noteReviewKeys: guard((keys, at) => recorded(() => noteReviewKeys(db, keys, at))),
    raiseAlarm: guard((alarm) => recorded(() => raiseAlarm(db, alarm))),
    acknowledgeAlarm: guard((id, note, at) => recorded(() => acknowledgeAlarm(db, id, note, at))),
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
    stepErasures: guard(() => {
      const step = erasures.step();
      if (step.changed) batches.forget();
      return step;
    }),
    resetAccessHistory: guard(() => history.reset()),
    stepLogOrigin: guard(() => origins.step()),
    noteSync: guard((at, error) => writeMeta(db, 'lastSync', { at, error })),
    checkpointWal: guard(() => {
      db.pragma('wal_checkpoint(TRUNCATE)');
    }),
    clearSearch: guard(() => clearSearch(db)),
    addSearch: guard((first, texts) => addSearch(db, first, texts)),
    repairNames: guard((changes) => {
      repairNames(db, changes);
      batches.forget();
    }),
    ...forgetting(db, batches, guard),
    notePagesChecked: guard((check) => writeMeta(db, 'pagesChecked', check)),
    outboxAdd: guard(outbox.outboxAdd),
    outboxEdit: guard(outbox.outboxEdit),
    outboxRevoke: guard(outbox.outboxRevoke),
    outboxResolve: guard(outbox.outboxResolve),
    outboxSending: guard(outbox.outboxSending),
    outboxDone: guard(outbox.outboxDone),
    outboxFault: guard(outbox.outboxFault),
    putBlob: guard(blobs.putBlob),
    blobSent: guard(blobs.blobSent),
    dropBlob: guard(blobs.dropBlob),
    adoptEntity: guard(outbox.adoptEntity),
  };
}

type Guard = <A extends unknown[], R>(call: (...args: A) => R) => (...args: A) => R;

/** What leaves the mirror because it was pruned. */
function forgetting(db: Connection, batches: BatchWriter, guard: Guard) {
  return {
    forgetDisclosures: guard((rows: readonly ForgottenRow[]) => forgetDisclosures(db, rows)),
    forgetPrefix: guard((to: number, texts: readonly string[] | null) => forgetPrefix(db, to, texts)),
    forgetNames: guard((names: readonly ForgottenName[]) => {
      forgetNames(db, names);
      batches.forget();
    }),
    forgetHistory: guard(() => forgetHistory(db)),
    settleSearch: guard((begin: boolean) => settleSearch(db, begin)),
    skipPruned: guard((stretch: SkippedStretch) => skipPruned(db, stretch)),
    noteFollowed: guard((pruning: FollowedPruning) => noteFollowed(db, pruning)),
  };
}

/** Keeps at most so many: a platform that makes up keys at every sync must not fill the mirror. */
const REVIEW_KEYS_MAX = 1_000;

function noteReviewKeys(db: Connection, keys: Parameters<MirrorWriter['noteReviewKeys']>[0], at: number): void {
  const known = readMeta(db, 'reviewKeys') ?? [];
  const fresh = keys
    .filter(({ fingerprint }) => known.every((key) => key.fingerprint !== fingerprint))
    .map(({ publicKey, fingerprint }) => ({ publicKey, fingerprint, firstSeenAt: at, pinned: known.length === 0 }));
  if (fresh.length === 0) return;
  if (known.length + fresh.length > REVIEW_KEYS_MAX) {
    throw new AppError('PLATFORM_PROTOCOL', 'The platform has named too many review keys.', { known: known.length });
  }
  writeMeta(db, 'reviewKeys', [...known, ...fresh]);
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
