/** Embedded PostgreSQL (PGlite): one process, one data folder, transactions strictly one at a time. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, type Transaction, types } from '@electric-sql/pglite';
import { AppError } from '../../shared/errors.ts';
import { type Database, type Param, parseInt8, type Tx } from './database.ts';

const parsers = { [types.INT8]: parseInt8 };

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Two processes on one PGlite folder destroy it, so the folder is locked by a file that names its owner. */
function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'platform.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(path, 'utf8'));
      if (!Number.isInteger(owner) || owner === process.pid || alive(owner)) {
        throw new AppError('CONFLICT', `Another platform process uses the data folder (process ${owner}).`);
      }
      rmSync(path, { force: true });
    }
  }
  throw new AppError('CONFLICT', 'Another platform process uses the data folder.');
}

function wrap(tx: Transaction): Tx {
  return {
    inTransaction: true,
    query: async <T extends object>(sql: string, params: readonly Param[] = []) =>
      (await tx.query<T>(sql, [...params], { parsers })).rows,
    exec: async (sql) => {
      await tx.exec(sql);
    },
  };
}

/** @param folder data folder; null keeps everything in memory. Throws CONFLICT when another process has it open. */
export async function openPglite(folder: string | null): Promise<Database> {
  const unlock = folder === null ? () => undefined : lockFolder(folder);
  let db: PGlite;
  try {
    db = folder === null ? await PGlite.create() : await PGlite.create({ dataDir: join(folder, 'pgdata') });
  } catch (error) {
    unlock();
    throw error;
  }
  let closed = false;
  return {
    kind: 'pglite',
    transaction: (work) => db.transaction((tx) => work(wrap(tx))),
    ping: async () => {
      await db.query('SELECT 1');
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await db.close();
      unlock();
    },
  };
}
