/**
 * What a transaction is over either driver: it begins with its first statement and sends together what may go together, because the
 * round trips are most of what a request costs.
 */
import { BatchError, type Param, type Statement, type Tx } from './database.ts';

/** Rows of each statement up to the first that failed, and its error. */
export interface Sent {
  readonly answers: object[][];
  readonly error: Error | null;
}

/** One connection, for as long as a transaction has it. */
export interface Wire {
  /** Sends all in one round trip; nothing after the first that fails has an effect. */
  send(statements: readonly Statement[]): Promise<Sent>;
  exec(sql: string): Promise<void>;
  /** Never rejects: a connection that cannot even do this is given up by its driver. */
  rollback(): Promise<void>;
}

const BEGIN: Statement = { sql: 'BEGIN', name: 'begin' };
const COMMIT: Statement = { sql: 'COMMIT', name: 'commit' };

type State = 'new' | 'open' | 'failed' | 'ended';

class Transaction implements Tx {
  readonly inTransaction = true;
  private readonly wire: Wire;
  private state: State = 'new';
  private setting: Statement | null = null;

  constructor(wire: Wire) {
    this.wire = wire;
  }

  setNext(statement: Statement): void {
    this.setting = statement;
  }

  async query<T extends object>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    const { answers, error } = await this.send([{ sql, params }]);
    if (error !== null) throw error;
    return answers[0] as T[];
  }

  async batch(statements: readonly Statement[]): Promise<object[][]> {
    const { answers, error } = await this.send(statements);
    if (error !== null) throw new BatchError(answers, error);
    return answers;
  }

  async exec(sql: string): Promise<void> {
    const { error } = await this.send([]);
    if (error !== null) throw error;
    try {
      await this.wire.exec(sql);
    } catch (error) {
      this.state = 'failed';
      throw error;
    }
  }

  private async send(statements: readonly Statement[]): Promise<Sent> {
    if (this.state === 'ended') throw new Error('the transaction has ended');
    const before = [...(this.state === 'new' ? [BEGIN] : []), ...(this.setting === null ? [] : [this.setting])];
    if (this.state === 'new') this.state = 'open';
    this.setting = null;
    if (before.length + statements.length === 0) return { answers: [], error: null };
    const { answers, error } = await this.wire.send([...before, ...statements]);
    if (error !== null) this.state = 'failed';
    return { answers: answers.slice(before.length), error };
  }

  /** Throws for a transaction in which a statement failed: the database would roll it back and call that success. */
  async commit(): Promise<void> {
    const { state } = this;
    this.state = 'ended';
    if (state === 'new') return;
    if (state === 'failed') {
      await this.wire.rollback();
      throw new Error('a statement of the transaction failed: nothing was committed');
    }
    const { error } = await this.wire.send([COMMIT]);
    if (error === null) return;
    await this.wire.rollback();
    throw error;
  }

  async rollback(): Promise<void> {
    const { state } = this;
    if (state === 'ended') return;
    this.state = 'ended';
    if (state !== 'new') await this.wire.rollback();
  }
}

/** Commits when the work resolves, rolls back when it rejects. */
export async function inTransaction<T>(wire: Wire, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = new Transaction(wire);
  try {
    const result = await work(tx);
    await tx.commit();
    return result;
  } catch (error) {
    await tx.rollback();
    throw error;
  }
}
