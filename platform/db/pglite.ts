/** Embedded PostgreSQL (PGlite): one process, one data folder, transactions strictly one at a time. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messages, PGlite, parse, protocol, types } from '@electric-sql/pglite';
import { toHex } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { type Database, type Param, parseInt8 } from './database.ts';
import { inTransaction, type Wire } from './transaction.ts';

const parsers = { [types.INT8]: parseInt8 };
const { serialize } = protocol;

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

/** A value as text, for PostgreSQL to read as whatever type the statement gives it. */
function textOf(param: Param): string | null {
  if (param === null || typeof param === 'string') return param;
  if (param instanceof Date) return param.toISOString();
  if (param instanceof Uint8Array) return `\\x${toHex(param)}`;
  if (typeof param === 'object')
    return `{${param.map((item) => `"${String(item).replace(/["\\]/g, '\\$&')}"`).join()}}`;
  return String(param);
}

interface Exchange {
  readonly answers: object[][];
  /** Statements that were parsed, in order; they stay parsed also when the transaction is rolled back. */
  readonly parsed: number;
  readonly error: Error | null;
}

/** Several messages in one call of the database, which answers before it returns. */
function exchange(db: PGlite, sent: readonly Uint8Array[]): Exchange {
  const got: Parameters<typeof parse.parseResults>[0] = [];
  new protocol.Parser().parse(db.execProtocolRawSync(Buffer.concat(sent)), (message) => got.push(message));
  const count = (name: string): number => got.filter((message) => message.name === name).length;
  return {
    answers: count('commandComplete') === 0 ? [] : parse.parseResults(got, db.parsers, { parsers }).map(rowsOf),
    parsed: count('parseComplete'),
    error: got.find((message) => message instanceof messages.DatabaseError) ?? null,
  };
}

const rowsOf = ({ rows }: { rows: unknown[] }): object[] => rows as object[];

/**
 * PGlite's own `query` calls the database six times for each statement, which takes longer than most statements do. The caller has the
 * database to itself. @param prepared names of the statements that this database keeps parsed.
 */
function wireOf(db: PGlite, prepared: Set<string>): Wire {
  const send: Wire['send'] = async (statements) => {
    const sent: Uint8Array[] = [];
    const parses: string[] = [];
    for (const { sql, params = [], name = '' } of statements) {
      if (name === '' || !(prepared.has(name) || parses.includes(name))) {
        sent.push(serialize.parse({ name, text: sql }));
        parses.push(name);
      }
      sent.push(serialize.bind({ statement: name, values: params.map(textOf) }));
      sent.push(serialize.describe({ type: 'P' }), serialize.execute({}));
    }
    const { answers, parsed, error } = exchange(db, [...sent, serialize.sync()]);
    for (const name of parses.slice(0, parsed)) if (name !== '') prepared.add(name);
    return { answers, error };
  };
  return {
    send,
    exec: async (sql) => {
      const { error } = exchange(db, [serialize.query(sql)]);
      if (error !== null) throw error;
    },
    rollback: async () => {
      await send([{ sql: 'ROLLBACK' }]);
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
  const wire = wireOf(db, new Set());
  return {
    kind: 'pglite',
    transaction: (work) =>
      db.runExclusive(async () => {
        if (closed) throw new Error('the database is closed');
        return await inTransaction(wire, work);
      }),
    ping: async () => {
      await db.query('SELECT 1');
    },
    close: async () => {
      if (closed) return;
      closed = true;
      // After the transaction under way; none begins any more.
      await db.runExclusive(async () => undefined);
      await db.close();
      unlock();
    },
  };
}
