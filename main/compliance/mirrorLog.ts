/** The log of a mirror as checks take it: columns, origins, dictionaries and the past of access, read on from where it was. */
import { toHex } from '../../shared/bytes.ts';
import { LogTable } from '../../shared/compliance/checks/logTable.ts';
import type { LogFacts } from '../../shared/compliance/checks/world.ts';
import { CompactRange, TILE_WIDTH } from '../../shared/log/index.ts';
import type { HistoryStep } from '../../shared/rbac/questions/history.ts';
import { sha256 } from '../crypto.ts';
import type { AccessHistoryRow } from '../db/api.ts';
import { unpackSegment } from '../db/columns/segment.ts';
import type { Connection, Statement } from '../db/connect.ts';
import { DICT_KIND } from '../db/dictionary.ts';
import { readMeta } from '../db/read/meta.ts';

interface SegmentRow {
  readonly first_seq: number;
  readonly count: number;
  readonly data: Buffer;
}
interface Verification {
  readonly at: number;
  readonly size: number;
  readonly matched: number;
}
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

export class MirrorLog {
  steps: HistoryStep[] = [];
  private table = new LogTable();
  private begin = 0;
  private originEpoch = -1;
  private historyEpoch = -1;
  private historyTo = 0;
  private readonly keys: Readonly<Record<'actor' | 'action' | 'target', string[]>> = {
    actor: [],
    action: [],
    target: [],
  };
  private readonly statements: Readonly<Record<'segments' | 'origins' | 'keys' | 'history' | 'verified', Statement>>;
  private readonly db: Connection;

  constructor(db: Connection) {
    this.db = db;
    this.statements = {
      segments: db.prepare('SELECT first_seq, count, data FROM segment WHERE first_seq + count > ? ORDER BY first_seq'),
      origins: db.prepare('SELECT idx, data FROM log_origin WHERE idx >= ? AND idx <= ? ORDER BY idx'),
      keys: db.prepare('SELECT key FROM dict WHERE kind = ? AND code >= ? ORDER BY code').pluck(),
      history: db.prepare(
        `SELECT seq, kind, id, valid_from AS validFrom, state, data, before FROM access_history
         WHERE seq >= ? AND seq < ? AND kind <> 'thread' ORDER BY seq`,
      ),
      // Leaves were counted from where the log began then.
      verified: db.prepare(
        `SELECT at, leaves + coalesce((SELECT max(upto) FROM followed_pruning WHERE followed_pruning.at <= verification.at), 0) AS size, matched
         FROM verification ORDER BY rowid DESC LIMIT 1`,
      ),
    };
  }

  /** Rows that are here. */
  get rows(): number {
    return this.table.count;
  }

  /** Bytes it takes, about. */
  get size(): number {
    return this.table.size;
  }

  /** Reads on, yielding the number of rows after each stretch; within one read transaction. */
  *read(): Generator<number> {
    const least = this.db.prepare('SELECT min(first_seq) FROM segment').pluck().get() as number | null;
    const first = least ?? readMeta(this.db, 'pruned')?.to ?? 0;
    const epoch = readMeta(this.db, 'logOrigin')?.epoch ?? 0;
    // Pruned, or derived anew: nothing of what is held can be kept.
    if (first !== this.begin || epoch !== this.originEpoch) {
      this.table = new LogTable();
      this.begin = first;
      this.originEpoch = epoch;
    }
    const { segments, keys } = this.statements;
    for (const row of segments.iterate(this.begin + this.table.count) as IterableIterator<SegmentRow>) {
      this.append(row);
      yield this.table.count;
    }
    for (const kind of ['actor', 'action', 'target'] as const) {
      const known = this.keys[kind];
      for (const key of keys.iterate(DICT_KIND[kind], known.length) as IterableIterator<string>) known.push(key);
    }
    yield this.table.count;
    this.readHistory();
  }

  private append({ first_seq: first, count, data }: SegmentRow): void {
    const skip = this.begin + this.table.count - first;
    const values = unpackSegment(data, count);
    const seq = new Uint32Array(count - skip);
    for (let i = 0; i < seq.length; i++) seq[i] = first + skip + i;
    this.table.append({
      seq,
      recorded: values.recorded.subarray(skip),
      occurred: values.occurred.subarray(skip),
      actor: values.actor.subarray(skip),
      action: values.action.subarray(skip),
      target: values.target.subarray(skip),
      outcome: values.outcome.subarray(skip),
      origin: this.origins(first + skip, first + count),
    });
  }

  private origins(from: number, to: number): Uint8Array {
    const out = new Uint8Array(to - from);
    const rows = this.statements.origins.all(Math.floor(from / TILE_WIDTH), Math.floor((to - 1) / TILE_WIDTH));
    for (const { idx, data } of rows as { idx: number; data: Buffer }[]) {
      const base = idx * TILE_WIDTH;
      const begin = Math.max(0, from - base);
      out.set(data.subarray(begin, Math.min(data.length, to - base)), base + begin - from);
    }
    return out;
  }

  private readHistory(): void {
    const mark = readMeta(this.db, 'accessHistory') ?? { to: 0, epoch: 0 };
    if (mark.epoch !== this.historyEpoch) {
      this.steps = [];
      this.historyTo = 0;
      this.historyEpoch = mark.epoch;
    }
    const rows = this.statements.history.all(this.historyTo, mark.to) as Omit<AccessHistoryRow, 'notedAt' | 'target'>[];
    const read = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>));
    this.steps = [...this.steps, ...rows.map((row) => ({ ...row, data: read(row.data), before: read(row.before) }))];
    this.historyTo = mark.to;
  }

  facts(): LogFacts {
    const range = readMeta(this.db, 'range') ?? { size: 0, hashes: [] };
    const last = this.statements.verified.get() as Verification | undefined;
    return {
      columns: this.table.snapshot(),
      actors: this.keys.actor,
      actions: this.keys.action,
      targets: this.keys.target,
      begin: this.begin,
      size: range.size,
      root: toHex(CompactRange.from(range.size, range.hashes.map(bytes), sha256).root()),
      recomputed: last === undefined ? null : { at: last.at, size: last.size, matched: last.matched === 1 },
      // A sync takes no event whose producer's counter does not follow (LOG_GAP), and a full verification counts again.
      counterGaps: [],
    };
  }
}
