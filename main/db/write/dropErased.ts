/**
 * Dropping disclosures from a mirror, with everything it derived of them: the words of search, names, and what the access history took from
 * them. The leaves stay, so every proof holds as before.
 */
import { disclosureDigest, readEvent } from '../../../shared/audit/index.ts';
import { fromUtf8 } from '../../../shared/bytes.ts';
import { decodeEntries, TILE_WIDTH } from '../../../shared/log/index.ts';
import { sha256 } from '../../crypto.ts';
import { unpackSegment } from '../columns/segment.ts';
import type { Connection, Statement } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { readDisclosed, searchLine } from '../disclosed.ts';
import { LogStore } from '../read/logStore.ts';
import { reviseHistory } from './accessHistory.ts';

/** Disclosures to drop: by event, the digests. */
export type Forgotten = ReadonlyMap<number, ReadonlySet<string>>;

interface Keys {
  readonly actor: Set<string>;
  readonly target: Set<string>;
}

const joined = (type: string, id: string): string => `${type}:${id}`;
const listOf = (line: string): string[] => (line === '' ? [] : line.split('~'));

/** Parts texts into the words the index would store, by its own tokenizer; in memory, as all temporary tables. */
class Words {
  private readonly tell: Statement;
  private readonly terms: Statement;
  private readonly clear: Statement;

  constructor(db: Connection) {
    db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.uttered USING fts5 (text, detail = none, tokenize = 'unicode61');
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.uttered_word USING fts5vocab (temp, uttered, row)`);
    this.tell = db.prepare('INSERT INTO temp.uttered (text) VALUES (?)');
    this.terms = db.prepare('SELECT term FROM temp.uttered_word').pluck();
    this.clear = db.prepare('DELETE FROM temp.uttered');
  }

  of(text: string): Set<string> {
    this.tell.run(text);
    const terms = new Set(this.terms.all() as string[]);
    this.clear.run();
    return terms;
  }
}

/**
 * Takes out of the index the words by which an event is no longer found, and no others: an index without contents is told what to delete, and
 * a word deleted and put in again at the same row in one transaction would be lost. The empty text keeps the index's count of rows.
 */
class SearchForgetter {
  private readonly words: Words;
  private readonly remove: Statement;
  private readonly count: Statement;

  constructor(db: Connection) {
    this.words = new Words(db);
    this.remove = db.prepare("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)");
    this.count = db.prepare("INSERT INTO search (rowid, text) VALUES (?, '')");
  }

  forget(seq: number, before: string, after: string): void {
    const kept = this.words.of(after);
    const gone = [...this.words.of(before)].filter((word) => !kept.has(word));
    if (gone.length === 0) return;
    this.remove.run(seq, gone.join(' '));
    this.count.run(seq);
  }
}

/** Words are deleted without traces of them in the pages of the index. */
function secureDelete(db: Connection, on: boolean): void {
  // As text of the statement: a bound number is a float, which the setting does not take.
  db.exec(`INSERT INTO search (search, rank) VALUES ('secure-delete', ${on ? 1 : 0})`);
}

function forgetInBundle(
  db: Connection,
  search: SearchForgetter,
  index: number,
  forgotten: Forgotten,
  touched: Keys,
): void {
  const row = db.prepare('SELECT count, leaves, disclosures FROM bundle WHERE idx = ?').get(index) as
    | { count: number; leaves: Buffer; disclosures: string }
    | undefined;
  // Of a bundle whose events were pruned nothing is left to drop.
  if (row === undefined || row.leaves.length === 0) return;
  const leaves = decodeEntries(row.leaves, row.count);
  const lines = row.disclosures.split('\n');
  let changed = false;
  for (const [i, line] of lines.entries()) {
    const digests = forgotten.get(index * TILE_WIDTH + i);
    if (digests === undefined) continue;
    const before = listOf(line);
    const after = before.filter((text) => !digests.has(disclosureDigest(text, sha256)));
    if (after.length === before.length) continue;
    changed = true;
    const seq = index * TILE_WIDTH + i;
    const event = readEvent(fromUtf8(leaves[i]!));
    search.forget(seq, searchLine(event, readDisclosed(before)), searchLine(event, readDisclosed(after)));
    lines[i] = after.join('~');
    touched.actor.add(joined(event.actor.type, event.actor.id));
    if (event.target !== null) touched.target.add(joined(event.target.type, event.target.id));
    reviseHistory(db, event, after);
  }
  if (changed) db.prepare('UPDATE bundle SET disclosures = ? WHERE idx = ?').run(lines.join('\n'), index);
}

/** The newest name that is still told of an entry; null: none. Reads from the end of the log, one bundle with hits at a time. */
function newestName(db: Connection, log: LogStore, field: 'actor' | 'target', code: number): string | null {
  const segments = db.prepare('SELECT first_seq, count, data FROM segment ORDER BY first_seq DESC');
  for (const { first_seq, count, data } of segments.all() as { first_seq: number; count: number; data: Buffer }[]) {
    const codes = unpackSegment(data, count)[field];
    for (let i = count - 1; i >= 0; ) {
      if (codes[i] !== code) {
        i -= 1;
        continue;
      }
      const index = Math.floor((first_seq + i) / TILE_WIDTH);
      const seqs: number[] = [];
      for (; i >= 0 && Math.floor((first_seq + i) / TILE_WIDTH) === index; i--) {
        if (codes[i] === code) seqs.push(first_seq + i);
      }
      for (const { line } of log.within(index, seqs)) {
        const name = readDisclosed(listOf(line))[field];
        if (name !== null) return name;
      }
    }
  }
  return null;
}

function rename(db: Connection, touched: Keys): void {
  const log = new LogStore(db);
  const find = db.prepare('SELECT code, name FROM dict WHERE kind = ? AND key = ?');
  const set = db.prepare('UPDATE dict SET name = ? WHERE kind = ? AND code = ?');
  for (const field of ['actor', 'target'] as const) {
    for (const key of touched[field]) {
      const entry = find.get(DICT_KIND[field], key) as { code: number; name: string | null } | undefined;
      if (entry === undefined || entry.name === null) continue;
      const name = newestName(db, log, field, entry.code);
      if (name !== entry.name) set.run(name, DICT_KIND[field], entry.code);
    }
  }
}

/**
 * Drops these disclosures where they are still held, in the caller's transaction; whoever holds dictionaries in memory must let go of them after it.
 */
export function dropErased(db: Connection, forgotten: Forgotten): void {
  const bundles = [...new Set([...forgotten.keys()].map((seq) => Math.floor(seq / TILE_WIDTH)))].sort((a, b) => a - b);
  const touched: Keys = { actor: new Set(), target: new Set() };
  const search = new SearchForgetter(db);
  secureDelete(db, true);
  for (const index of bundles) forgetInBundle(db, search, index, forgotten, touched);
  secureDelete(db, false);
  rename(db, touched);
}
