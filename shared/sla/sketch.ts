/**
 * A mergeable sketch of response times with bounded relative error: DDSketch (Masson, Rim, Lee, VLDB 2019), logarithmic bins
 * i = ceil(ln x / ln gamma), gamma = (1 + alpha) / (1 - alpha), a bin read as 2 gamma^i / (gamma + 1). Merging adds counts, so that a month is
 * as exact as a minute.
 */

/** Relative error of every quantile. */
export const ALPHA = 0.01;
const GAMMA = (1 + ALPHA) / (1 - ALPHA);
const LN_GAMMA = Math.log(GAMMA);
/** Microseconds: what is below 1 counts as zero, what is above an hour as an hour. */
export const US_MAX = 3_600_000_000;

/** Number of bins beside the one of zeros. */
export const BINS = Math.ceil(Math.log(US_MAX) / LN_GAMMA) + 1;

/** The bin of a time in microseconds, from 0; -1: the one of zeros. */
export function binOf(us: number): number {
  if (!(us >= 1)) return -1;
  return Math.max(0, Math.ceil(Math.log(Math.min(us, US_MAX)) / LN_GAMMA - 1e-12));
}

/** What a bin stands for, in microseconds. */
export function binValue(bin: number): number {
  return bin < 0 ? 0 : (2 * GAMMA ** bin) / (GAMMA + 1);
}

export class Sketch {
  /** Bin 0 of the array is the one of zeros; bin i stands at i + 1. */
  private readonly counts = new Float64Array(BINS + 1);
  private total = 0;

  get count(): number {
    return this.total;
  }

  /** Adds a response time in milliseconds, `n` times. */
  add(ms: number, n = 1): void {
    this.addBin(binOf(ms * 1_000), n);
  }

  /** Adds to a bin as `bins` gives it. Throws RangeError outside of them. */
  addBin(bin: number, n: number): void {
    if (!(bin >= -1 && bin < BINS)) throw new RangeError('no such bin');
    this.counts[bin + 1]! += n;
    this.total += n;
  }

  merge(other: Sketch): void {
    for (let i = 0; i < this.counts.length; i++) this.counts[i]! += other.counts[i]!;
    this.total += other.total;
  }

  /** The q-quantile (q from 0 to 1) in milliseconds, within ALPHA of the exact one (rank floor(q (n - 1)), from 0); null when empty. */
  quantile(q: number): number | null {
    if (this.total === 0) return null;
    const rank = Math.floor(q * (this.total - 1));
    let bin = -1;
    let seen = this.counts[0]!;
    while (seen <= rank) seen += this.counts[++bin + 1]!;
    return binValue(bin) / 1_000;
  }

  /** Bins that hold something, by rising value: -1 is the one of zeros. */
  *bins(): Generator<readonly [bin: number, count: number]> {
    for (let i = 0; i < this.counts.length; i++) if (this.counts[i] !== 0) yield [i - 1, this.counts[i]!];
  }
}
