/** Reads everything a mirror's file holds, so that every page with content has been authenticated. */
import type { Connection } from '../connect.ts';

const STEP_BYTES_MAX = 16 * 2 ** 20;

interface Item {
  readonly name: string;
  readonly type: 'table' | 'index';
  readonly tbl_name: string;
}

function bytesOf(row: unknown): number {
  let bytes = 0;
  for (const value of row as unknown[]) bytes += typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 8;
  return bytes;
}

/** Gives the bytes of each row of each table and index; a page that does not authenticate throws. */
function* everyRow(db: Connection): Generator<number> {
  const items = db
    .prepare(
      // A virtual table has no pages of its own; those beneath it are listed as tables. An index without text is part of its table's key.
      "SELECT name, type, tbl_name FROM sqlite_master WHERE type IN ('table', 'index') AND rootpage > 0 AND sql IS NOT NULL ORDER BY type DESC, name",
    )
    .all() as Item[];
  for (const { name, type, tbl_name } of items) {
    const sql =
      type === 'table' ? `SELECT * FROM "${name}"` : `SELECT count(*) FROM "${tbl_name}" INDEXED BY "${name}" WHERE 1`;
    for (const row of db.prepare(sql).raw().iterate()) yield bytesOf(row);
  }
}

export class PageCheck {
  /** Size of the file as SQLite counts it. */
  readonly total: number;
  private readonly rows: Generator<number>;

  constructor(db: Connection) {
    this.total =
      (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
    this.rows = everyRow(db);
  }

  /** Reads on for about `budgetMs` or 16 MiB, whichever ends first. Throws SQLite's fault at a page that does not authenticate. */
  read(budgetMs: number): { bytes: number; done: boolean } {
    const until = performance.now() + budgetMs;
    let bytes = 0;
    while (bytes < STEP_BYTES_MAX && performance.now() < until) {
      const next = this.rows.next();
      if (next.done) return { bytes, done: true };
      bytes += next.value;
    }
    return { bytes, done: false };
  }

  close(): void {
    this.rows.return(undefined);
  }
}
