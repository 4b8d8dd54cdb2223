/** Small values of a mirror, as JSON under a key; hashes travel in base64 inside. */
import type { Alarm } from '../../../shared/contract/integrity.ts';
import type {
  MirrorIntegrity,
  MirrorPin,
  MirrorState,
  PagesChecked,
  ProducerCounter,
  ReviewKey,
  VerificationRecord,
} from '../api.ts';
import type { Connection } from '../connect.ts';

/** The stored form of a checkpoint. */
export interface StoredCheckpoint {
  readonly note: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly receivedAt: number;
}

/** How far the access history was derived from the log. */
export interface AccessHistoryMark {
  /** Events before this one are in. */
  readonly to: number;
  /** Version of the derivation; another one is made anew. */
  readonly format: number;
  /** Counts how often it was begun anew, so that readers drop what they hold. */
  readonly epoch: number;
}

/** What of the log is gone by pruning. */
export interface PrunedMark {
  /** Events before this one are shown and counted no more; a multiple of 256. */
  readonly to: number;
  /** Up to where their bytes have left the mirror; less than `to` only until the pruning is proven. */
  readonly dropped: number;
  /** Whether events went that this mirror never had: then it does not know where producers' counters stood. */
  readonly gap: boolean;
}

export interface MetaValues {
  readonly pruned: PrunedMark;
  readonly range: { readonly size: number; readonly hashes: readonly string[] };
  readonly checkpoint: StoredCheckpoint;
  readonly completed: StoredCheckpoint;
  readonly pin: MirrorPin;
  readonly reviewKeys: readonly ReviewKey[];
  readonly entityCursor: number;
  /** Entities that came or went ahead of the feed, by an answer to a change; counts up. */
  readonly entitiesAhead: number;
  /** Version up to which the stream of metrics is here. */
  readonly metricCursor: number;
  /** When the last page of it had come, ms. */
  readonly metricsWholeAt: number;
  readonly lastRecorded: number;
  readonly pagesChecked: PagesChecked;
  readonly accessHistory: AccessHistoryMark;
  /** How far the origin of events was derived, likewise. */
  readonly logOrigin: AccessHistoryMark;
  /** Events before this one were looked through for orders of erasure. */
  readonly erasures: { readonly to: number };
  readonly lastSync: {
    readonly at: number;
    readonly error: { readonly code: string; readonly message: string } | null;
  };
}

export function readMeta<K extends keyof MetaValues>(db: Connection, key: K): MetaValues[K] | null {
  const text = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as MetaValues[K]);
}

export function writeMeta<K extends keyof MetaValues>(db: Connection, key: K, value: MetaValues[K]): void {
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
    key,
    JSON.stringify(value),
  );
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
export const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');

export function readState(db: Connection): MirrorState {
  const range = readMeta(db, 'range') ?? { size: 0, hashes: [] };
  const checkpoint = readMeta(db, 'checkpoint');
  const completed = readMeta(db, 'completed');
  return {
    size: range.size,
    range: { size: range.size, hashes: range.hashes.map(bytes) },
    lastRecorded: readMeta(db, 'lastRecorded'),
    producers: db.prepare('SELECT id, epoch, n FROM producer').all() as ProducerCounter[],
    checkpoint: checkpoint && { ...checkpoint, root: bytes(checkpoint.root) },
    completed: completed && { note: completed.note, size: completed.size, root: bytes(completed.root) },
    pin: readMeta(db, 'pin'),
    pruned: readMeta(db, 'pruned') ?? { to: 0, dropped: 0, gap: false },
    entityCursor: readMeta(db, 'entityCursor') ?? 0,
    metricCursor: readMeta(db, 'metricCursor') ?? 0,
  };
}

interface AlarmRow {
  id: string;
  kind: Alarm['kind'];
  raised_at: number;
  message: string;
  evidence: string;
  acknowledged_at: number | null;
  acknowledged_note: string | null;
}

export function alarmOf(row: AlarmRow): Alarm {
  const { acknowledged_at: at, acknowledged_note: note } = row;
  return {
    id: row.id,
    kind: row.kind,
    raisedAt: row.raised_at,
    message: row.message,
    evidence: JSON.parse(row.evidence) as Alarm['evidence'],
    acknowledged: at === null || note === null ? null : { at, note },
  };
}

export function readAlarms(db: Connection): Alarm[] {
  return (db.prepare('SELECT * FROM alarm ORDER BY raised_at DESC, id').all() as AlarmRow[]).map(alarmOf);
}

export function readIntegrity(db: Connection): MirrorIntegrity {
  const state = readState(db);
  const history = db.prepare('SELECT size, root, verified_at FROM checkpoint ORDER BY size DESC LIMIT 50').all() as {
    size: number;
    root: Buffer;
    verified_at: number;
  }[];
  const last = db
    .prepare('SELECT at, leaves, hashes, elapsed_ms, matched FROM verification ORDER BY rowid DESC LIMIT 1')
    .get() as { at: number; leaves: number; hashes: number; elapsed_ms: number; matched: number } | undefined;
  const verification: VerificationRecord | null =
    last === undefined
      ? null
      : {
          at: last.at,
          leaves: last.leaves,
          hashes: last.hashes,
          elapsedMs: last.elapsed_ms,
          matched: last.matched === 1,
        };
  return {
    checkpoint: state.checkpoint,
    completed: state.completed,
    pin: state.pin,
    size: state.size,
    history: history.map(({ size, root, verified_at }) => ({
      size,
      root: root.toString('hex'),
      verifiedAt: verified_at,
    })),
    lastFullVerification: verification,
    pagesChecked: readMeta(db, 'pagesChecked'),
    alarms: readAlarms(db),
  };
}
