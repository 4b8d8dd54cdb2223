/** Rows of a stretch of time held while one question is answered, found by binary search. */
import type { HourChunk, StateSpan } from '../../shared/sla/model.ts';
import type { HourRollup } from '../../shared/sla/source.ts';

interface Stretch<R> {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly R[];
}

/** First index whose key is at or after a value; keys rise. */
function firstAt<R>(rows: readonly R[], keyOf: (row: R) => number, value: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(rows[middle]!) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

class HeldRows<R> {
  private readonly series = new Map<number, Stretch<R>>();
  private readonly beginOf: (row: R) => number;
  /** First instant after a row that it still reaches to. */
  private readonly endOf: (row: R) => number;

  constructor(beginOf: (row: R) => number, endOf: (row: R) => number) {
    this.beginOf = beginOf;
    this.endOf = endOf;
  }

  /** Keeps what is wider. */
  put(series: number, from: number, to: number, rows: readonly R[]): void {
    this.series.set(series, { from, to, rows });
  }

  /** Rows that touch [from, to); null where that was not read ahead. */
  get(series: number, from: number, to: number): readonly R[] | null {
    const held = this.series.get(series);
    if (held === undefined || from < held.from || to > held.to) return null;
    const begin = firstAt(held.rows, this.endOf, from + 1);
    return held.rows.slice(begin, Math.max(begin, firstAt(held.rows, this.beginOf, to)));
  }
}

const hourOf = ({ hour }: { readonly hour: number }): number => hour;
/** Hours are asked for whole: one reaches no further than its last instant. */
const hourEnd = ({ hour }: { readonly hour: number }): number => hour + 3_600_000;

export class Held {
  readonly rollups = new HeldRows<HourRollup>(hourOf, hourEnd);
  readonly chunks = new HeldRows<HourChunk>(hourOf, hourEnd);
  readonly spans = new HeldRows<StateSpan>(
    ({ from }) => from,
    ({ to }) => to,
  );
}
