import type { Migration } from '../migrate.ts';

/** Files that are being written: what a killed process left of them is found by this. */
export const console002: Migration = {
  version: 2,
  name: 'unfinished files',
  up: (db) => {
    db.exec('CREATE TABLE draft (path TEXT PRIMARY KEY, made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID');
  },
};
