import { describe, expect, it } from 'vitest';
import { BatchError, type Statement } from './database.ts';
import { inTransaction, type Wire } from './transaction.ts';

/** Keeps what is sent together; a statement `fail` fails. */
function recorder(): { wire: Wire; trips: string[][] } {
  const trips: string[][] = [];
  const answer = async (statements: readonly Statement[]) => {
    const texts = statements.map(({ sql }) => sql);
    trips.push(texts);
    const failed = texts.indexOf('fail');
    const answers = texts.slice(0, failed < 0 ? texts.length : failed).map((sql) => [{ sql }]);
    return { answers, error: failed < 0 ? null : Object.assign(new Error('failed'), { code: '40P01' }) };
  };
  return {
    trips,
    wire: {
      send: answer,
      exec: async (sql) => void trips.push([sql]),
      rollback: async () => void trips.push(['ROLLBACK']),
    },
  };
}

describe('a transaction over a wire', () => {
  it('begins, and makes its setting, in the round trip of its first statement', async () => {
    const { wire, trips } = recorder();
    const rows = await inTransaction(wire, async (tx) => {
      tx.setNext({ sql: 'first role' });
      tx.setNext({ sql: 'role' });
      const both = await tx.batch([{ sql: 'a' }, { sql: 'b' }]);
      return [...both, await tx.query('c')];
    });
    expect(trips).toEqual([['BEGIN', 'role', 'a', 'b'], ['c'], ['COMMIT']]);
    expect(rows).toEqual([[{ sql: 'a' }], [{ sql: 'b' }], [{ sql: 'c' }]]);
  });

  it('sends nothing for work that asks nothing, and no setting that nothing follows', async () => {
    const { wire, trips } = recorder();
    await inTransaction(wire, async (tx) => tx.setNext({ sql: 'role' }));
    expect(trips).toEqual([]);
    await inTransaction(wire, async (tx) => {
      await tx.exec('CREATE TABLE x ()');
      tx.setNext({ sql: 'role' });
    });
    expect(trips).toEqual([['BEGIN'], ['CREATE TABLE x ()'], ['COMMIT']]);
  });

  it('says what came before the statement that failed, and rolls back', async () => {
    const { wire, trips } = recorder();
    const failure = await inTransaction(wire, (tx) => tx.batch([{ sql: 'a' }, { sql: 'fail' }, { sql: 'b' }])).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(BatchError);
    expect(failure).toMatchObject({ answers: [[{ sql: 'a' }]], code: '40P01', message: 'failed' });
    expect(trips.at(-1)).toEqual(['ROLLBACK']);
  });

  it('commits nothing when the work goes on after a failure', async () => {
    const { wire, trips } = recorder();
    const done = inTransaction(wire, async (tx) => {
      await tx.query('fail').catch(() => undefined);
    });
    await expect(done).rejects.toThrow('nothing was committed');
    expect(trips).toEqual([['BEGIN', 'fail'], ['ROLLBACK']]);
  });

  it('is of no use once it has ended', async () => {
    const { wire, trips } = recorder();
    const tx = await inTransaction(wire, async (own) => own);
    await expect(tx.query('late')).rejects.toThrow('has ended');
    await expect(tx.exec('late')).rejects.toThrow('has ended');
    expect(trips).toEqual([]);
  });
});
