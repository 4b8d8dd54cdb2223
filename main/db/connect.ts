/** Opening an encrypted database: cipher, key, pragmas, and what a failure means. The only place that keys a connection. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { fromSqlite } from './sqliteErrors.ts';

export type Connection = Database.Database;
export type Statement = Database.Statement<unknown[]>;

const KEY_BYTES = 32;
/** Files up to this size are checked wholly at open; every page of a larger one still authenticates when it is read. */
export const CHECKED_AT_OPEN_BYTES_MAX = 64 * 2 ** 20;

/**
 * Beside the database stands a keyed digest of a constant: it tells a wrong key from a damaged header, which SQLite cannot. It reveals
 * nothing about a random 256-bit key.
 */
const checkPath = (path: string): string => `${path}.check`;
const keyCheck = (key: Uint8Array): Buffer =>
  createHmac('sha256', key).update('mission-control mirror key check').digest();

function writeKeyCheck(path: string, key: Uint8Array): void {
  const temporary = `${checkPath(path)}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, keyCheck(key));
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, checkPath(path));
}

function keyMatches(path: string, key: Uint8Array): boolean | null {
  try {
    const stored = readFileSync(checkPath(path));
    return stored.length === 32 && timingSafeEqual(stored, keyCheck(key));
  } catch {
    return null;
  }
}

function openingFault(error: unknown, path: string, key: Uint8Array): unknown {
  const file = basename(path);
  const mapped = fromSqlite(error, path);
  if (!(mapped instanceof AppError) || mapped.code !== 'MIRROR_DAMAGED') return mapped;
  const matches = keyMatches(path, key);
  if (matches === true)
    return new AppError('MIRROR_DAMAGED', `The head of ${file} is damaged; the key is the right one.`, { file }, error);
  return new AppError(
    'MIRROR_KEY_WRONG',
    undefined,
    { file, keyCheck: matches === null ? 'absent' : 'another key' },
    error,
  );
}

export interface OpenOptions {
  readonly path: string;
  /** Random, 32 bytes; copied by SQLite, the caller may zero it afterwards. */
  readonly key: Uint8Array;
  readonly readonly: boolean;
}

function configure(db: Connection, key: Uint8Array, readonly: boolean): void {
  db.pragma("cipher = 'aegis'");
  db.pragma("algorithm = 'aegis-256'");
  // `raw:` gives the key as it is: no key derivation, which a random key does not need.
  db.pragma(`key = 'raw:${Buffer.from(key).toString('hex')}'`);
  // Sorts and materialized results would otherwise go to a plaintext file.
  db.pragma('temp_store = MEMORY');
  if (!readonly) {
    db.pragma('page_size = 8192');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('journal_size_limit = 67108864');
  }
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('cache_size = -65536');
  db.pragma('busy_timeout = 5000');
}

/**
 * Opens or, when the file is absent and `readonly` is false, creates an encrypted database. Nothing is ever deleted or made anew over a file.
 * @throws AppError MIRROR_KEY_WRONG, MIRROR_DAMAGED, MIRROR_BUSY, DISK_FULL, FILE_UNWRITABLE.
 */
export function openEncrypted({ path, key, readonly }: OpenOptions): Connection {
  if (key.length !== KEY_BYTES) throw new AppError('INTERNAL', 'A database key has 32 bytes.');
  const fresh = !existsSync(path);
  if (fresh && readonly) throw new AppError('FILE_UNREADABLE', `There is no database ${basename(path)}.`);
  let db: Connection | undefined;
  try {
    if (fresh) writeKeyCheck(path, key);
    db = new Database(path, { readonly });
    configure(db, key, readonly);
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    if (!readonly && !existsSync(checkPath(path))) writeKeyCheck(path, key);
    if (!readonly && statSync(path).size <= CHECKED_AT_OPEN_BYTES_MAX) quickCheck(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw openingFault(error, path, key);
  }
}

function quickCheck(db: Connection, path: string): void {
  const found = db.prepare('PRAGMA quick_check(1)').pluck().get();
  if (found !== 'ok') {
    throw new AppError('MIRROR_DAMAGED', `The integrity check of ${basename(path)} failed: ${String(found)}.`, {
      file: basename(path),
    });
  }
}
