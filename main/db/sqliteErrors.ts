/** SQLite's faults in the console's words. The file named is the database's base name: a full path may hold a user's name. */
import { basename } from 'node:path';
import { AppError } from '../../shared/errors.ts';

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null;
}

/**
 * What a fault on an open database means. A page whose authentication tag does not hold comes as NOTADB, CORRUPT or an input error; none
 * of them may pass as an empty answer.
 */
export function fromSqlite(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  const file = basename(path);
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE') {
    return new AppError('DISK_FULL', undefined, { file }, error);
  }
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return new AppError('MIRROR_BUSY', undefined, { file }, error);
  if (code === 'SQLITE_CANTOPEN' || code === 'SQLITE_READONLY' || code.startsWith('SQLITE_READONLY_')) {
    return new AppError(
      'FILE_UNWRITABLE',
      `The database ${file} cannot be opened for writing.`,
      { file, sqlite: code },
      error,
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR')) {
    return new AppError(
      'MIRROR_DAMAGED',
      `A page of ${file} does not authenticate or cannot be read.`,
      { file, sqlite: code },
      error,
    );
  }
  return error;
}

/** The methods with SQLite's faults named in each; `before` runs ahead of every call. */
export function guarded<T extends object>(methods: T, path: string, before: () => void = () => undefined): T {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: unknown[]): unknown => {
      try {
        before();
        return (method as (...values: unknown[]) => unknown)(...args);
      } catch (error) {
        throw fromSqlite(error, path);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
