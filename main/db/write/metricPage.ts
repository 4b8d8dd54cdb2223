/** A page of the stream of metrics, read strictly: what does not hold in itself is taken over by nobody. */
import { z } from 'zod';
import { fromUtf8 } from '../../../shared/bytes.ts';
import { AppError } from '../../../shared/errors.ts';
import { HOUR, type Totals } from '../../../shared/sla/model.ts';
import { METRIC_MS_MAX, SERIES_MAX } from '../metricPlace.ts';

const Count = z.int().min(0);
const Instant = z.int().min(0).max(METRIC_MS_MAX);
const Series = z.int().min(0).max(SERIES_MAX);
const common = { version: z.int().min(1), series: Series };
const stretch = { ...common, from: Instant, to: Instant };
const inOrder = ({ from, to }: { from: number; to: number }): boolean => from < to;

const MetricLine = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('chunk'),
    hour: Instant.max(METRIC_MS_MAX - HOUR).multipleOf(HOUR),
    bytes: z.string().min(1).max(1_000_000),
    totals: z.strictObject({ count: Count, errors: Count, timed: Count, sumUs: Count }),
  }),
  z.strictObject({ ...stretch, kind: z.literal('span'), up: z.boolean() }).refine(inOrder),
  z.strictObject({ ...stretch, kind: z.literal('cut') }).refine(inOrder),
]);
type Line = z.infer<typeof MetricLine>;
const End = z.strictObject({ next: z.int().min(0), more: z.boolean() });

export type MetricChange =
  | {
      readonly kind: 'chunk';
      readonly version: number;
      readonly series: number;
      readonly hour: number;
      readonly bytes: Uint8Array;
      readonly totals: Totals;
    }
  | Exclude<Line, { kind: 'chunk' }>;

export interface MetricPage {
  readonly changes: readonly MetricChange[];
  readonly next: number;
  readonly more: boolean;
}

/** base64url in its one form, without padding. */
function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Error('not base64url');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Reads `{version, kind, ...}` lines in version order after `after`, closed by `{next, more}`. Throws PLATFORM_PROTOCOL, naming the line.
 */
export function readMetricPage(body: Uint8Array, after: number): MetricPage {
  let at = 0;
  try {
    const lines = fromUtf8(body).trimEnd().split('\n');
    const end = End.parse(JSON.parse(lines.pop() ?? ''));
    let last = after;
    const changes = lines.map((line): MetricChange => {
      at += 1;
      const change = MetricLine.parse(JSON.parse(line));
      if (change.version <= last) throw new Error('versions do not rise');
      last = change.version;
      return change.kind === 'chunk' ? { ...change, bytes: bytesOf(change.bytes) } : change;
    });
    at = 0;
    if (end.next < last || (end.more && end.next === after)) throw new Error('the cursor does not advance');
    return { changes, next: end.next, more: end.more };
  } catch (error) {
    const reason = error instanceof z.ZodError ? error.issues.map(({ message }) => message).join('; ') : String(error);
    const details = { after, line: at === 0 ? null : at, reason: reason.slice(0, 500) };
    throw new AppError('PLATFORM_PROTOCOL', 'The stream of metrics cannot be read.', details, error);
  }
}
