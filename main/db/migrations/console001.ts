import type { Migration } from '../migrate.ts';

/** The console's own database. */
export const console001: Migration = {
  version: 1,
  name: 'values, connections, filters, bundles',
  up: (db) => {
    db.exec(`
      CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE connection (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE filter (
        id TEXT PRIMARY KEY, org_id TEXT, name TEXT NOT NULL, filter TEXT NOT NULL, created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      -- Null is a global filter; two nulls must be one name too.
      CREATE UNIQUE INDEX filter_name ON filter (coalesce(org_id, ''), name);
      CREATE TABLE bundle (bundle_id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `);
  },
};
