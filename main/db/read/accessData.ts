/** What the questions about access are answered from: entities, their history, and the columns of the events that ask for a permission. */
import { DEMANDS, HISTORY_KINDS } from '../../../shared/rbac/index.ts';
import type { AccessData, AccessHave, AccessHistoryRow } from '../api.ts';
import type { ColumnTable } from '../columns/table.ts';
import type { Connection, Statement } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { readMeta } from './meta.ts';

/** Rows looked at in one call: other questions come in between. */
const ROWS_MAX = 262_144;
/** What asks for membership alone is allowed by every role and is no use of one. */
const asks = (action: string): boolean => Object.hasOwn(DEMANDS, action) && DEMANDS[action]!.anyOf.length > 0;
const NO_ROWS = { to: 0, epoch: 0 };

export class AccessDataReader {
  private readonly table: ColumnTable;
  private readonly db: Connection;
  private readonly statements: Readonly<Record<'entities' | 'history' | 'keys' | 'code', Statement>>;

  constructor(db: Connection, table: ColumnTable) {
    this.db = db;
    this.table = table;
    const kinds = HISTORY_KINDS.map((kind) => `'${kind}'`).join(', ');
    this.statements = {
      // One text for all: it passes between threads at a tenth of the cost of as many objects.
      entities: db
        .prepare(`SELECT json_group_array(json_array(kind, id, json(data))) FROM entity WHERE kind IN (${kinds})`)
        .pluck(),
      history: db.prepare(
        `SELECT seq, kind, id, valid_from AS validFrom, noted_at AS notedAt, state, data, before
         FROM access_history WHERE seq >= ? AND seq < ? ORDER BY seq`,
      ),
      keys: db.prepare('SELECT key FROM dict WHERE kind = ? AND code >= ? ORDER BY code').pluck(),
      code: db.prepare('SELECT code FROM dict WHERE kind = ? AND key = ?').pluck(),
    };
  }

  /** What is new since `have`; `more` while events are left to be asked for. */
  read(have: AccessHave): AccessData {
    const mark = readMeta(this.db, 'accessHistory') ?? NO_ROWS;
    // Both only grow, so that their sum is another whenever either is.
    const entityCursor = (readMeta(this.db, 'entityCursor') ?? 0) + (readMeta(this.db, 'entitiesAhead') ?? 0);
    const anew = mark.epoch !== have.epoch;
    const history = this.statements.history.all(anew ? 0 : have.historyTo, mark.to) as AccessHistoryRow[];
    const actions = this.statements.keys.all(DICT_KIND.action, 0) as string[];
    return {
      epoch: mark.epoch,
      historyTo: mark.to,
      history: history.map((row) =>
        row.kind === 'thread' ? { ...row, target: this.codeOf(`thread:${row.id}`) } : { ...row, target: null },
      ),
      entityCursor,
      entities: entityCursor === have.entityCursor ? null : (this.statements.entities.get() as string),
      actors: this.statements.keys.all(DICT_KIND.actor, have.actors) as string[],
      actions: actions.slice(have.actions),
      logBegins: this.table.rows === this.table.first ? null : this.table.recorded[this.table.first]!,
      ...this.events(have.rows, actions),
    };
  }

  private codeOf(target: string): number | null {
    return (this.statements.code.get(DICT_KIND.target, target) as number | undefined) ?? null;
  }

  private events(have: number, actions: readonly string[]): Pick<AccessData, 'rows' | 'more' | 'events'> {
    const { table } = this;
    const from = Math.max(have, table.first);
    const to = Math.min(table.rows, from + ROWS_MAX);
    const wanted = Uint8Array.from(actions, (action) => (asks(action) ? 1 : 0));
    let count = 0;
    const at = new Uint32Array(Math.max(0, to - from));
    for (let i = from; i < to; i++) if (wanted[table.action[i]!] === 1) at[count++] = i;
    const seq = at.slice(0, count);
    const pick = (column: Uint32Array): Uint32Array => seq.map((i) => column[i]!);
    return {
      rows: to,
      more: to < table.rows,
      events: {
        seq,
        recorded: Float64Array.from(seq, (i) => table.recorded[i]!),
        actor: pick(table.actor),
        action: pick(table.action),
        target: pick(table.target),
        outcome: Uint8Array.from(seq, (i) => table.outcome[i]!),
      },
    };
  }
}
