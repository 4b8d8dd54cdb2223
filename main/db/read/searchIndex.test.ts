/** What is read out of the index's pages, against what FTS5 itself finds. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SearchIndex } from './searchIndex.ts';

const word = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[ab]{1,3}$/) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z0-9]{1,12}$/) },
  fc.constantFrom('Über', 'uber', '東京', 'É', 'x'.repeat(300), 'all'),
);
const text = fc.array(word, { maxLength: 12 }).map((words) => `all ${words.join(' ')}`);
/** Page bytes: lists run over many pages, and words end at their edges. */
const pageBytes = fc.constantFrom(40, 64, 100, 333, 4000);

function makeIndex(batches: readonly (readonly string[])[], bytes: number, columns = 'detail = none, columnsize = 0') {
  const db = new Database(':memory:');
  db.exec(`CREATE VIRTUAL TABLE search USING fts5 (text, content = '', ${columns}, tokenize = 'unicode61')`);
  db.exec(`INSERT INTO search (search, rank) VALUES ('pgsz', ${bytes}), ('automerge', 2), ('crisismerge', 4)`);
  const insert = db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
  let row = 0;
  for (const batch of batches) {
    db.transaction(() => {
      for (const line of batch) insert.run(row++, line);
    })();
  }
  return { db, rows: row };
}

function matched(db: Database.Database, query: string, rows: number): Uint8Array {
  const mask = new Uint8Array(rows);
  for (const row of db.prepare('SELECT rowid FROM search WHERE search MATCH ?').pluck().all(query))
    mask[Number(row)] = 1;
  return mask;
}

describe('SearchIndex', () => {
  it('finds what FTS5 finds, in one segment or many, before, during and after merges', () => {
    const batches = fc.array(fc.array(text, { maxLength: 60 }), { maxLength: 12 });
    fc.assert(
      fc.property(batches, pageBytes, fc.array(word, { minLength: 1, maxLength: 8 }), (lines, bytes, asked) => {
        const { db, rows } = makeIndex(lines, bytes);
        const index = new SearchIndex(db);
        const compare = (): void => {
          for (const one of [...asked, 'all', 'a', 'b', 'nowhere', '~']) {
            const [stored, ...more] = index.stored(one);
            if (stored === undefined || more.length > 0) continue;
            expect(index.find(stored, false, rows)).toEqual(matched(db, `"${one}"`, rows));
            expect(index.find(stored, true, rows)).toEqual(matched(db, `"${one}" *`, rows));
          }
        };
        compare();
        db.exec("INSERT INTO search (search, rank) VALUES ('merge', 3)");
        compare();
        db.exec("INSERT INTO search (search) VALUES ('optimize')");
        compare();
        db.close();
      }),
      { numRuns: 150 },
    );
  });

  it('reads a list that runs over many pages, and leaves out rows beyond those asked for', () => {
    const { db } = makeIndex([Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? 'third all' : 'all'))], 64);
    const index = new SearchIndex(db);
    expect(index.find('all', false, 15_000)).toEqual(new Uint8Array(15_000).fill(1));
    expect(index.find('third', false, 25_000)).toEqual(matched(db, 'third', 25_000));
    db.close();
  });

  it('says nothing of an index with deletions', () => {
    const deleted = makeIndex([['a', 'b', 'a']], 100);
    deleted.db.exec("INSERT INTO search (search, rowid, text) VALUES ('delete', 0, 'a')");
    expect(new SearchIndex(deleted.db).find('a', false, 3)).toBeNull();
    const newer = makeIndex([['a', 'b']], 100, 'contentless_delete = 1');
    newer.db.exec('DELETE FROM search WHERE rowid = 0');
    expect(new SearchIndex(newer.db).find('a', false, 2)).toBeNull();
  });

  it('names a word as the index stores it, and the words it would part it into', () => {
    const { db } = makeIndex([], 100);
    const index = new SearchIndex(db);
    // A variation selector is a mark to Unicode, and a gap between two words to unicode61.
    expect(['Über', '東京', 'a-b', '-', 'AND', '𠀀\u{E0100}\u{F0000}'].map((one) => index.stored(one))).toEqual([
      ['uber'],
      ['東京'],
      ['a', 'b'],
      [],
      ['and'],
      ['𠀀', '\u{F0000}'],
    ]);
  });
});
