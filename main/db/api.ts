/**
 * What the rest of the main process may ask of a database. Every method is a message to a worker thread: one writer and one reader per open mirror.
 * Nothing here verifies a log: a batch has been proven by main/sync before it is handed over.
 */

import type { z } from 'zod';
import type { Settings } from '../../shared/contract/app.ts';
import type {
  AuditEventDetail,
  AuditFilter,
  AuditHistogram,
  AuditPage,
  AuditRow,
  AuditSortKey,
  FacetField,
  InclusionView,
  SavedFilter,
} from '../../shared/contract/audit.ts';
import type { BundleRecord } from '../../shared/contract/bundles.ts';
import type { Alarm } from '../../shared/contract/integrity.ts';
import type { AuditBatch, ProducerCounter } from './batchApi.ts';
import type { BlobReader, BlobWriter } from './blobApi.ts';
import type { DictField } from './dictionary.ts';
import type { EntityRow, OutboxReader, OutboxWriter } from './outboxApi.ts';
import type { PrivacyReader } from './privacyApi.ts';
import type { PrunedMark } from './read/meta.ts';
import type { FollowedPruning, ForgottenName, ForgottenRow, SkippedStretch } from './write/forget.ts';

export * from './batchApi.ts';
export type * from './blobApi.ts';
export type * from './outboxApi.ts';
export type * from './privacyApi.ts';
export type { PrunedMark } from './read/meta.ts';
export type { FollowedPruning, ForgottenName, ForgottenRow, SkippedStretch } from './write/forget.ts';

/** Where a sync resumes. */
export interface MirrorState {
  readonly size: number;
  readonly range: { readonly size: number; readonly hashes: readonly Uint8Array[] };
  /** Recorded time of the last row, ms; null when empty. */
  readonly lastRecorded: number | null;
  readonly producers: readonly ProducerCounter[];
  /** The newest checkpoint accepted; the mirror may still hold fewer rows than it signs. */
  readonly checkpoint: {
    readonly note: string;
    readonly origin: string;
    readonly size: number;
    readonly root: Uint8Array;
    readonly receivedAt: number;
  } | null;
  /** The largest checkpoint whose rows are all here. */
  readonly completed: { readonly note: string; readonly size: number; readonly root: Uint8Array } | null;
  readonly pin: MirrorPin | null;
  readonly pruned: PrunedMark;
  readonly entityCursor: number;
  /** Version up to which the stream of metrics is here. */
  readonly metricCursor: number;
}

export interface MirrorPin {
  readonly vkey: string;
  readonly origin: string;
  /** SHA-256 of the raw public key, hex. */
  readonly fingerprint: string;
  readonly pinnedAt: number;
}

/** A public key that signs results of access reviews, as this mirror was given it. */
export interface ReviewKey {
  /** PEM, P-256. */
  readonly publicKey: string;
  /** SHA-256 over its SubjectPublicKeyInfo, hex. */
  readonly fingerprint: string;
  readonly firstSeenAt: number;
  /** Among the first keys that came; later ones are told apart from them. */
  readonly pinned: boolean;
}

export interface EntityChange {
  readonly version: number;
  readonly kind: string;
  readonly id: string;
  readonly op: 'put' | 'delete';
  readonly data: Readonly<Record<string, unknown>>;
}

export interface NewAlarm {
  readonly kind: Alarm['kind'];
  readonly raisedAt: number;
  readonly message: string;
  readonly evidence: Alarm['evidence'];
}

export interface MetricsApplied {
  readonly next: number;
  readonly more: boolean;
  /** Lines of the page. */
  readonly changes: number;
}

export interface VerificationRecord {
  readonly at: number;
  readonly leaves: number;
  readonly hashes: number;
  readonly elapsedMs: number;
  readonly matched: boolean;
}

/** What a reader of access already holds, so that only the rest is sent. */
export interface AccessHave {
  readonly epoch: number;
  readonly historyTo: number;
  /** -1: nothing yet. */
  readonly entityCursor: number;
  /** Entries held of the dictionaries. */
  readonly actors: number;
  readonly actions: number;
  /** Rows of the log looked at. */
  readonly rows: number;
}

/** One step of an entity's past, as the proven log tells it. Entities as JSON. */
export interface AccessHistoryRow {
  readonly seq: number;
  readonly kind: string;
  readonly id: string;
  /** When the log recorded it, and when this mirror learned of it; ms. */
  readonly validFrom: number;
  readonly notedAt: number;
  readonly state: 'put' | 'delete' | 'unknown';
  readonly data: string | null;
  /** The state before, where no earlier row tells it. */
  readonly before: string | null;
  /** Of a thread: its code in the target column. */
  readonly target: number | null;
}

/** Columns of the events whose action asks for a permission, by rising sequence; codes as in the explorer's dictionaries. */
export interface AccessEvents {
  readonly seq: Uint32Array;
  readonly recorded: Float64Array;
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  readonly outcome: Uint8Array;
}

export interface AccessData {
  /** Another one than before: what was held of the history is void, and all of it is here. */
  readonly epoch: number;
  readonly historyTo: number;
  readonly history: readonly AccessHistoryRow[];
  readonly entityCursor: number;
  /** JSON array of `[kind, id, data]`: every entity that decides on access; null: as before. */
  readonly entities: string | null;
  readonly actors: readonly string[];
  readonly actions: readonly string[];
  readonly logBegins: number | null;
  readonly rows: number;
  readonly more: boolean;
  readonly events: AccessEvents;
}

export interface MirrorWriter extends OutboxWriter, BlobWriter {
  /** Appends a proven batch: rows, columns, search index, range, checkpoint, counters in one transaction. Throws CONFLICT when firstSeq is not the size. */
  apply(batch: AuditBatch): Promise<{ readonly size: number }>;
  /** Applies entity changes and moves the cursor in one transaction. */
  applyEntities(changes: readonly EntityChange[], next: number): Promise<void>;
  /**
   * Applies a page of the stream of metrics, as it came after the version `after`, and moves the cursor in one transaction. Throws
   * PLATFORM_PROTOCOL for what does not hold in itself, CONFLICT when the cursor is elsewhere. The page's buffer is handed over; `at` is now: after
   * the last page nothing is missing up to then.
   */
  applyMetrics(page: Uint8Array, after: number, at: number): Promise<MetricsApplied>;
  setPin(pin: MirrorPin): Promise<void>;
  /** Keeps review keys that are new here; none is ever dropped. The first ones that come are the pinned ones. */
  noteReviewKeys(keys: readonly Pick<ReviewKey, 'publicKey' | 'fingerprint'>[], at: number): Promise<void>;
  /** Keeps the alarm; an equal open one (same kind and evidence) is not raised twice. Answers the standing one. */
  raiseAlarm(alarm: NewAlarm): Promise<Alarm>;
  /** Throws NOT_FOUND. */
  acknowledgeAlarm(id: string, note: string, at: number): Promise<Alarm>;
  recordVerification(record: VerificationRecord): Promise<void>;
  /** Derives one more stretch of the access history from the log; `done` when it has reached the log's end. */
  stepAccessHistory(now: number): Promise<{ readonly to: number; readonly done: boolean }>;
  /** Carries out the next proven order of erasure, in one transaction with its cursor; `done` when the log has no more. */
  stepErasures(): Promise<{ readonly to: number; readonly done: boolean; readonly changed: boolean }>;
  /** Drops the derived history; steps make it anew. */
  resetAccessHistory(): Promise<void>;
  /** Derives the origin of some more events; `done` when it has reached the log's end. */
  stepLogOrigin(): Promise<{ readonly to: number; readonly done: boolean }>;
  /** Outcome of the last sync attempt. */
  noteSync(at: number, error: { readonly code: string; readonly message: string } | null): Promise<void>;
  /** Moves the WAL into the database file. */
  checkpointWal(): Promise<void>;
  /** Empties the search index; `addSearch` then fills it anew with the events [0, size). Later ones go in as they come. */
  clearSearch(): Promise<{ readonly size: number }>;
  /** Puts events [first, first + texts.length) into the search index, which must not hold them. */
  addSearch(first: number, texts: readonly string[]): Promise<void>;
  /** Sets the names of dictionary entries, and builds the dictionaries' index of keys anew. */
  repairNames(changes: readonly NameChange[]): Promise<void>;
  /** Drops disclosures of at most 4,096 events and the words they were found by. Throws NOT_FOUND. */
  forgetDisclosures(rows: readonly ForgottenRow[]): Promise<void>;
  /** Drops the events [dropped, to), which were proven to be pruned; `texts`: their search lines, null where the index is made anew. */
  forgetPrefix(to: number, texts: readonly string[] | null): Promise<void>;
  /** Sets names of dictionary entries to what is still told, and empties entries that no event names any more. */
  forgetNames(names: readonly ForgottenName[]): Promise<void>;
  /** Of the access history before the first event that is left only the last states stay. */
  forgetHistory(): Promise<void>;
  /** Takes deleted words out of the search index, step by step; `begin` at the first step. */
  settleSearch(begin: boolean): Promise<{ readonly done: boolean }>;
  /** Goes past events that the platform no longer has, by their proven roots. Throws CONFLICT. */
  skipPruned(stretch: SkippedStretch): Promise<void>;
  noteFollowed(pruning: FollowedPruning): Promise<void>;
  /** Remembers that every page of the file was read. */
  notePagesChecked(check: PagesChecked): Promise<void>;
}

export interface NameChange {
  readonly field: DictField;
  readonly code: number;
  readonly name: string | null;
}

/** A whole reading of the file: when, milliseconds since 1970, and how many bytes of content. */
export interface PagesChecked {
  readonly at: number;
  readonly bytes: number;
}

export interface LeafChunk {
  readonly firstSeq: number;
  readonly leaves: Uint8Array[];
  readonly disclosures: string[];
}

/** Page order: a sort key and its direction; ties by sequence in the same direction. */
export interface Order {
  readonly sort: AuditSortKey;
  readonly direction: 'asc' | 'desc';
}

export interface MirrorSummary {
  readonly organization: Readonly<Record<string, unknown>> | null;
  readonly counts: { readonly events: number; readonly members: number; readonly workspaces: number };
  readonly sparkline: number[];
  readonly lastSyncAt: number | null;
  readonly lastSyncError: { readonly code: string; readonly message: string } | null;
  readonly openAlarms: number;
  readonly provenSize: number;
  readonly verifiedAt: number | null;
  readonly bytes: number;
}

export interface MirrorIntegrity {
  readonly checkpoint: MirrorState['checkpoint'];
  readonly completed: MirrorState['completed'];
  readonly pin: MirrorPin | null;
  readonly size: number;
  /** Completed checkpoints, newest first, at most 50. */
  readonly history: { size: number; root: string; verifiedAt: number }[];
  readonly lastFullVerification: VerificationRecord | null;
  /** The last whole reading of the file beside the work; null where there was none. */
  readonly pagesChecked: PagesChecked | null;
  readonly alarms: Alarm[];
}

/** A link of the ledger of pin and alarms: its number from 1, and its digest, hex. */
export interface LedgerHead {
  readonly n: number;
  readonly digest: string;
}

export interface LedgerView {
  readonly head: LedgerHead;
  /** Whether pin, alarms and acknowledgements are what the newest link was made over. */
  readonly holds: boolean;
  /** Digest of the link that was asked for; null where there is none. */
  readonly asked: string | null;
}

export interface MirrorReader extends OutboxReader, BlobReader, PrivacyReader {
  state(): Promise<MirrorState>;
  /** The ledger's newest link, and the digest of link `n`. */
  ledger(n: number | null): Promise<LedgerView>;
  query(filter: AuditFilter, order: Order, offset: number, limit: number): Promise<AuditPage>;
  histogram(filter: AuditFilter, buckets: number): Promise<AuditHistogram>;
  facet(
    filter: AuditFilter,
    field: z.infer<typeof FacetField>,
    text: string,
    limit: number,
  ): Promise<{ value: string; label: string; count: number }[]>;
  /** Position of an event in the filtered order; null when it does not match. */
  locate(filter: AuditFilter, order: Order, seq: number): Promise<number | null>;
  /** Sequence numbers of the filtered rows in order, for exports. */
  matching(filter: AuditFilter, order: Order): Promise<Uint32Array>;
  /** Throws NOT_FOUND. */
  get(seq: number): Promise<AuditEventDetail>;
  getMany(seqs: readonly number[]): Promise<AuditEventDetail[]>;
  /** What the table shows of the events [begin, end), at most 1,024 at a time. */
  rows(begin: number, end: number): Promise<AuditRow[]>;
  /** Recomputes the proof from the stored bytes against the completed checkpoint. Throws NOT_FOUND, LOG_TAMPERED when it does not hold. */
  prove(seq: number): Promise<InclusionView>;
  /** What is new of access since `have`; a large log comes in several answers. */
  accessData(have: AccessHave): Promise<AccessData>;
  /** What the table shows of these events, at most 5,000. */
  rowsOf(seqs: Uint32Array): Promise<AuditRow[]>;
  /** Prunings that this mirror followed, in the log's order. */
  followedPrunings(): Promise<readonly FollowedPruning[]>;
  integrity(): Promise<MirrorIntegrity>;
  /** Review keys in the order in which they came. */
  reviewKeys(): Promise<readonly ReviewKey[]>;
  summary(): Promise<MirrorSummary>;
  /** As the platform last had them, by name; `entityPage` shows them with what is pending. */
  entities(
    kind: string,
    text: string | null,
    offset: number,
    limit: number,
  ): Promise<{ total: number; rows: EntityRow[] }>;
  /** Entities of a kind whose `closed_at` is null, at most 1,000. */
  openEntities(kind: string): Promise<EntityRow[]>;
  /** Rows [begin, end), at most 1,024 at a time. */
  leaves(begin: number, end: number): Promise<LeafChunk>;
  /** Hashes of the perfect subtrees `coverNodes(begin, end)`, from the stored subtree roots and leaves. */
  cover(begin: number, end: number): Promise<Uint8Array[]>;
  /** Half-open range of seq whose recorded time is in [from, to). */
  rangeOfPeriod(from: number, to: number): Promise<{ begin: number; end: number }>;
}

export interface DictionaryPage {
  /** Events of the mirror when the page was read. */
  readonly size: number;
  readonly entries: readonly {
    readonly code: number;
    readonly key: string;
    readonly name: string | null;
    /** Whether a filter by this key finds this entry. */
    readonly found: boolean;
  }[];
}

/** Long checks of one mirror, in a thread of their own over one read-only connection. Each call takes about 0.2 s at most, but for `searchStructure`. */
export interface MirrorChecker {
  /** Begins to hold the search index against the words of the events [0, size). */
  beginSearch(size: number): Promise<void>;
  /** Words of the events from `first` on, as `AuditBatch.text` has them. */
  expectSearch(first: number, texts: readonly string[]): Promise<void>;
  /** Reads on in the search index; how many words it has read now. */
  readSearch(): Promise<{ readonly words: number; readonly done: boolean }>;
  /** What is wrong in the layout of the search index; empty where nothing is. One long step. */
  searchStructure(): Promise<string[]>;
  /** Events that search does not find by exactly their words: how many, and the first 20. */
  searchDiffering(): Promise<{ readonly count: number; readonly first: number[] }>;
  /** At most 5,000 entries of a dictionary from a code on. */
  dictionary(field: DictField, from: number): Promise<DictionaryPage>;
  /** Reads on through all content of the file. Throws MIRROR_DAMAGED at a page that does not authenticate. */
  readPages(): Promise<{ readonly bytes: number; readonly total: number; readonly done: boolean }>;
  close(): Promise<void>;
}

export interface Mirror {
  readonly path: string;
  readonly writer: MirrorWriter;
  readonly reader: MirrorReader;
  /**
   * For a thread that reads by itself: what opens the file, with a copy of the key, which whoever takes it zeroes. What was opened must be closed
   * before the mirror is (`onClose`).
   */
  lend<T>(use: (file: { readonly path: string; readonly key: Uint8Array }) => Promise<T>): Promise<T>;
  /** Opens a checker; the caller closes it. It must be closed before the mirror is. */
  checker(): Promise<MirrorChecker>;
  /** Called after each commit of the writer. */
  onChange(listener: () => void): () => void;
  /** Called before the databases close: what lives by the mirror ends with it. */
  onClose(listener: () => Promise<void>): void;
  close(): Promise<void>;
}

/** A stored platform connection; secrets are elsewhere (main/keys). */
export interface ConnectionRecord {
  readonly id: string;
  readonly url: string;
  readonly userEmail: string;
  readonly userName: string;
  readonly lastContactAt: number | null;
  readonly signedOut: boolean;
  readonly orgs: readonly { readonly orgId: string; readonly name: string; readonly pin: MirrorPin }[];
}

/** The console's own database: settings, connections, saved filters, exports. One small file; every call is short. */
export interface ConsoleDb {
  getSettings(): Promise<Settings>;
  setSettings(change: Partial<Settings>): Promise<Settings>;
  listConnections(): Promise<ConnectionRecord[]>;
  putConnection(connection: ConnectionRecord): Promise<void>;
  deleteConnection(id: string): Promise<void>;
  listFilters(orgId: string): Promise<SavedFilter[]>;
  /** Same name and organization replaces. */
  saveFilter(filter: SavedFilter): Promise<SavedFilter>;
  /** Throws NOT_FOUND. */
  deleteFilter(id: string): Promise<void>;
  listBundles(): Promise<BundleRecord[]>;
  addBundle(record: BundleRecord): Promise<void>;
  /** Sealed secrets for machines without a keychain, and other small values; null when absent. */
  getValue(key: string): Promise<string | null>;
  setValue(key: string, value: string): Promise<void>;
  deleteValue(key: string): Promise<boolean>;
  /** A file that is about to be written. On disk when this answers. */
  noteDraft(path: string, madeAt: number): Promise<void>;
  dropDraft(path: string): Promise<void>;
  listDrafts(): Promise<{ readonly path: string; readonly madeAt: number }[]>;
  close(): Promise<void>;
}
