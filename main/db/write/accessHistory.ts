/**
 * The access history: derived from the log already proven and stored, a bounded number of events at a time, rows and cursor in one
 * transaction. Never part of a sync's hot path: the few events that matter are found by their action codes in the column segments.
 */
import { readDisclosure } from '../../../shared/audit/index.ts';
import { fromUtf8 } from '../../../shared/bytes.ts';
import { TILE_WIDTH } from '../../../shared/log/index.ts';
import { changesAccess, type EntityStep, stepsOf } from '../../../shared/rbac/index.ts';
import { OUTCOMES } from '../api.ts';
import { unpackSegment } from '../columns/segment.ts';
import type { Connection, Statement } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { LogStore } from '../read/logStore.ts';
import { type AccessHistoryMark, readMeta, writeMeta } from '../read/meta.ts';
import { prunedMark } from './forget.ts';

/** Raise it when the derivation changes: every mirror then derives its history anew. */
const FORMAT = 1;
/** Events read in one transaction. */
const EVENTS_MAX = 500;
const SUCCESS = OUTCOMES.indexOf('success');

interface Hit {
  readonly seq: number;
  readonly recorded: number;
  readonly action: string;
  readonly target: string;
}

export class AccessHistoryWriter {
  private readonly db: Connection;
  private readonly log: LogStore;
  private readonly segment: Statement;
  private readonly actionKeys: Statement;
  private readonly targetKey: Statement;
  private readonly last: Statement;
  private readonly insert: Statement;

  constructor(db: Connection) {
    this.db = db;
    this.log = new LogStore(db);
    this.segment = db.prepare(
      'SELECT first_seq, count, data FROM segment WHERE first_seq + count > ? ORDER BY first_seq LIMIT 1',
    );
    this.actionKeys = db.prepare('SELECT code, key FROM dict WHERE kind = ?');
    this.targetKey = db.prepare('SELECT key FROM dict WHERE kind = ? AND code = ?').pluck();
    this.last = db
      .prepare('SELECT state FROM access_history WHERE kind = ? AND id = ? ORDER BY seq DESC LIMIT 1')
      .pluck();
    this.insert = db.prepare(
      'INSERT INTO access_history (seq, kind, id, valid_from, noted_at, state, data, before) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** Derives one more stretch; `done` when the history has reached the end of the log. */
  step(now: number): { readonly to: number; readonly done: boolean } {
    return this.db
      .transaction(() => {
        const size = readMeta(this.db, 'range')?.size ?? 0;
        const known = this.mark();
        const mark = { ...known, to: Math.max(known.to, prunedMark(this.db).to) };
        const to = mark.to < size ? this.project(mark.to, now) : mark.to;
        if (to !== known.to) writeMeta(this.db, 'accessHistory', { ...mark, to });
        return { to, done: to >= size };
      })
      .immediate();
  }

  /** Drops the history; `step` makes it anew. */
  reset(): void {
    this.db.transaction(() => this.begin((readMeta(this.db, 'accessHistory')?.epoch ?? 0) + 1)).immediate();
  }

  private mark(): AccessHistoryMark {
    const mark = readMeta(this.db, 'accessHistory');
    return mark?.format === FORMAT ? mark : this.begin((mark?.epoch ?? 0) + 1);
  }

  private begin(epoch: number): AccessHistoryMark {
    // What pruned events told cannot be told again: their last states stay.
    const to = prunedMark(this.db).to;
    const mark = { to, format: FORMAT, epoch };
    this.db.prepare('DELETE FROM access_history WHERE seq >= ?').run(to);
    writeMeta(this.db, 'accessHistory', mark);
    return mark;
  }

  /** Answers how far it came: the end of a segment, or of the events one transaction may read. */
  private project(from: number, now: number): number {
    const row = this.segment.get(from) as { first_seq: number; count: number; data: Buffer };
    const { action, target, recorded, outcome } = unpackSegment(row.data, row.count);
    const wanted = this.wantedActions();
    const hits: Hit[] = [];
    let i = from - row.first_seq;
    for (; i < row.count && hits.length < EVENTS_MAX; i++) {
      const name = wanted.get(action[i]!);
      if (name === undefined || outcome[i] !== SUCCESS) continue;
      const key = this.targetKey.get(DICT_KIND.target, target[i]!) as string;
      hits.push({ seq: row.first_seq + i, recorded: recorded[i]!, action: name, target: key });
    }
    this.write(hits, now);
    return row.first_seq + i;
  }

  private wantedActions(): Map<number, string> {
    const all = this.actionKeys.all(DICT_KIND.action) as { code: number; key: string }[];
    return new Map(all.filter(({ key }) => changesAccess(key)).map(({ code, key }) => [code, key]));
  }

  private write(hits: readonly Hit[], now: number): void {
    for (let begin = 0; begin < hits.length; ) {
      // All hits of one bundle are read with one decoding of it.
      const tile = Math.floor(hits[begin]!.seq / TILE_WIDTH);
      let end = begin + 1;
      while (end < hits.length && Math.floor(hits[end]!.seq / TILE_WIDTH) === tile) end += 1;
      const some = hits.slice(begin, end);
      const rows = this.log.within(
        tile,
        some.map(({ seq }) => seq),
      );
      for (const [i, hit] of some.entries()) {
        for (const step of eventSteps(hit, rows[i]!.leaf, rows[i]!.line)) this.store(hit, step, now);
      }
      begin = end;
    }
  }

  private store({ seq, recorded }: Hit, { kind, id, state, after, before }: EntityStep, now: number): void {
    const last = this.last.get(kind, id) as EntityStep['state'] | undefined;
    const tells = before !== null && (last === undefined || last === 'unknown');
    const text = (value: EntityStep['after']): string | null => (value === null ? null : JSON.stringify(value));
    this.insert.run(seq, kind, id, recorded, now, state, text(after), tells ? text(before) : null);
  }
}

/**
 * Takes back what the history took from disclosures of an event that are no longer held: what that event changed is unknown then. When this
 * mirror learned of it stays, and readers drop what they hold.
 */
export function reviseHistory(
  db: Connection,
  event: {
    readonly seq: number;
    readonly action: string;
    readonly target: { type: string; id: string } | null;
    readonly _sd: readonly string[];
  },
  disclosures: readonly string[],
): void {
  const rows = db.prepare('SELECT kind, id FROM access_history WHERE seq = ?').all(event.seq) as {
    kind: string;
    id: string;
  }[];
  if (rows.length === 0) return;
  const told = disclosures.map(readDisclosure);
  const steps = stepsOf({
    ...{ action: event.action, target: event.target },
    change: told.find(({ name }) => name === 'change')?.value,
    complete: told.length === event._sd.length,
  });
  const revise = db.prepare(
    'UPDATE access_history SET state = ?, data = ?, before = CASE WHEN ? THEN before END WHERE seq = ? AND kind = ? AND id = ?',
  );
  const drop = db.prepare('DELETE FROM access_history WHERE seq = ? AND kind = ? AND id = ?');
  for (const { kind, id } of rows) {
    const step = steps.find((one) => one.kind === kind && one.id === id);
    if (step === undefined) drop.run(event.seq, kind, id);
    else {
      const data = step.after === null ? null : JSON.stringify(step.after);
      revise.run(step.state, data, step.before === null ? 0 : 1, event.seq, kind, id);
    }
  }
  const mark = readMeta(db, 'accessHistory');
  if (mark !== null) writeMeta(db, 'accessHistory', { ...mark, epoch: mark.epoch + 1 });
}

function eventSteps({ action, target }: Hit, leaf: Uint8Array, line: string): EntityStep[] {
  const told = line === '' ? [] : line.split('~').map(readDisclosure);
  const { _sd } = JSON.parse(fromUtf8(leaf)) as { _sd: unknown[] };
  const colon = target.indexOf(':');
  return stepsOf({
    action,
    target: target === '' ? null : { type: target.slice(0, colon), id: target.slice(colon + 1) },
    change: told.find(({ name }) => name === 'change')?.value,
    complete: told.length === _sd.length,
  });
}
