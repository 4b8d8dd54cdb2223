/** Geometry of the histogram: bars, axis marks, and the range a stretch of buckets stands for. */
import type { AuditHistogram } from '../../shared/contract/audit.ts';

export interface Bucket {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly success: number;
  readonly failure: number;
  readonly denied: number;
  readonly total: number;
}

export function bucketAt(histogram: AuditHistogram, index: number): Bucket {
  const from = histogram.from + index * histogram.bucketMs;
  const success = histogram.success[index] ?? 0;
  const failure = histogram.failure[index] ?? 0;
  const denied = histogram.denied[index] ?? 0;
  const to = Math.min(from + histogram.bucketMs, Math.max(histogram.to, from + 1));
  return { index, from, to, success, failure, denied, total: success + failure + denied };
}

export function buckets(histogram: AuditHistogram): Bucket[] {
  return histogram.success.map((_, index) => bucketAt(histogram, index));
}

/** All buckets a..b (a not after b) as one. */
export function summed(histogram: AuditHistogram, a: number, b: number): Bucket {
  const all = Array.from({ length: b - a + 1 }, (_, i) => bucketAt(histogram, a + i));
  const sum = (pick: (bucket: Bucket) => number): number => all.reduce((total, bucket) => total + pick(bucket), 0);
  const { from } = bucketAt(histogram, a);
  const { to } = bucketAt(histogram, b);
  const [success, failure, denied] = [sum((x) => x.success), sum((x) => x.failure), sum((x) => x.denied)];
  return { index: a, from, to, success, failure, denied, total: success + failure + denied };
}

/** Time range [from, to) of the buckets a..b, either order, ms UTC. */
export function rangeOf(histogram: AuditHistogram, a: number, b: number): { from: number; to: number } {
  return { from: bucketAt(histogram, Math.min(a, b)).from, to: bucketAt(histogram, Math.max(a, b)).to };
}

/** A range twice as long around the same middle. */
export function widened(from: number, to: number): { from: number; to: number } {
  const half = Math.max(500, Math.round((to - from) / 2));
  return { from: from - half, to: to + half };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Bars {
  readonly denied: string;
  readonly failure: string;
  readonly success: string;
  readonly max: number;
}

/** The three stacked series as SVG paths in a box of the given size, px; denied at the foot. A count above zero is at least 1 px tall. */
export function barPaths(histogram: AuditHistogram, width: number, height: number): Bars {
  const list = buckets(histogram);
  const max = list.reduce((most, bucket) => Math.max(most, bucket.total), 0);
  const paths = { denied: '', failure: '', success: '' };
  const step = list.length === 0 ? 0 : width / list.length;
  const gap = step > 6 ? 2 : step > 3 ? 1 : 0;
  for (const bucket of list) {
    const x = round(bucket.index * step);
    const w = Math.max(0.5, round(step - gap));
    let y = height;
    for (const name of ['denied', 'failure', 'success'] as const) {
      if (bucket[name] === 0) continue;
      const h = Math.max(1, (bucket[name] / max) * height);
      const top = Math.max(0, y - h);
      paths[name] += `M${x} ${round(y)}V${round(top)}h${w}V${round(y)}z`;
      y = top;
    }
  }
  return { ...paths, max };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The length of a bucket in words: `1 day`, `6 h`, `15 min`, `2.5 s`. */
export function lengthWords(ms: number): string {
  const [size, unit] =
    ms >= DAY ? [DAY, 'day'] : ms >= HOUR ? [HOUR, 'h'] : ms >= MINUTE ? [MINUTE, 'min'] : [1000, 's'];
  const amount = Math.round((ms / size) * 10) / 10;
  return `${amount} ${unit === 'day' && amount !== 1 ? 'days' : unit}`;
}
