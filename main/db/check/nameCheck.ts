/** What the dictionaries say, for holding it against the events. */
import type { DictionaryPage } from '../api.ts';
import type { Connection } from '../connect.ts';
import { DICT_KIND, type DictField } from '../dictionary.ts';
import { readMeta } from '../read/meta.ts';

/** Entries of one dictionary from a code on, with the size of the mirror at that moment. */
export function dictionaryPage(db: Connection, field: DictField, from: number, limit: number): DictionaryPage {
  const read = db.transaction(() => ({
    size: readMeta(db, 'range')?.size ?? 0,
    entries: db
      .prepare(
        `SELECT code, key, name,
           coalesce((SELECT other.code FROM dict AS other INDEXED BY dict_key
             WHERE other.kind = dict.kind AND other.key = dict.key) = code, 0) AS found
         FROM dict WHERE kind = ? AND code >= ? ORDER BY code LIMIT ?`,
      )
      .all(DICT_KIND[field], from, limit) as { code: number; key: string; name: string | null; found: number }[],
  }));
  const { size, entries } = read();
  return { size, entries: entries.map((entry) => ({ ...entry, found: entry.found === 1 })) };
}
