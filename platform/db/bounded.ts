/** Lists whose things can be long: an answer ends at a number of things or of bytes, whichever comes first. */
import type { Param, Tx } from './database.ts';

/** Bytes of the long texts in one answer; a single thing may be longer. */
export const LIST_BYTES_MAX = 8 * 1024 * 1024;

interface Counted {
  readonly counted: number;
  readonly ahead: number;
}

export interface BoundedList {
  /** Gives the rows in order, one more than `limit` where there are more. SQL of our own, never text from outside. */
  readonly select: string;
  readonly params: readonly Param[];
  /** Column that `select` is in order of. */
  readonly order: string;
  /** Text of a row that can be long, as an expression over its columns. */
  readonly text: string;
  readonly limit: number;
  readonly bytesMax?: number;
}

/** The first rows within both bounds, one at least where there is one, and whether more follow. */
export async function readBounded<T extends object>(
  tx: Tx,
  { select, params, order, text, limit, bytesMax = LIST_BYTES_MAX }: BoundedList,
): Promise<{ rows: T[]; more: boolean }> {
  const size = `octet_length(coalesce(${text}, ''))`;
  const rows = await tx.query<T & Counted>(
    `SELECT * FROM (
       SELECT r.*, count(*) OVER () AS counted, sum(${size}) OVER (ORDER BY ${order}) - ${size} AS ahead FROM (${select}) r
     ) b WHERE ahead < ${Math.trunc(bytesMax)} ORDER BY ${order}`,
    params,
  );
  const within = rows.slice(0, limit);
  return {
    rows: within.map(({ counted: _counted, ahead: _ahead, ...row }) => row as unknown as T),
    more: (rows[0]?.counted ?? 0) > within.length,
  };
}
