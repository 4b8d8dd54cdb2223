/** Numbered, forward-only migrations: each in one transaction with its version row. */
import { basename } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connect.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: (db: Connection) => void;
}

/** Version of the newest migration applied; 0 for an empty file. */
export function versionOf(db: Connection): number {
  const known = db
    .prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'")
    .pluck()
    .get();
  return known === 0 ? 0 : (db.prepare('SELECT coalesce(max(version), 0) FROM migration').pluck().get() as number);
}

/**
 * Brings a database to the newest version, or to `upTo` in tests of single steps.
 * @throws AppError MIRROR_NEWER when the file was written by a newer console; it is not touched.
 */
export function migrate(
  db: Connection,
  path: string,
  migrations: readonly Migration[],
  now: number,
  upTo = Infinity,
): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const current = versionOf(db);
  if (current > newest) {
    throw new AppError('MIRROR_NEWER', undefined, { file: basename(path), version: current, understood: newest });
  }
  for (const { version, name, up } of migrations) {
    if (version <= current || version > upTo) continue;
    db.transaction(() => {
      db.exec(
        'CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
      );
      up(db);
      db.prepare('INSERT INTO migration (version, name, applied_at) VALUES (?, ?, ?)').run(version, name, now);
    }).immediate();
  }
}
