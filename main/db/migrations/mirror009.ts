import type { Migration } from '../migrate.ts';

/**
 * Files of evidence, under the SHA-256 of their bytes. `pending` 1: added here and not known to be on the platform, so that it is no copy that
 * could be fetched again. `added_at`: ms.
 */
export const mirror009: Migration = {
  version: 9,
  name: 'files of evidence',
  up: (db) => {
    db.exec(`CREATE TABLE blob (
      sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL, size INTEGER NOT NULL, added_at INTEGER NOT NULL, pending INTEGER NOT NULL
    ) STRICT`);
    // The list of them must not read their bytes.
    db.exec('CREATE INDEX blob_list ON blob (added_at, sha256, size, pending)');
  },
};
