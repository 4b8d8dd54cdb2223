/** Ranks kept over changes, against SQLite's own order of the dictionary as it then stands. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DICT_KIND, type DictField } from '../dictionary.ts';
import { mirror001 } from '../migrations/mirror001.ts';
import { Ranks } from './ranks.ts';

/** Near to each other in the order, in several cases, with bytes that UTF-16 and UTF-8 order differently, and with NUL. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[abAB]{0,3}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Über', 'über', 'É', '東京', '\u{1f600}', '\uffee', '[', '_', 'Z', 'z', 'a:b'),
  },
  { weight: 1, arbitrary: fc.constantFrom('a\0b', 'a\0', 'a\0aa', 'A\0c', '\0') },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
);
const name = fc.option(text);
const field = fc.constantFrom<DictField>('actor', 'action', 'target', 'workspace');

function makeDict(kind: number) {
  const db = new Database(':memory:');
  mirror001.up(db);
  const insert = db.prepare('INSERT INTO dict (kind, code, key, name) VALUES (?, ?, ?, ?)');
  const rename = db.prepare('UPDATE dict SET name = ? WHERE kind = ? AND code = ?');
  let size = 0;
  return {
    db,
    add: (key: string, shown: string | null) => insert.run(kind, size, `${key}${size++}`, shown),
    rename: (code: number, shown: string | null) => rename.run(shown, kind, size === 0 ? 0 : code % size),
    /** The order by SQLite alone. */
    fresh: (): Uint32Array => {
      const cut = kind === DICT_KIND.actor || kind === DICT_KIND.target ? ':' : '\n';
      const codes = db
        .prepare(
          'SELECT code FROM dict WHERE kind = ? ORDER BY coalesce(name, substr(key, instr(key, ?) + 1)) COLLATE NOCASE, key',
        )
        .pluck()
        .all(kind, cut) as number[];
      const ranks = new Uint32Array(codes.length);
      for (const [rank, code] of codes.entries()) ranks[code] = rank;
      return ranks;
    },
  };
}

describe('Ranks', () => {
  it('are those of a fresh sort after values came and were renamed', () => {
    const change = fc.record({
      added: fc.array(fc.tuple(text, name), { maxLength: 6 }),
      renamed: fc.array(fc.tuple(fc.nat(500), name), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(field, fc.array(change, { maxLength: 6 }), (which, changes) => {
        const dict = makeDict(DICT_KIND[which]);
        const ranks = new Ranks(dict.db, which);
        expect(ranks.of()).toEqual(dict.fresh());
        // Enough of them that what follows is few, and placed one by one.
        for (let i = 0; i < 250; i++) dict.add(`user:${'aAbB'[i % 4]}`, i % 3 === 0 ? 'Same name' : null);
        expect(ranks.of()).toEqual(dict.fresh());
        for (const { added, renamed } of changes) {
          for (const [key, shown] of added) dict.add(`x:${key}`, shown);
          for (const [code, shown] of renamed) dict.rename(code, shown);
          expect(ranks.of()).toEqual(dict.fresh());
        }
        dict.db.close();
      }),
      { numRuns: 150 },
    );
  });

  it('stand as they are while nothing changed, and follow a dictionary that was made anew', () => {
    const dict = makeDict(DICT_KIND.target);
    const ranks = new Ranks(dict.db, 'target');
    dict.add('thread:b', null);
    dict.add('thread:a', null);
    const first = ranks.of();
    expect(first).toEqual(Uint32Array.of(1, 0));
    expect(ranks.of()).toBe(first);
    dict.rename(1, 'Zoo');
    expect(ranks.of()).toEqual(Uint32Array.of(0, 1));
    dict.db.exec('DELETE FROM dict WHERE code = 1');
    expect(ranks.of()).toEqual(Uint32Array.of(0));
    dict.db.close();
  });
});
