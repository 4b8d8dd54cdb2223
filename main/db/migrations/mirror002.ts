import type { Migration } from '../migrate.ts';

/**
 * What the proven log tells about access, entity by entity: who was who on any past day. It is derived from the log alone and can be
 * made anew from it; its cursor is the value `accessHistory` of `meta`.
 */
export const mirror002: Migration = {
  version: 2,
  name: 'access history',
  up: (db) => {
    db.exec(`
      CREATE TABLE access_history (
        seq INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
        -- Valid from the time the log recorded it; noted is when this mirror learned of it.
        valid_from INTEGER NOT NULL, noted_at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('put', 'delete', 'unknown')),
        -- The entity after the change; null unless put.
        data TEXT CHECK ((data IS NOT NULL) = (state = 'put')),
        -- The entity before it, kept only where no earlier row tells it.
        before TEXT,
        PRIMARY KEY (seq, kind, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX access_history_entity ON access_history (kind, id, seq);
    `);
  },
};
