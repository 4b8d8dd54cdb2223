/** Appending a proven batch: bundles, columns, dictionaries, search, and what proves them, in one transaction. */
import { isAscii } from 'node:buffer';
import { AppError } from '../../../shared/errors.ts';
import { TILE_WIDTH } from '../../../shared/log/index.ts';
import { type AuditBatch, type BatchBundle, unpackDictionaries } from '../api.ts';
import {
  type ColumnValues,
  joinColumns,
  packSegment,
  SEGMENT_MERGE_ROWS,
  SEGMENT_ROWS_MAX,
  unpackSegment,
} from '../columns/segment.ts';
import type { Connection } from '../connect.ts';
import { DictionaryWriter } from '../dictionary.ts';
import { base64, readMeta, type StoredCheckpoint, writeMeta } from '../read/meta.ts';

const LINE_FEED = 0x0a;

export class BatchWriter {
  private readonly db: Connection;
  private readonly dicts;
  private readonly statements;

  constructor(db: Connection) {
    this.db = db;
    this.dicts = {
      actor: new DictionaryWriter(db, 'actor'),
      action: new DictionaryWriter(db, 'action'),
      target: new DictionaryWriter(db, 'target'),
      workspace: new DictionaryWriter(db, 'workspace'),
    };
    this.statements = {
      tail: db.prepare('SELECT leaves, CAST(disclosures AS BLOB) AS disclosures FROM bundle WHERE idx = ?'),
      // The disclosures come as the bytes of a text, and stay them.
      bundle: db.prepare(
        'INSERT OR REPLACE INTO bundle (idx, count, leaves, disclosures, hash) VALUES (?, ?, ?, CAST(? AS TEXT), ?)',
      ),
      search: db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)'),
      lastSegment: db.prepare('SELECT first_seq, count, data FROM segment ORDER BY first_seq DESC LIMIT 1'),
      segment: db.prepare('INSERT OR REPLACE INTO segment (first_seq, count, data) VALUES (?, ?, ?)'),
      producer: db.prepare(
        'INSERT INTO producer (id, epoch, n) VALUES (?, ?, ?) ON CONFLICT (id, epoch) DO UPDATE SET n = excluded.n',
      ),
      checkpoint: db.prepare(
        'INSERT INTO checkpoint (size, root, note, verified_at) VALUES (?, ?, ?, ?) ON CONFLICT (size) DO UPDATE SET verified_at = excluded.verified_at',
      ),
    };
  }

  /** Throws CONFLICT when the batch does not begin where the mirror ends. */
  apply(batch: AuditBatch): { size: number } {
    try {
      this.db.transaction(() => this.write(batch)).immediate();
    } catch (error) {
      this.forget();
      throw error;
    }
    return { size: batch.range.size };
  }

  /** Drops what is held of the dictionaries: they were changed, or a change of them was rolled back. */
  forget(): void {
    for (const dict of Object.values(this.dicts)) dict.reset(this.db);
  }

  private write(batch: AuditBatch): void {
    const size = readMeta(this.db, 'range')?.size ?? 0;
    if (batch.firstSeq !== size || batch.range.size !== size + batch.count) {
      throw new AppError('CONFLICT', 'The batch does not begin where the mirror ends.', {
        firstSeq: batch.firstSeq,
        size,
      });
    }
    if (batch.count > 0) {
      this.writeBundles(batch);
      this.writeColumns(batch);
      const text = lines(batch.text, batch.count);
      for (let i = 0; i < batch.count; i++) this.statements.search.run(batch.firstSeq + i, text[i]);
      writeMeta(this.db, 'lastRecorded', batch.recorded[batch.count - 1]!);
    }
    for (const { id, epoch, n } of batch.producers) this.statements.producer.run(id, epoch, n);
    writeMeta(this.db, 'range', { size: batch.range.size, hashes: batch.range.hashes.map(base64) });
    this.writeCheckpoint(batch);
  }

  private writeCheckpoint(batch: AuditBatch): void {
    const { note, origin, size, root } = batch.checkpoint;
    const stored: StoredCheckpoint = { note, origin, size, root: base64(root), receivedAt: batch.now };
    writeMeta(this.db, 'checkpoint', stored);
    if (size !== batch.range.size) return;
    writeMeta(this.db, 'completed', stored);
    this.statements.checkpoint.run(size, Buffer.from(root), note, batch.now);
  }

  private writeBundles(batch: AuditBatch): void {
    const end = batch.firstSeq + batch.count;
    let begin = batch.firstSeq;
    for (const bundle of batch.bundles) {
      const stop = begin + bundle.count;
      const full = stop === (bundle.index + 1) * TILE_WIDTH;
      const fits = bundle.index === Math.floor(begin / TILE_WIDTH) && bundle.count > 0 && stop <= end;
      if (!fits || full !== (bundle.hash !== null) || (!full && stop !== end)) {
        const message = 'A batch has its bundles in order, and the roots of exactly those it completes.';
        throw new AppError('INTERNAL', message, { index: bundle.index });
      }
      if (lineFeeds(bundle.disclosures) !== bundle.count - 1) {
        throw new AppError('INTERNAL', 'A bundle has one line of disclosures a row.', { index: bundle.index });
      }
      const { entries, disclosures } = begin % TILE_WIDTH === 0 ? bundle : this.afterTail(bundle);
      this.statements.bundle.run(bundle.index, stop - bundle.index * TILE_WIDTH, entries, disclosures, bundle.hash);
      begin = stop;
    }
    if (begin !== end) throw new AppError('INTERNAL', 'A batch has all its rows in bundles.', { begin, end });
  }

  /** The rows of a bundle behind those that are stored of it already. */
  private afterTail({ index, entries, disclosures }: BatchBundle): Pick<BatchBundle, 'entries' | 'disclosures'> {
    const tail = this.statements.tail.get(index) as { leaves: Buffer; disclosures: Buffer };
    return {
      entries: Buffer.concat([tail.leaves, entries]),
      disclosures: Buffer.concat([tail.disclosures, Buffer.of(LINE_FEED), disclosures]),
    };
  }

  private columnsOf(batch: AuditBatch): ColumnValues {
    const dictionaries = unpackDictionaries(batch.dictionaries);
    const recode = (field: keyof typeof this.dicts): Uint32Array => {
      const { keys, names } = dictionaries[field];
      const codes = this.dicts[field].codes(keys, names);
      return batch[field].map((i) => codes[i]!);
    };
    return {
      occurred: batch.occurred,
      recorded: batch.recorded,
      outcome: batch.outcome,
      actor: recode('actor'),
      action: recode('action'),
      target: recode('target'),
      workspace: recode('workspace'),
    };
  }

  private writeColumns(batch: AuditBatch): void {
    let values = this.columnsOf(batch);
    let first = batch.firstSeq;
    const last = this.statements.lastSegment.get() as { first_seq: number; count: number; data: Buffer } | undefined;
    // Behind events that were pruned before they came, a new one begins.
    const follows = last !== undefined && last.first_seq + last.count === first;
    if (follows && last.count < SEGMENT_MERGE_ROWS && last.count + batch.count <= SEGMENT_ROWS_MAX) {
      values = joinColumns(unpackSegment(last.data, last.count), values);
      first = last.first_seq;
    }
    this.statements.segment.run(first, values.outcome.length, packSegment(values));
  }
}

/** Throws INTERNAL unless there is a line for each row. */
function lines(text: Uint8Array, count: number): string[] {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const list = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8').split('\n');
  if (list.length !== count)
    throw new AppError('INTERNAL', 'A batch has one line a row.', { count, lines: list.length });
  return list;
}

function lineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
