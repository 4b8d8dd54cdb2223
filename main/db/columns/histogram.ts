/** Counts over time by outcome. */
import type { Matched } from './match.ts';
import type { ColumnTable } from './table.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Bucket widths people read at a glance. */
const WIDTHS = [
  1,
  10,
  100,
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
] as const;

export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly success: number[];
  readonly failure: number[];
  readonly denied: number[];
}

/** Smallest width with which [from, to) needs at most `buckets` buckets, aligned to the epoch but where a single one is asked for. */
function widthFor(from: number, to: number, buckets: number): number {
  const fits = (width: number): boolean => Math.ceil(to / width) - Math.floor(from / width) <= buckets;
  return WIDTHS.find(fits) ?? Math.ceil((to - from) / Math.max(1, buckets - 1));
}

function extent(table: ColumnTable, matched: Matched, column: Float64Array): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < table.rows; i++) {
    if (matched.mask[i] === 0) continue;
    const t = column[i]!;
    if (t < min) min = t;
    if (t > max) max = t;
  }
  return { min, max };
}

/**
 * At most `buckets` buckets over [from, to), or over the matched rows where a bound is open. The answered bounds are those of whole
 * buckets. With nothing matched and no bounds given, one empty bucket at 0.
 */
export function histogramOf(
  table: ColumnTable,
  matched: Matched,
  basis: 'occurred' | 'recorded',
  bounds: { readonly from: number; readonly to: number },
  buckets: number,
): Histogram {
  const column = table[basis];
  const open = bounds.from === -Infinity || bounds.to === Infinity;
  const { min, max } = open && matched.count > 0 ? extent(table, matched, column) : { min: 0, max: 0 };
  const low = bounds.from === -Infinity ? Math.min(min, bounds.to - 1) : bounds.from;
  const high = Math.max(low + 1, bounds.to === Infinity ? max + 1 : bounds.to);
  const bucketMs = widthFor(low, high, buckets);
  const aligned = Math.floor(low / bucketMs) * bucketMs;
  // One bucket alone may lie across a boundary: it then begins where the rows do.
  const from = Math.ceil((high - aligned) / bucketMs) <= buckets ? aligned : low;
  const size = Math.max(1, Math.ceil((high - from) / bucketMs));
  const counts = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)] as const;
  for (let i = 0; i < table.rows; i++) {
    if (matched.mask[i] === 1) counts[table.outcome[i] as 0 | 1 | 2][Math.floor((column[i]! - from) / bucketMs)]!++;
  }
  return {
    from,
    to: from + size * bucketMs,
    bucketMs,
    success: Array.from(counts[0]),
    failure: Array.from(counts[1]),
    denied: Array.from(counts[2]),
  };
}
