/** Appending a proven batch: bundles, columns, dictionaries, search, and what proves them, in one transaction. */
import { AppError } from '../../../shared/errors.ts';
import { encodeEntries, TILE_WIDTH } from '../../../shared/log/index.ts';
import type { AuditBatch } from '../api.ts';
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
      tail: db.prepare('SELECT idx, count, leaves, disclosures FROM bundle WHERE idx = ?'),
      bundle: db.prepare(
        'INSERT OR REPLACE INTO bundle (idx, count, leaves, disclosures, hash) VALUES (?, ?, ?, ?, ?)',
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
    const roots = new Map(batch.subtrees.map(({ index, hash }) => [index, hash]));
    const end = batch.firstSeq + batch.count;
    const told = lines(batch.disclosures, batch.count);
    const leaf = (i: number): Uint8Array =>
      batch.leaves.subarray(i === 0 ? 0 : batch.leafEnds[i - 1], batch.leafEnds[i]);
    for (let begin = batch.firstSeq; begin < end; ) {
      const index = Math.floor(begin / TILE_WIDTH);
      const stop = Math.min(end, (index + 1) * TILE_WIDTH);
      const rows = Array.from({ length: stop - begin }, (_, i) => leaf(begin - batch.firstSeq + i));
      let leaves = encodeEntries(rows);
      let disclosures = told.slice(begin - batch.firstSeq, stop - batch.firstSeq).join('\n');
      const tail =
        begin % TILE_WIDTH === 0
          ? undefined
          : (this.statements.tail.get(index) as { leaves: Buffer; disclosures: string });
      if (tail !== undefined) {
        leaves = Buffer.concat([tail.leaves, leaves]);
        disclosures = `${tail.disclosures}\n${disclosures}`;
      }
      const count = stop - index * TILE_WIDTH;
      const root = roots.get(index);
      if ((count === TILE_WIDTH) !== (root !== undefined)) {
        throw new AppError('INTERNAL', 'A batch names the roots of exactly the bundles it completes.', { index });
      }
      this.statements.bundle.run(index, count, leaves, disclosures, root ?? null);
      begin = stop;
    }
  }

  private columnsOf(batch: AuditBatch): ColumnValues {
    const recode = (
      field: keyof typeof this.dicts,
      column: Uint32Array,
      { keys, names }: AuditBatch['actors'],
    ): Uint32Array => {
      const codes = this.dicts[field].codes(keys, names);
      return column.map((i) => codes[i]!);
    };
    return {
      occurred: batch.occurred,
      recorded: batch.recorded,
      outcome: batch.outcome,
      actor: recode('actor', batch.actor, batch.actors),
      action: recode('action', batch.action, batch.actions),
      target: recode('target', batch.target, batch.targets),
      workspace: recode('workspace', batch.workspace, batch.workspaces),
    };
  }

  private writeColumns(batch: AuditBatch): void {
    let values = this.columnsOf(batch);
    let first = batch.firstSeq;
    const last = this.statements.lastSegment.get() as { first_seq: number; count: number; data: Buffer } | undefined;
    if (last !== undefined && last.count < SEGMENT_MERGE_ROWS && last.count + batch.count <= SEGMENT_ROWS_MAX) {
      values = joinColumns(unpackSegment(last.data, last.count), values);
      first = last.first_seq;
    }
    this.statements.segment.run(first, values.outcome.length, packSegment(values));
  }
}

/** Throws INTERNAL unless there is a line for each row. */
function lines(text: string, count: number): string[] {
  const list = text.split('\n');
  if (list.length !== count)
    throw new AppError('INTERNAL', 'A batch has one line a row.', { count, lines: list.length });
  return list;
}
