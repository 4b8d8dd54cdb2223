/**
 * The one interface behind which PGlite and PostgreSQL are the same: parameterized queries and transactions.
 * int8 arrives as a number (an unsafe one is refused), timestamptz as Date, bytea as Uint8Array, jsonb parsed.
 */

/** A value the drivers can bind. JSON goes in as text (`$1::jsonb`). */
export type Param = string | number | boolean | null | Date | Uint8Array | readonly string[] | readonly number[];

/** One statement as it is sent. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly Param[];
  /**
   * Name under which a connection keeps it parsed and planned. One name means one text for ever; the text names its columns, as
   * the shape of an answer is kept too. For statements of every request only: each name costs memory in each connection.
   */
  readonly name?: string;
}

/** A transaction under way. It begins with its first statement, in the same round trip. */
export interface Tx {
  readonly inTransaction: true;
  /** Runs one statement and gives its rows. The row type is the caller's claim about its own SELECT list. */
  query<T extends object>(sql: string, params?: readonly Param[]): Promise<T[]>;
  /** Runs statements in order in one round trip and gives the rows of each. Throws BatchError for the first that fails; none runs after it. */
  batch(statements: readonly Statement[]): Promise<object[][]>;
  /**
   * Has a setting of the transaction made in the round trip of whatever runs next, before it; what it throws, that throws. A later one
   * takes its place. It is never made when nothing follows.
   */
  setNext(statement: Statement): void;
  /** Runs statements without parameters, for schema changes only: never text from outside. */
  exec(sql: string): Promise<void>;
}

/** A statement of several failed. `answers`: the rows of those before it. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
  readonly answers: readonly object[][];
  /** SQLSTATE of the failure, where the database gave one. */
  readonly code: string | undefined;

  constructor(answers: readonly object[][], cause: Error) {
    super(cause.message, { cause });
    this.answers = answers;
    this.code = (cause as { code?: string }).code;
  }
}

export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /** Commits when the function resolves, rolls back when it rejects. May run it again after a deadlock. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** int8 text as a number. Throws RangeError beyond 2^53: every counter of ours stays far below. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a 64-bit number exceeds 2^53');
  return value;
}

/** A double-quoted SQL identifier. Only for names built by our own code. Throws TypeError for anything unusual. */
export function identifier(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new TypeError('not an identifier of ours');
  return `"${name}"`;
}

/** The only row of an answer. Throws when there is none: the statement promised one. */
export function only<T>(rows: readonly T[]): T {
  const row = rows[0];
  if (row === undefined) throw new Error('a statement that always gives a row gave none');
  return row;
}
