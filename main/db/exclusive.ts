/** One process per database: an empty SQLite file beside it is held under an exclusive lock, which the system releases with the process. */
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

export interface ExclusiveLock {
  release(): void;
}

/** @throws AppError MIRROR_BUSY when another process, or another opening of this one, has the database. */
export function lockExclusively(path: string): ExclusiveLock {
  const db = new Database(`${path}.lock`);
  try {
    db.pragma('busy_timeout = 0');
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new AppError('MIRROR_BUSY', undefined, { file: basename(path) }, error);
  }
  return { release: () => db.close() };
}
