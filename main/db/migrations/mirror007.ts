import type { Migration } from '../migrate.ts';

/**
 * Disclosures that proven events of erasure named: they are dropped here, and shown as erased instead of withheld. The cursor is the value
 * `erasures` of `meta`.
 */
export const mirror007: Migration = {
  version: 7,
  name: 'erased disclosures',
  up: (db) => {
    db.exec(`
      CREATE TABLE erased (
        seq INTEGER NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
        -- The event that ordered it, when that was recorded (ms), and for which request.
        by_seq INTEGER NOT NULL, at INTEGER NOT NULL, request TEXT NOT NULL,
        PRIMARY KEY (seq, digest)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX erased_request ON erased (request);
    `);
  },
};
