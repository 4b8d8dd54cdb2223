/** Statements of the console's own database. */
import { Settings } from '../../../shared/contract/app.ts';
import { SavedFilter } from '../../../shared/contract/audit.ts';
import { BundleRecord } from '../../../shared/contract/bundles.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ConnectionRecord, ConsoleDb } from '../api.ts';
import type { Connection } from '../connect.ts';
import { guarded } from '../sqliteErrors.ts';

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };

const DEFAULT_SETTINGS: Settings = {
  ...{ theme: 'system', timeZone: 'utc', autoLockMinutes: 15, syncEveryMinutes: 5 },
  notifyServiceLevels: true,
  notifyChecks: true,
  evidenceMebibytes: 200,
  workstationRegion: '',
};
const BUNDLES_LISTED_MAX = 500;
/** Values of this store and of callers share one table. */
const SETTINGS_KEY = 'settings';
const CALLER_PREFIX = 'value:';

interface FilterRow {
  id: string;
  org_id: string | null;
  name: string;
  filter: string;
  created_at: number;
}

function filterOf(row: FilterRow): SavedFilter {
  return SavedFilter.parse({
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    filter: JSON.parse(row.filter),
    createdAt: row.created_at,
  });
}

function draftMethods(db: Connection): Pick<Sync<ConsoleDb>, 'noteDraft' | 'dropDraft' | 'listDrafts'> {
  return {
    noteDraft: (path, madeAt) => {
      db.prepare('INSERT OR REPLACE INTO draft (path, made_at) VALUES (?, ?)').run(path, madeAt);
    },
    dropDraft: (path) => {
      db.prepare('DELETE FROM draft WHERE path = ?').run(path);
    },
    listDrafts: () =>
      db.prepare('SELECT path, made_at AS madeAt FROM draft ORDER BY made_at, path').all() as {
        path: string;
        madeAt: number;
      }[],
  };
}

export function createConsoleStore(db: Connection, path: string): Sync<Omit<ConsoleDb, 'close'>> {
  const get = db.prepare('SELECT value FROM value WHERE key = ?').pluck();
  const set = db.prepare(
    'INSERT INTO value (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const drop = db.prepare('DELETE FROM value WHERE key = ?');
  const settings = (): Settings => {
    const text = get.get(SETTINGS_KEY) as string | undefined;
    return text === undefined ? DEFAULT_SETTINGS : Settings.parse({ ...DEFAULT_SETTINGS, ...JSON.parse(text) });
  };
  const methods: Sync<Omit<ConsoleDb, 'close'>> = {
    getSettings: settings,
    setSettings: (change) => {
      const next = Settings.parse({ ...settings(), ...change });
      set.run(SETTINGS_KEY, JSON.stringify(next));
      return next;
    },
    listConnections: () =>
      (db.prepare('SELECT record FROM connection ORDER BY id').pluck().all() as string[]).map(
        (text) => JSON.parse(text) as ConnectionRecord,
      ),
    putConnection: (record) => {
      db.prepare(
        'INSERT INTO connection (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
      ).run(record.id, JSON.stringify(record));
    },
    deleteConnection: (id) => {
      db.prepare('DELETE FROM connection WHERE id = ?').run(id);
    },
    listFilters: (orgId) =>
      (
        db
          .prepare('SELECT * FROM filter WHERE org_id IS NULL OR org_id = ? ORDER BY name COLLATE NOCASE')
          .all(orgId) as FilterRow[]
      ).map(filterOf),
    saveFilter: (filter) => {
      const save = db.transaction(() => {
        db.prepare("DELETE FROM filter WHERE coalesce(org_id, '') = ? AND name = ?").run(
          filter.orgId ?? '',
          filter.name,
        );
        db.prepare('INSERT INTO filter (id, org_id, name, filter, created_at) VALUES (?, ?, ?, ?, ?)').run(
          filter.id,
          filter.orgId,
          filter.name,
          JSON.stringify(filter.filter),
          filter.createdAt,
        );
      });
      save.immediate();
      return filter;
    },
    deleteFilter: (id) => {
      if (db.prepare('DELETE FROM filter WHERE id = ?').run(id).changes === 0)
        throw new AppError('NOT_FOUND', 'There is no such saved filter.', { id });
    },
    listBundles: () =>
      (
        db
          .prepare('SELECT record FROM bundle ORDER BY created_at DESC LIMIT ?')
          .pluck()
          .all(BUNDLES_LISTED_MAX) as string[]
      ).map((text) => BundleRecord.parse(JSON.parse(text))),
    addBundle: (record) => {
      db.prepare('INSERT INTO bundle (bundle_id, created_at, record) VALUES (?, ?, ?)').run(
        record.bundleId,
        record.createdAt,
        JSON.stringify(record),
      );
    },
    getValue: (key) => (get.get(CALLER_PREFIX + key) as string | undefined) ?? null,
    setValue: (key, value) => {
      set.run(CALLER_PREFIX + key, value);
    },
    deleteValue: (key) => drop.run(CALLER_PREFIX + key).changes > 0,
    ...draftMethods(db),
  };
  return guarded(methods, path);
}
