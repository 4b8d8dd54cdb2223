import type { Migration } from '../migrate.ts';

/** The mirror of one organization. */
export const mirror001: Migration = {
  version: 1,
  name: 'entities, log, columns, search, alarms',
  up: (db) => {
    db.exec(`
      -- Small values: cursors, pin, checkpoint, last sync; JSON.
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE entity (
        kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (kind, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX entity_name ON entity (kind, name COLLATE NOCASE);

      -- The log as it is served: 256 entries a row (C2SP entry bundle), their disclosures one line each, and the subtree's root once full.
      CREATE TABLE bundle (
        idx INTEGER PRIMARY KEY, count INTEGER NOT NULL, leaves BLOB NOT NULL, disclosures TEXT NOT NULL, hash BLOB
      ) STRICT;

      -- Columns of the explorer, packed (columns/segment.ts).
      CREATE TABLE segment (first_seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, data BLOB NOT NULL) STRICT;

      -- Dictionaries of the columns: 0 actor, 1 action, 2 target, 3 workspace.
      CREATE TABLE dict (
        kind INTEGER NOT NULL, code INTEGER NOT NULL, key TEXT NOT NULL, name TEXT,
        PRIMARY KEY (kind, code)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX dict_key ON dict (kind, key);

      CREATE TABLE producer (id TEXT NOT NULL, epoch INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (id, epoch)) STRICT, WITHOUT ROWID;

      -- Checkpoints whose every entry is here.
      CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL, verified_at INTEGER NOT NULL) STRICT;

      CREATE TABLE alarm (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, raised_at INTEGER NOT NULL, message TEXT NOT NULL, evidence TEXT NOT NULL,
        acknowledged_at INTEGER, acknowledged_note TEXT
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE verification (
        at INTEGER NOT NULL, leaves INTEGER NOT NULL, hashes INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL, matched INTEGER NOT NULL
      ) STRICT;

      -- The text is not stored again: a hit names its sequence number. Words only, so positions are not kept.
      CREATE VIRTUAL TABLE search USING fts5 (text, content = '', detail = none, columnsize = 0, tokenize = 'unicode61');
    `);
    // Fewer, larger merges: a first sync writes millions of rows in a row.
    db.exec(
      "INSERT INTO search (search, rank) VALUES ('automerge', 8), ('crisismerge', 32), ('hashsize', 67108864), ('pgsz', 8000)",
    );
  },
};
