import type { Migration } from '../migrate.ts';

/** Changes asked for here that the platform has not answered yet. */
export const mirror003: Migration = {
  version: 3,
  name: 'outbox',
  up: (db) => {
    db.exec(`
      -- Sent in the order of seq, which is never given out twice. JSON: command, base, depends_on (ids of entries to be carried out before), error.
      CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL,
        kind TEXT NOT NULL, target TEXT NOT NULL, op TEXT NOT NULL, title TEXT NOT NULL,
        base_version INTEGER, base TEXT, depends_on TEXT NOT NULL,
        state TEXT NOT NULL, created_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, last_attempt_at INTEGER,
        -- 1: a request went out and its answer is not known; it may have been carried out.
        in_doubt INTEGER NOT NULL DEFAULT 0, error TEXT
      ) STRICT;
      CREATE INDEX outbox_target ON outbox (target);

      -- Items of one review, out of those of every review.
      CREATE INDEX entity_review ON entity (kind, json_extract(data, '$.review_id'));
    `);
  },
};
