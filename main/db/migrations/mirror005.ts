import type { Migration } from '../migrate.ts';

/**
 * Metrics of service levels as the platform sends them, with roll-ups of whole hours. `place` is series × 2^20 + hours since 1970: the hours of a
 * series lie together, in order. The cursor is the value `metricCursor` of `meta`.
 */
export const mirror005: Migration = {
  version: 5,
  name: 'metrics',
  up: (db) => {
    db.exec(`
      -- Minutes of one UTC hour (shared/sla/chunk.ts), read only at the ragged ends of a window.
      CREATE TABLE metric_chunk (place INTEGER PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;

      -- The same hour as one bucket: made from the chunk when it is stored, apart from it so that long windows read little.
      CREATE TABLE metric_hour (place INTEGER PRIMARY KEY, rollup BLOB NOT NULL) STRICT;

      -- What was seen up or down; spans of a series do not overlap.
      CREATE TABLE metric_span (
        series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, up INTEGER NOT NULL CHECK (up IN (0, 1)),
        PRIMARY KEY (series, from_ms), CHECK (from_ms < to_ms)
      ) STRICT, WITHOUT ROWID;

      -- Newest version of anything in a UTC day of a series, by which readers tell whether what they remember of it still holds.
      CREATE TABLE metric_day (
        series INTEGER NOT NULL, day INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (series, day)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
