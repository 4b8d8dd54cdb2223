/** A PostgreSQL server by connection URL. */
import pg from 'pg';
import { type Database, parseInt8, type Tx } from './database.ts';
import { inTransaction, type Wire } from './transaction.ts';

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

/** The connection is in pipeline mode: what is asked without waiting is on its way before the first answer is here. */
function wireOf(client: pg.PoolClient, onBroken: (error: Error) => void): Wire {
  return {
    send: async (statements) => {
      const { stream } = client.connection;
      // One packet for all, where the driver would write one for each.
      stream.cork();
      const asked = statements.map(({ sql, params = [], name }) =>
        client.query<object>({ text: sql, values: [...params], ...(name === undefined ? {} : { name }) }),
      );
      stream.uncork();
      const outcomes = await Promise.allSettled(asked);
      const answers: object[][] = [];
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') return { answers, error: outcome.reason as Error };
        answers.push(outcome.value.rows);
      }
      return { answers, error: null };
    },
    exec: async (sql) => {
      await client.query(sql);
    },
    rollback: async () => {
      await client.query('ROLLBACK').catch(onBroken);
    },
  };
}

async function attempt<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const wire = wireOf(client, (error) => {
    broken = error;
  });
  try {
    return await inTransaction(wire, work);
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
    pipeline: true,
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
