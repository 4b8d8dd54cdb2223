/** Sorting without comparing: stable counting passes over dictionary ranks and time digits. */

const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Stable counting sort of `order` by `keyOf[row]`, keys in [0, keys). Keys come as an array and not as a function: over a million rows a call
 * for each of them costs more than the sort.
 */
function countingPass(order: Uint32Array, keys: number, keyOf: Uint32Array): Uint32Array {
  const starts = new Uint32Array(keys + 1);
  for (let i = 0; i < order.length; i++) starts[keyOf[order[i]!]! + 1]!++;
  for (let k = 1; k <= keys; k++) starts[k]! += starts[k - 1]!;
  const out = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    out[starts[keyOf[row]!]!++] = row;
  }
  return out;
}

/** The kept rows by rising sequence. */
export function keptRows(mask: Uint8Array, count: number): Uint32Array {
  const out = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) out[at++] = i;
  return out;
}

/** Rows by rising dictionary rank, ties by rising sequence. `ranks[code]` is the place of a code among all codes. */
export function orderByRank(rows: Uint32Array, column: Uint32Array | Uint8Array, ranks: Uint32Array): Uint32Array {
  const keyOf = new Uint32Array(column.length);
  for (let row = 0; row < keyOf.length; row++) keyOf[row] = ranks[column[row]!]!;
  return countingPass(rows, ranks.length, keyOf);
}

/** Least and greatest of the column over rows; null where it rises with them already. */
function span(rows: Uint32Array, column: Float64Array): { min: number; max: number } | null {
  let rising = true;
  let min = Infinity;
  let max = -Infinity;
  let last = -Infinity;
  for (let i = 0; i < rows.length; i++) {
    const t = column[rows[i]!]!;
    if (t < last) rising = false;
    if (t < min) min = t;
    if (t > max) max = t;
    last = t;
  }
  return rising ? null : { min, max };
}

/** Rows by rising time (whole milliseconds), ties by rising sequence: a radix sort by 16-bit digits. */
export function orderByTime(rows: Uint32Array, column: Float64Array): Uint32Array {
  const found = span(rows, column);
  if (found === null) return rows;
  const { min, max } = found;
  const keyOf = new Uint32Array(column.length);
  let order = rows;
  for (let scale = 1; scale <= max - min; scale *= DIGITS) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      keyOf[row] = Math.floor((column[row]! - min) / scale) % DIGITS;
    }
    order = countingPass(order, DIGITS, keyOf);
  }
  return order;
}
