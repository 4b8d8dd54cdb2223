/** A PostgreSQL server by connection URL. */
import pg from 'pg';
import { type Database, type Param, parseInt8, type Tx } from './database.ts';

const INT8 = 20;
const POOL_MAX = 10;
const CONNECT_MS_MAX = 10_000;
const STATEMENT_MS_MAX = 60_000;
const ATTEMPTS_MAX = 3;
/** serialization_failure, deadlock_detected: the work may simply be done again. */
const RETRYABLE = new Set(['40001', '40P01']);

const customTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

function wrap(client: pg.PoolClient): Tx {
  return {
    inTransaction: true,
    query: async <T extends object>(sql: string, params: readonly Param[] = []) =>
      (await client.query<T>(sql, [...params])).rows,
    exec: async (sql) => {
      await client.query(sql);
    },
  };
}

async function attempt<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(wrap(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** @param onIdleError told of connections lost while idle; the pool replaces them by itself. */
export function openPostgres(url: string, onIdleError: (error: Error) => void = () => undefined): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
    types: customTypes,
  });
  pool.on('error', onIdleError);
  let closing: Promise<void> | undefined;
  return {
    kind: 'postgres',
    transaction: async (work) => {
      for (let n = 1; ; n++) {
        try {
          return await attempt(pool, work);
        } catch (error) {
          if (n >= ATTEMPTS_MAX || !RETRYABLE.has((error as { code?: string }).code ?? '')) throw error;
        }
      }
    },
    ping: async () => {
      await pool.query('SELECT 1');
    },
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}
