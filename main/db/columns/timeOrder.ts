/**
 * All rows by rising claimed time, kept beside the columns (4 bytes a row): the order of any filter is what the filter leaves of it. Sorting a
 * million rows anew for each filter took most of what a person waits for; rows that a sync adds are merged in.
 */
import { orderByTime } from './order.ts';

export class TimeOrder {
  private order: Uint32Array = new Uint32Array(0);

  /** Positions of the first `rows` rows by rising time, ties by rising position. The array is kept: it must not be changed. */
  of(column: Float64Array, rows: number): Uint32Array {
    const known = this.order.length;
    if (rows === known) return this.order;
    // A table only grows; a shorter one is another table.
    const added = Uint32Array.from({ length: rows - (rows > known ? known : 0) }, (_, i) =>
      rows > known ? known + i : i,
    );
    const fresh = orderByTime(added, column);
    this.order = rows > known && known > 0 ? merged(this.order, fresh, column) : fresh;
    return this.order;
  }
}

function merged(old: Uint32Array, added: Uint32Array, column: Float64Array): Uint32Array {
  const out = new Uint32Array(old.length + added.length);
  let a = 0;
  let b = 0;
  for (let i = 0; i < out.length; i++) {
    const first = b === added.length || (a < old.length && column[old[a]!]! <= column[added[b]!]!);
    out[i] = first ? old[a++]! : added[b++]!;
  }
  return out;
}

/** Of rows in order, those that the mask keeps. */
export function kept(order: Uint32Array, mask: Uint8Array, count: number): Uint32Array {
  if (count === order.length) return order;
  const out = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    if (mask[row] === 1) out[at++] = row;
  }
  return out;
}
