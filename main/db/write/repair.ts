/** Building anew what is derived from the events: the search index and the dictionaries' names. */
import type { NameChange } from '../api.ts';
import type { Connection } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { readMeta } from '../read/meta.ts';

/** Gives the events the mirror holds at that moment. */
export function clearSearch(db: Connection): { size: number } {
  return db
    .transaction(() => {
      db.exec("INSERT INTO search (search) VALUES ('delete-all')");
      return { size: readMeta(db, 'range')?.size ?? 0 };
    })
    .immediate();
}

export function addSearch(db: Connection, first: number, texts: readonly string[]): void {
  const insert = db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
  db.transaction(() => {
    for (const [i, text] of texts.entries()) insert.run(first + i, text);
  }).immediate();
}

export function repairNames(db: Connection, changes: readonly NameChange[]): void {
  const rename = db.prepare('UPDATE dict SET name = ? WHERE kind = ? AND code = ?');
  db.transaction(() => {
    for (const { field, code, name } of changes) rename.run(name, DICT_KIND[field], code);
    db.exec('REINDEX dict_key');
  }).immediate();
}
