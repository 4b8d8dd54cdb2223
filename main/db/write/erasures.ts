/**
 * Following erasures: a proven event `privacy.erase` names disclosures, and the mirror drops them, one such event a transaction together with
 * the cursor. Killed at any place, the next step goes on where the last one was committed; what came without them, at a first sync, is noted as
 * erased all the same.
 */
import { readDisclosure } from '../../../shared/audit/index.ts';
import { fromUtf8 } from '../../../shared/bytes.ts';
import { ERASE_ACTION, ERASE_PRODUCER, ErasureDetail } from '../../../shared/compliance/erasure.ts';
import { OUTCOMES } from '../api.ts';
import { unpackSegment } from '../columns/segment.ts';
import type { Connection } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { LogStore } from '../read/logStore.ts';
import { readMeta, writeMeta } from '../read/meta.ts';
import { dropErased, type Forgotten } from './dropErased.ts';
import { LogOriginWriter } from './logOrigin.ts';

const SUCCESS = OUTCOMES.indexOf('success');

interface Order {
  readonly seq: number;
  readonly recorded: number;
  readonly detail: ErasureDetail;
}

/** The order an event gives; null where it gives none: its detail was withheld, or it was not written by the platform itself. */
function orderOf(log: LogStore, seq: number, recorded: number): Order | null {
  const { leaf, disclosures } = log.event(seq);
  const { producer } = JSON.parse(fromUtf8(leaf)) as { producer: { id: string } };
  if (producer.id !== ERASE_PRODUCER) return null;
  const told = disclosures.map(readDisclosure).find(({ name }) => name === 'detail');
  const detail = ErasureDetail.safeParse(told?.value);
  return detail.success ? { seq, recorded, detail: detail.data } : null;
}

/** Only digests that the leaves named have: an order cannot note anything else as erased. */
function named(log: LogStore, { seq: bySeq, detail }: Order): Forgotten {
  const found = new Map<number, Set<string>>();
  for (const [seq, list] of detail.disclosures) {
    // An event is erased after it was written, never before.
    if (seq >= bySeq) continue;
    const leaf = log.leafOf(seq);
    // Pruned meanwhile: its disclosures went with it.
    if (leaf === null) continue;
    const { _sd } = JSON.parse(fromUtf8(leaf)) as { _sd: string[] };
    const digests = list.map(([, digest]) => digest).filter((digest) => _sd.includes(digest));
    if (digests.length > 0) found.set(seq, new Set([...(found.get(seq) ?? []), ...digests]));
  }
  return found;
}

export class ErasureWriter {
  private readonly db: Connection;
  private readonly log: LogStore;
  private readonly origins: LogOriginWriter;

  constructor(db: Connection) {
    this.db = db;
    this.log = new LogStore(db);
    this.origins = new LogOriginWriter(db);
  }

  /** Carries out the next order; `done` when none is left in the log. `changed`: rows of events were changed. */
  step(): { readonly to: number; readonly done: boolean; readonly changed: boolean } {
    return this.db
      .transaction(() => {
        const size = readMeta(this.db, 'range')?.size ?? 0;
        const from = readMeta(this.db, 'erasures')?.to ?? 0;
        if (from >= size) return { to: from, done: true, changed: false };
        const next = this.next(from, size);
        const to = next.hit === null ? next.to : next.hit.seq + 1;
        const order = next.hit === null ? null : orderOf(this.log, next.hit.seq, next.hit.recorded);
        if (order !== null) this.carryOut(order);
        writeMeta(this.db, 'erasures', { to });
        return { to, done: to >= size, changed: order !== null };
      })
      .immediate();
  }

  /** The next event of erasure from a position on, or the end of what one step looks through: a segment. */
  private next(from: number, size: number): { to: number; hit: { seq: number; recorded: number } | null } {
    const code = this.db
      .prepare('SELECT code FROM dict WHERE kind = ? AND key = ?')
      .pluck()
      .get(DICT_KIND.action, ERASE_ACTION) as number | undefined;
    if (code === undefined) return { to: size, hit: null };
    const row = this.db
      .prepare('SELECT first_seq, count, data FROM segment WHERE first_seq + count > ? ORDER BY first_seq LIMIT 1')
      .get(from) as { first_seq: number; count: number; data: Buffer } | undefined;
    // Everything from there on was pruned.
    if (row === undefined) return { to: size, hit: null };
    const { action, outcome, recorded } = unpackSegment(row.data, row.count);
    for (let i = Math.max(0, from - row.first_seq); i < row.count; i++) {
      if (action[i] === code && outcome[i] === SUCCESS) {
        return { to: row.first_seq + i, hit: { seq: row.first_seq + i, recorded: recorded[i]! } };
      }
    }
    return { to: row.first_seq + row.count, hit: null };
  }

  private carryOut(order: Order): void {
    const forgotten = named(this.log, order);
    dropErased(this.db, forgotten);
    // An event's origin is told by its source, which may be among what went.
    this.origins.reset();
    const note = this.db.prepare(
      'INSERT INTO erased (seq, digest, name, by_seq, at, request) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const [seq, list] of order.detail.disclosures) {
      for (const [name, digest] of list) {
        if (forgotten.get(seq)?.has(digest))
          note.run(seq, digest, name, order.seq, order.recorded, order.detail.request);
      }
    }
  }
}
