/** Sorting without comparing: stable counting passes over dictionary ranks and time digits. */

const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/** Stable counting sort of `order` by `key(row)`, keys in [0, keys). */
function countingPass(order: Uint32Array, keys: number, key: (row: number) => number): Uint32Array {
  const starts = new Uint32Array(keys + 1);
  for (let i = 0; i < order.length; i++) starts[key(order[i]!) + 1]!++;
  for (let k = 1; k <= keys; k++) starts[k]! += starts[k - 1]!;
  const out = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    out[starts[key(row)]!++] = row;
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
  return countingPass(rows, ranks.length, (row) => ranks[column[row]!]!);
}

function isSorted(rows: Uint32Array, column: Float64Array): boolean {
  for (let i = 1; i < rows.length; i++) if (column[rows[i]!]! < column[rows[i - 1]!]!) return false;
  return true;
}

/** Rows by rising time (whole milliseconds), ties by rising sequence: a radix sort by 16-bit digits. */
export function orderByTime(rows: Uint32Array, column: Float64Array): Uint32Array {
  if (isSorted(rows, column)) return rows;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < rows.length; i++) {
    const t = column[rows[i]!]!;
    if (t < min) min = t;
    if (t > max) max = t;
  }
  let order = rows;
  for (let scale = 1; scale <= max - min; scale *= DIGITS) {
    const unit = scale;
    order = countingPass(order, DIGITS, (row) => Math.floor((column[row]! - min) / unit) % DIGITS);
  }
  return order;
}
