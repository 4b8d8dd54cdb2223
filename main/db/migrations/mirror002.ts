import type { Migration } from '../migrate.ts';

/** A chain over every change of the pin, the alarms and their acknowledgements. */
export const mirror002: Migration = {
  version: 2,
  name: 'ledger of pin and alarms',
  up: (db) => {
    db.exec(`
      -- content: digest of pin and alarms after change n; digest: over the digest before it and the content.
      CREATE TABLE ledger (n INTEGER PRIMARY KEY, content BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
    `);
  },
};
