/** The reader of a mirror: everything runs on its own read-only connection in its own thread. */
import { statSync } from 'node:fs';
import { toHex } from '../../../shared/bytes.ts';
import type { AuditEventDetail, InclusionView } from '../../../shared/contract/audit.ts';
import { AppError } from '../../../shared/errors.ts';
import { leafHash, nodeHash, verifyInclusion } from '../../../shared/log/index.ts';
import { sha256 } from '../../crypto.ts';
import type { MirrorReader, MirrorSummary } from '../api.ts';
import type { ColumnTable } from '../columns/table.ts';
import type { Connection } from '../connect.ts';
import { readLedger } from '../ledger.ts';
import { guarded } from '../sqliteErrors.ts';
import { readFollowed } from '../write/forget.ts';
import { AccessDataReader } from './accessData.ts';
import { blob, blobs } from './blobs.ts';
import { eventDetail } from './detail.ts';
import { entities, entityPage, openEntities } from './entities.ts';
import { Explorer } from './explorer.ts';
import { LogStore } from './logStore.ts';
import { readIntegrity, readMeta, readState } from './meta.ts';
import { nextEntry, readEntity, readEntry, readOutbox } from './outbox.ts';
import { entitiesHolding, erasedFor, erasedOf, people } from './privacy.ts';

const CHUNK_MAX = 1024;
const ROWS_OF_MAX = 5000;
const HOUR = 3_600_000;

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };

/** First row whose recorded time is at or after `time`; recorded time never decreases. */
function firstAt({ recorded, first, rows }: ColumnTable, time: number): number {
  let low = first;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (recorded[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Reader {
  readonly methods: Sync<MirrorReader>;
  /** Reads ahead what the first questions need, step by step; changes no answer. */
  readonly warm: () => Generator<void>;
}

export function createReader(db: Connection, path: string): Reader {
  const explorer = new Explorer(db);
  const log = new LogStore(db);
  const access = new AccessDataReader(db, explorer.table);

  const detail = (seq: number): AuditEventDetail => {
    const { leaf, disclosures } = log.event(seq);
    return eventDetail(explorer.row(seq), leaf, disclosures, erasedOf(db, seq));
  };

  const methods: Sync<MirrorReader> = {
    state: () => readState(db),
    ledger: (n) => readLedger(db, n),
    query: (filter, order, offset, limit) => explorer.query(filter, order, offset, limit),
    histogram: (filter, buckets) => explorer.histogram(filter, buckets),
    facet: (filter, field, text, limit) => explorer.facet(filter, field, text, limit),
    locate: (filter, order, seq) => explorer.locate(filter, order, seq),
    matching: (filter, order) => explorer.matching(filter, order),
    get: detail,
    getMany: (seqs) => seqs.slice(0, CHUNK_MAX).map(detail),
    rows: (begin, end) => {
      const from = Math.max(begin, explorer.table.first);
      const count = Math.max(0, Math.min(end, explorer.table.rows, begin + CHUNK_MAX) - from);
      return Array.from({ length: count }, (_, i) => explorer.row(from + i));
    },
    rowsOf: (seqs) => Array.from(seqs.subarray(0, ROWS_OF_MAX), (seq) => explorer.row(seq)),
    accessData: (have) => access.read(have),
    prove: (seq) => prove(db, log, seq),
    erasedFor: (request) => erasedFor(db, log, request),
    entitiesHolding: (texts) => entitiesHolding(db, texts),
    people: (text, limit) => people(db, text, limit),
    followedPrunings: () => readFollowed(db),
    integrity: () => readIntegrity(db),
    reviewKeys: () => readMeta(db, 'reviewKeys') ?? [],
    summary: () => summary(db, path, explorer),
    entities: (kind, text, offset, limit) => entities(db, kind, text, offset, limit),
    openEntities: (kind) => openEntities(db, kind),
    entity: (kind, id) => readEntity(db, kind, id),
    entityPage: (orgId, kind, query) => entityPage(db, orgId, kind, query),
    outbox: () => readOutbox(db),
    blob: (digest) => blob(db, digest),
    blobs: () => blobs(db),
    outboxEntry: (id) => readEntry(db, id),
    outboxNext: () => nextEntry(db),
    leaves: (begin, end) => log.chunk(begin, Math.min(end, begin + CHUNK_MAX)),
    cover: (begin, end) => log.cover(begin, end),
    rangeOfPeriod: (from, to) => ({
      begin: firstAt(explorer.table, from),
      end: firstAt(explorer.table, to),
    }),
  };
  return { methods: guarded(methods, path, () => explorer.refresh()), warm: () => explorer.warm() };
}

function prove(db: Connection, log: LogStore, seq: number): InclusionView {
  const { completed, pin } = readState(db);
  if (completed === null || pin === null || seq >= completed.size) {
    throw new AppError('NOT_FOUND', 'No completed checkpoint covers this event yet; sync to its end first.', { seq });
  }
  const { leaf } = log.event(seq);
  const hash = leafHash(leaf, sha256);
  const path = log.path(seq, completed.size);
  let verified = true;
  try {
    verifyInclusion(seq, completed.size, hash, path, completed.root, sha256);
  } catch {
    verified = false;
  }
  return {
    seq,
    leafHash: toHex(hash),
    path: path.map(toHex),
    treeSize: completed.size,
    computedRoot: toHex(rootFrom(seq, completed.size, hash, path)),
    signedRoot: toHex(completed.root),
    verified,
    hashesRecomputed: path.length + 1,
    checkpoint: completed.note,
    keyFingerprint: pin.fingerprint,
  };
}

/** Root that a leaf and its path lead to (RFC 9162 section 2.1.3.2, without the comparison). */
function rootFrom(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[]): Uint8Array {
  let at = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of path) {
    if (at % 2 === 1 || at === last) {
      root = nodeHash(sibling, root, sha256);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else root = nodeHash(root, sibling, sha256);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return root;
}

/** Events per hour over the last 24 hours before the newest one, by recorded time. */
function sparkline(explorer: Explorer): number[] {
  const { recorded, first, rows } = explorer.table;
  if (rows === first) return [];
  const end = recorded[rows - 1]! + 1;
  const hours = new Array<number>(24).fill(0);
  for (let i = rows - 1; i >= first && recorded[i]! >= end - 24 * HOUR; i--)
    hours[23 - Math.floor((end - 1 - recorded[i]!) / HOUR)]!++;
  return hours;
}

function fileBytes(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function summary(db: Connection, path: string, explorer: Explorer): MirrorSummary {
  const count = (kind: string): number =>
    db.prepare('SELECT count(*) FROM entity WHERE kind = ?').pluck().get(kind) as number;
  const organization = db.prepare("SELECT data FROM entity WHERE kind = 'organization'").pluck().get() as
    | string
    | undefined;
  const sync = readMeta(db, 'lastSync');
  const completed = readMeta(db, 'completed');
  const verifiedAt = db.prepare('SELECT max(verified_at) FROM checkpoint').pluck().get() as number | null;
  return {
    organization: organization === undefined ? null : (JSON.parse(organization) as Record<string, unknown>),
    counts: {
      events: explorer.table.rows - explorer.table.first,
      members: count('member'),
      workspaces: count('workspace'),
    },
    sparkline: sparkline(explorer),
    lastSyncAt: sync?.at ?? null,
    lastSyncError: sync?.error ?? null,
    openAlarms: db.prepare('SELECT count(*) FROM alarm WHERE acknowledged_at IS NULL').pluck().get() as number,
    provenSize: completed?.size ?? 0,
    verifiedAt,
    bytes: fileBytes(path),
  };
}
