/** Origin of events: derived from the log already stored, some bundles at a time, rows and cursor in one transaction. */
import { digestsIn, originOf } from '../../../shared/compliance/checks/logTable.ts';
import { ORIGIN } from '../../../shared/compliance/checks/world.ts';
import { decodeEntries, TILE_WIDTH } from '../../../shared/log/index.ts';
import type { Connection, Statement } from '../connect.ts';
import { readMeta, writeMeta } from '../read/meta.ts';

/** Raise it when the derivation changes: every mirror then derives it anew. */
const FORMAT = 1;
/** Bundles of one transaction: some tens of milliseconds. */
const BUNDLES_MAX = 32;

interface BundleRow {
  readonly idx: number;
  readonly count: number;
  readonly leaves: Buffer;
  readonly disclosures: string;
}

export class LogOriginWriter {
  private readonly db: Connection;
  private readonly bundles: Statement;
  private readonly put: Statement;

  constructor(db: Connection) {
    this.db = db;
    this.bundles = db.prepare('SELECT idx, count, leaves, disclosures FROM bundle WHERE idx >= ? ORDER BY idx LIMIT ?');
    this.put = db.prepare('INSERT OR REPLACE INTO log_origin (idx, data) VALUES (?, ?)');
  }

  /** Derives one more stretch; `done` when the end of the log is reached. */
  step(): { readonly to: number; readonly done: boolean } {
    return this.db
      .transaction(() => {
        const size = readMeta(this.db, 'range')?.size ?? 0;
        const mark = readMeta(this.db, 'logOrigin');
        const from = mark?.format === FORMAT ? mark.to : 0;
        if (mark !== null && mark.format !== FORMAT) this.db.exec('DELETE FROM log_origin');
        if (from >= size) return { to: from, done: true };
        // The last bundle may have grown since.
        const rows = this.bundles.all(Math.floor(from / TILE_WIDTH), BUNDLES_MAX) as BundleRow[];
        for (const row of rows) this.put.run(row.idx, originsOf(row));
        const last = rows.at(-1);
        const to = last === undefined ? size : last.idx * TILE_WIDTH + last.count;
        const epoch = (mark?.epoch ?? 0) + (mark?.format === FORMAT ? 0 : 1);
        writeMeta(this.db, 'logOrigin', { to, format: FORMAT, epoch });
        return { to, done: to >= size };
      })
      .immediate();
  }

  /** Drops what was derived, since disclosures went; `step` makes it anew. */
  reset(): void {
    this.db
      .transaction(() => {
        this.db.exec('DELETE FROM log_origin');
        const epoch = (readMeta(this.db, 'logOrigin')?.epoch ?? 0) + 1;
        writeMeta(this.db, 'logOrigin', { to: 0, format: FORMAT, epoch });
      })
      .immediate();
  }
}

function originsOf({ count, leaves, disclosures }: BundleRow): Uint8Array {
  // A pruned bundle: nothing of its events is here.
  if (leaves.length === 0) return new Uint8Array(count).fill(ORIGIN.withheld);
  const lines = disclosures.split('\n');
  return Uint8Array.from(decodeEntries(leaves, count), (leaf, i) => originOf(lines[i] ?? '', digestsIn(leaf)));
}
