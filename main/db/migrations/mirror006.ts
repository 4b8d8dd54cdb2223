import type { Migration } from '../migrate.ts';

/**
 * Whether each event's `source` names an address, one byte an event (shared/compliance/checks/world.ts, ORIGIN): derived from the proven log
 * after a sync, so that checks need not read every disclosure. The cursor is the value `logOrigin` of `meta`.
 */
export const mirror006: Migration = {
  version: 6,
  name: 'origin of events',
  up: (db) => {
    // By bundle of 256 events, as the log itself lies.
    db.exec('CREATE TABLE log_origin (idx INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT');
  },
};
