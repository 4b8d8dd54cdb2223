/**
 * What leaves a mirror: disclosures that were erased, and whole bundles that were pruned. Hashes stay, so that everything that was proven stays
 * provable. Freed content is overwritten within the file (`secure_delete`); `settleSearch` takes deleted words out of the search index for good.
 */
import { AppError } from '../../../shared/errors.ts';
import { TILE_WIDTH } from '../../../shared/log/index.ts';
import { packSegment, sliceColumns, unpackSegment } from '../columns/segment.ts';
import type { Connection } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { base64, type PrunedMark, readMeta, writeMeta } from '../read/meta.ts';
import { LogOriginWriter } from './logOrigin.ts';

/** One event of which disclosures go. */
export interface ForgottenRow {
  readonly seq: number;
  /** By what search finds the event until now, as `searchLine` gave it, and from now on. */
  readonly before: string;
  readonly after: string;
  /** The disclosures that stay, joined with `~`. */
  readonly line: string;
}

/** A bound for one transaction. */
export const FORGET_ROWS_MAX = 4_096;

const NOTHING: PrunedMark = { to: 0, dropped: 0, gap: false };
export const prunedMark = (db: Connection): PrunedMark => readMeta(db, 'pruned') ?? NOTHING;

function inOne<T>(db: Connection, work: () => T): T {
  db.pragma('secure_delete = ON');
  return db.transaction(work).immediate();
}

/** Drops disclosures of events, in one transaction. Names that only they told are `forgetNames`'s. Throws NOT_FOUND for an event that is not here. */
export function forgetDisclosures(db: Connection, rows: readonly ForgottenRow[]): void {
  if (rows.length > FORGET_ROWS_MAX) throw new AppError('INTERNAL', `At most ${FORGET_ROWS_MAX} events at once.`);
  const read = db.prepare('SELECT count, disclosures FROM bundle WHERE idx = ? AND length(leaves) > 0');
  const write = db.prepare('UPDATE bundle SET disclosures = ? WHERE idx = ?');
  const search = searchStatements(db);
  inOne(db, () => {
    for (const [index, some] of Map.groupBy(rows, ({ seq }) => Math.floor(seq / TILE_WIDTH))) {
      const bundle = read.get(index) as { count: number; disclosures: string } | undefined;
      const lines = bundle?.disclosures.split('\n') ?? [];
      for (const { seq, before, after, line } of some) {
        const at = seq - index * TILE_WIDTH;
        if (at >= lines.length) throw new AppError('NOT_FOUND', 'The mirror does not hold this event.', { seq });
        if (lines[at] === line) continue;
        lines[at] = line;
        search.remove.run(seq, before);
        search.add.run(seq, after);
      }
      write.run(lines.join('\n'), index);
    }
  });
}

function searchStatements(db: Connection) {
  return {
    remove: db.prepare("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)"),
    add: db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)'),
  };
}

/**
 * Drops the events [dropped, to) with everything that was derived from them but their history of access. `to` is a multiple of 256.
 * @param texts their search lines, in order; null where the search index is made anew by the caller.
 */
export function forgetPrefix(db: Connection, to: number, texts: readonly string[] | null): void {
  const mark = prunedMark(db);
  if (to % TILE_WIDTH !== 0 || (texts !== null && mark.dropped + texts.length !== to)) {
    throw new AppError('INTERNAL', 'Events go in whole bundles, and each with its words.', { to });
  }
  const { remove } = searchStatements(db);
  inOne(db, () => {
    for (const [i, text] of (texts ?? []).entries()) remove.run(mark.dropped + i, text);
    db.prepare(
      "UPDATE bundle SET leaves = x'', disclosures = '' WHERE idx >= ? AND idx < ? AND length(leaves) > 0",
    ).run(Math.floor(mark.dropped / TILE_WIDTH), to / TILE_WIDTH);
    cutSegments(db, to);
    writeMeta(db, 'pruned', { ...mark, to: Math.max(mark.to, to), dropped: to });
  });
}

/** Rows before `to` leave the columns. */
function cutSegments(db: Connection, to: number): void {
  const rows = db.prepare('SELECT first_seq, count, data FROM segment WHERE first_seq < ?').all(to) as {
    first_seq: number;
    count: number;
    data: Buffer;
  }[];
  db.prepare('DELETE FROM segment WHERE first_seq < ?').run(to);
  for (const { first_seq, count, data } of rows) {
    if (first_seq + count <= to) continue;
    const left = sliceColumns(unpackSegment(data, count), to - first_seq);
    db.prepare('INSERT INTO segment (first_seq, count, data) VALUES (?, ?, ?)').run(
      to,
      left.outcome.length,
      packSegment(left),
    );
  }
}

/** A stretch of the log whose events the platform no longer has: its bundles by their proven roots alone. */
export interface SkippedStretch {
  /** The first bundle whose events this mirror lacks, in whole or in part. */
  readonly firstBundle: number;
  /** Proven roots of the bundles from there on; the last ends at `range.size`. */
  readonly roots: readonly Uint8Array[];
  /** The range over everything before the first event that comes. */
  readonly range: { readonly size: number; readonly hashes: readonly Uint8Array[] };
}

/** Goes past events that are gone. Counters of producers begin anew: what came between is not known. What the mirror holds from before stays until the pruning is proven. */
export function skipPruned(db: Connection, { firstBundle, roots, range }: SkippedStretch): void {
  const size = readMeta(db, 'range')?.size ?? 0;
  if (range.size <= size || range.size !== (firstBundle + roots.length) * TILE_WIDTH) {
    throw new AppError('CONFLICT', 'The stretch does not begin where the mirror ends.', { size, to: range.size });
  }
  // A bundle of which a part is here keeps that part.
  const put = db.prepare(
    "INSERT INTO bundle (idx, count, leaves, disclosures, hash) VALUES (?, ?, x'', '', ?) ON CONFLICT (idx) DO UPDATE SET hash = excluded.hash",
  );
  inOne(db, () => {
    for (const [i, root] of roots.entries()) put.run(firstBundle + i, TILE_WIDTH, root);
    db.exec('DELETE FROM producer');
    writeMeta(db, 'range', { size: range.size, hashes: range.hashes.map(base64) });
    // A mirror that held nothing has nothing to drop.
    const dropped = size === 0 ? range.size : prunedMark(db).dropped;
    writeMeta(db, 'pruned', { to: range.size, dropped, gap: true });
  });
}

export interface FollowedPruning {
  readonly eventSeq: number;
  /** Events before this one are gone. */
  readonly to: number;
  /** Root over [0, to), as the event told it and this mirror computed it. */
  readonly root: Uint8Array;
  /** Events beyond of which disclosures went. */
  readonly shredded: number;
  readonly at: number;
}

/** Keeps that a pruning was held against the mirror's hashes and followed to its end. */
export function noteFollowed(db: Connection, { eventSeq, to, root, shredded, at }: FollowedPruning): void {
  db.prepare(
    'INSERT INTO followed_pruning (event_seq, upto, root, shredded, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (event_seq) DO NOTHING',
  ).run(eventSeq, to, root, shredded, at);
}

export function readFollowed(db: Connection): FollowedPruning[] {
  const rows = db
    .prepare('SELECT event_seq AS eventSeq, upto AS "to", root, shredded, at FROM followed_pruning ORDER BY event_seq')
    .all() as FollowedPruning[];
  return rows.map((row) => ({ ...row, root: Uint8Array.from(row.root) }));
}

/** Pages a step merges; a step takes some tenths of a second. */
const MERGE_PAGES = 500;

/** Merges the search index on, so that deleted words leave it; `done` when there is one run of pages and nothing deleted in it. */
export function settleSearch(db: Connection, begin: boolean): { readonly done: boolean } {
  db.pragma('secure_delete = ON');
  const changes = db.prepare('SELECT total_changes()').pluck();
  const before = changes.get() as number;
  // Negative: all segments are put to one level first, as 'optimize' does, and merged in steps (FTS5 6.8).
  db.prepare("INSERT INTO search (search, rank) VALUES ('merge', ?)").run(begin ? -MERGE_PAGES : MERGE_PAGES);
  return { done: (changes.get() as number) - before < 2 };
}

/** What a dictionary entry is from now on: the newest name that is still told, or nothing at all where no event names it any more. */
export interface ForgottenName {
  readonly field: keyof typeof DICT_KIND;
  readonly code: number;
  readonly name: string | null;
  readonly used: boolean;
}

/** Codes are places in what readers hold, so an unused entry stays as an empty one; should its key come again, it gets another code. */
export function forgetNames(db: Connection, names: readonly ForgottenName[]): void {
  const rename = db.prepare('UPDATE dict SET name = ? WHERE kind = ? AND code = ?');
  const empty = db.prepare("UPDATE dict SET name = NULL, key = 'pruned:' || code WHERE kind = ? AND code = ?");
  inOne(db, () => {
    for (const { field, code, name, used } of names) {
      if (used) rename.run(name, DICT_KIND[field], code);
      else empty.run(DICT_KIND[field], code);
    }
  });
}

/** Of each entity only its last state before the first event that is left stays, and none of one that was gone by then; where events came from is derived anew. */
export function forgetHistory(db: Connection): void {
  const { dropped } = prunedMark(db);
  inOne(db, () => {
    db.prepare(
      `DELETE FROM access_history WHERE seq < ? AND (state = 'delete' OR seq <
         (SELECT max(later.seq) FROM access_history AS later WHERE later.kind = access_history.kind AND later.id = access_history.id AND later.seq < ?))`,
    ).run(dropped, dropped);
    const mark = readMeta(db, 'accessHistory');
    if (mark !== null) writeMeta(db, 'accessHistory', { ...mark, epoch: mark.epoch + 1 });
    new LogOriginWriter(db).reset();
  });
}
