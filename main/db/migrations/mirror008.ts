import type { Migration } from '../migrate.ts';

/**
 * Retention: what of the log was pruned. A pruned bundle keeps its row with its subtree's root and without a byte of its events, so that
 * every proof of later events stays; how far that reaches is the value `pruned` of `meta`.
 */
export const mirror008: Migration = {
  version: 8,
  name: 'prunings that were followed',
  up: (db) => {
    db.exec(`
      -- Prunings whose event was held against the mirror's own hashes before anything was dropped; root: over the events [0, upto).
      CREATE TABLE followed_pruning (
        event_seq INTEGER PRIMARY KEY, upto INTEGER NOT NULL, root BLOB NOT NULL, shredded INTEGER NOT NULL, at INTEGER NOT NULL
      ) STRICT;
    `);
  },
};
