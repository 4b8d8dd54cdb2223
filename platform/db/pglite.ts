/** Embedded PostgreSQL (PGlite): one process, one data folder, transactions strictly one at a time. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messages, PGlite, parse, protocol, types } from '@electric-sql/pglite';
import { toHex } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { type Database, type Param, parseInt8, type Statement } from './database.ts';
import { inTransaction, type Sent, type Wire } from './transaction.ts';

const { serialize } = protocol;
const DESCRIBE = serialize.describe({ type: 'P' });
const EXECUTE = serialize.execute({});
const SYNC = serialize.sync();

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

type Message = Parameters<typeof parse.parseResults>[0][number];

/** Several messages in one call of the database, which answers before it returns. */
function exchange(db: PGlite, sent: readonly Uint8Array[]): Message[] {
  const got: Message[] = [];
  new protocol.Parser().parse(db.execProtocolRawSync(Buffer.concat(sent)), (message) => got.push(message));
  return got;
}

const failureIn = (got: readonly Message[]): Error | null =>
  got.find((message): message is Message & Error => message instanceof messages.DatabaseError) ?? null;

/** What each column of an answer is called and of what type; null where a statement answers no rows. */
type Shape = Message | null;

/**
 * PGlite's own `query` calls the database six times for each statement and describes its answer anew, which takes longer than most
 * statements do. The caller has the database to itself.
 */
class PgliteWire implements Wire {
  private readonly db: PGlite;
  private readonly parsers: PGlite['parsers'];
  /** Statements that the database keeps parsed, by name. They stay when a transaction is rolled back. */
  private readonly kept = new Set<string>();
  private readonly shapes = new Map<string, Shape>();

  constructor(db: PGlite) {
    this.db = db;
    this.parsers = { ...db.parsers, [types.INT8]: parseInt8 };
  }

  async send(statements: readonly Statement[]): Promise<Sent> {
    const sent: Uint8Array[] = [];
    const parses: string[] = [];
    for (const { sql, params = [], name = '' } of statements) {
      if (name === '' || !(this.kept.has(name) || parses.includes(name))) {
        sent.push(serialize.parse({ name, text: sql }));
        parses.push(name);
      }
      sent.push(serialize.bind({ statement: name, values: params.map(textOf) }));
      if (!this.shapes.has(name)) sent.push(DESCRIBE);
      sent.push(EXECUTE);
    }
    const got = exchange(this.db, [...sent, SYNC]);
    const parsed = got.filter(({ name }) => name === 'parseComplete').length;
    for (const name of parses.slice(0, parsed)) if (name !== '') this.kept.add(name);
    return { answers: this.answersIn(got, statements), error: failureIn(got) };
  }

  private answersIn(got: readonly Message[], statements: readonly Statement[]): object[][] {
    const answers: object[][] = [];
    let shape: Shape = null;
    let rows: Message[] = [];
    for (const message of got) {
      const { name = '' } = statements[answers.length] ?? {};
      if (message.name === 'bindComplete') shape = this.shapes.get(name) ?? null;
      else if (message.name === 'rowDescription') shape = message;
      else if (message.name === 'dataRow') rows.push(message);
      else if (message.name === 'commandComplete') {
        if (name !== '') this.shapes.set(name, shape);
        const told = shape === null ? [] : [shape, ...rows, message];
        answers.push(told.length === 0 ? [] : (parse.parseResults(told, this.parsers)[0]!.rows as object[]));
        rows = [];
      }
    }
    return answers;
  }

  async exec(sql: string): Promise<void> {
    const failure = failureIn(exchange(this.db, [serialize.query(sql)]));
    if (failure !== null) throw failure;
  }

  async rollback(): Promise<void> {
    await this.send([{ sql: 'ROLLBACK' }]);
  }
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
  const wire = new PgliteWire(db);
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
