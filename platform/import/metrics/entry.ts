/** What a line of a metrics file becomes. */

/** Where readers put what they read; times in milliseconds since 1970, response times in microseconds (null: not known). */
export interface Sink {
  /** A request of the service the file is about. */
  sample(at: number, us: number | null, failed: boolean): void;
  /** An observation; `service` null: the one the file is about. */
  check(service: string | null, at: number, up: boolean, us: number | null): void;
}

/** Reads one file, a record at a time. */
export interface MetricReader {
  /** Takes the next record; gives why it is refused, or null. A record that is no content (empty, a header) gives nothing to the sink. */
  take(record: string, sink: Sink): string | null;
  /** Takes what the last record left open; gives why it is refused, or null. */
  end(sink: Sink): string | null;
  /** What whoever imports ought to know of how the file was read. */
  notes(): string[];
}

/** What a record of the file is: a line, or a row of CSV, whose quoted fields may hold line breaks. */
export type RecordKind = 'line' | 'csv';

export interface ReaderOptions {
  /** IANA zone of times that say none. */
  readonly zone: string;
  /** Unit of the request time, and for access logs which of several trailing numbers it is. */
  readonly requestTime: { readonly unit: TimeUnit; readonly last: boolean } | null;
}

export interface MetricFormat {
  readonly id: string;
  readonly title: string;
  readonly records: RecordKind;
  /** True when the first lines, the empty ones left out, are of this format. */
  detect(head: readonly string[]): boolean;
  /** @param head the first lines: what a column or unit is may be told by many rather than by one. */
  open(head: readonly string[], options: ReaderOptions): MetricReader;
}

export const TIME_UNITS = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 } as const;
export type TimeUnit = keyof typeof TIME_UNITS;

const US_MAX = 3_600_000_000;

/** Whole microseconds; null for what is no time, is negative, or is more than an hour. */
export function microseconds(value: number, unit: TimeUnit): number | null {
  const us = Math.round(value * TIME_UNITS[unit]);
  return Number.isFinite(value) && value >= 0 && us <= US_MAX ? us : null;
}

/** A name as services have it: what they may not hold becomes a hyphen; null where nothing is left. */
export function serviceName(text: string): string | null {
  const clean = text
    .normalize('NFKD')
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[-.]+$/g, '')
    .slice(0, 100);
  return clean === '' ? null : clean;
}

/**
 * What numbers without a unit are, by many of them: seconds where there are fractions and the middle one is small, nanoseconds where the middle
 * one is large, else milliseconds.
 */
export function guessUnit(values: readonly number[]): TimeUnit {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (sorted.some((value) => !Number.isInteger(value)) && middle < 10 && sorted.at(-1)! < 600) return 's';
  return middle >= 1_000_000 ? 'ns' : 'ms';
}
