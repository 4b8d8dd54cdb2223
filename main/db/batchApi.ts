/** Rows on their way into a mirror, in the form in which they cross threads. */
import { fromUtf8, toUtf8 } from '../../shared/bytes.ts';

/** Distinct values of one coded column of a batch; the column itself holds indices into it. */
export interface BatchDictionary {
  /** Actor and target: `type:id`. Action: the verb. Workspace: its id. An absent target or workspace is the empty string. */
  readonly keys: readonly string[];
  /** Newest disclosed name per key, null where none was disclosed. Same length. */
  readonly names: readonly (string | null)[];
}

export type BatchDictionaries = Readonly<Record<'actor' | 'action' | 'target' | 'workspace', BatchDictionary>>;

/** As one text, because thousands of small strings cost ten times as much between threads. */
export const packDictionaries = (dictionaries: BatchDictionaries): Uint8Array => toUtf8(JSON.stringify(dictionaries));
/** Of bytes that `packDictionaries` made. */
export const unpackDictionaries = (bytes: Uint8Array): BatchDictionaries =>
  JSON.parse(fromUtf8(bytes)) as BatchDictionaries;

/** Code of an outcome in the columns: its index here. */
export const OUTCOMES = ['success', 'failure', 'denied'] as const;

/** The rows that a batch adds to one bundle of 256, as the log serves them. */
export interface BatchBundle {
  readonly index: number;
  readonly count: number;
  /** Entry bundle (C2SP) of these rows alone. */
  readonly entries: Uint8Array;
  /** UTF-8, one line a row, parted by line feeds: its disclosures joined with `~`, empty where none came. */
  readonly disclosures: Uint8Array;
  /** Root of the 256-leaf subtree, when these rows complete it; null otherwise. */
  readonly hash: Uint8Array | null;
}

/**
 * Rows proven by the caller, column by column, so that the writer only binds. Its large arrays are handed over to the writer's thread (see
 * `handedOver`): they have an allocation of their own, and are empty for the caller afterwards. Texts cross as bytes, because bytes can be
 * handed over and a string is copied twice.
 */
export interface AuditBatch {
  /** Must equal the number of rows the mirror holds. */
  readonly firstSeq: number;
  readonly count: number;
  /** In order and without gaps. */
  readonly bundles: readonly BatchBundle[];
  /** Milliseconds since 1970. */
  readonly occurred: Float64Array;
  readonly recorded: Float64Array;
  readonly outcome: Uint8Array;
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  readonly workspace: Uint32Array;
  /** Packed. */
  readonly dictionaries: Uint8Array;
  /** What free-text search finds in each row: UTF-8, one line a row, parted by line feeds. */
  readonly text: Uint8Array;
  /** Compact range after the batch. */
  readonly range: { readonly size: number; readonly hashes: readonly Uint8Array[] };
  /** The signed checkpoint that proves the batch; its size is at least range.size. */
  readonly checkpoint: {
    readonly note: string;
    readonly origin: string;
    readonly size: number;
    readonly root: Uint8Array;
  };
  /** Last counter seen per producer and epoch. */
  readonly producers: readonly ProducerCounter[];
  /** Milliseconds since 1970, of the machine. */
  readonly now: number;
}

/** The buffers of a batch that go to another thread without a copy. */
export function handedOver(batch: Omit<AuditBatch, 'checkpoint' | 'now'>): ArrayBuffer[] {
  const { occurred, recorded, outcome, actor, action, target, workspace, dictionaries, text } = batch;
  const columns = [occurred, recorded, outcome, actor, action, target, workspace, dictionaries, text];
  const bundles = batch.bundles.flatMap(({ entries, disclosures }) => [entries, disclosures]);
  return [...columns, ...bundles].map((array) => array.buffer as ArrayBuffer);
}

export interface ProducerCounter {
  readonly id: string;
  readonly epoch: number;
  readonly n: number;
}
