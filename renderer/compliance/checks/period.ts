/** The period of a run as the address has it: a UTC day, month or quarter, or days from and to. Pure. */

const DAY = 86_400_000;
export const SPANS = ['day', 'month', 'quarter', 'custom'] as const;
export type SpanName = (typeof SPANS)[number];
export const SPAN_WORDS: Readonly<Record<SpanName, string>> = {
  day: 'Day',
  month: 'Month',
  quarter: 'Quarter',
  custom: 'From and to',
};

/** Days, both included. */
export interface Chosen {
  readonly span: SpanName;
  readonly first: string;
  readonly last: string;
}

export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(startOf(text)) && dayText(startOf(text)) === text;

function around(span: Exclude<SpanName, 'custom'>, day: string): Chosen {
  const at = new Date(startOf(day));
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  if (span === 'day') return { span, first: day, last: day };
  const from = span === 'month' ? month : month - (month % 3);
  const length = span === 'month' ? 1 : 3;
  const last = Date.UTC(year, from + length, 1) - DAY;
  return { span, first: dayText(Date.UTC(year, from, 1)), last: dayText(last) };
}

/** What the address says; else the last day that has ended. `now`: milliseconds. */
export function readPeriod(params: URLSearchParams, now: number): Chosen {
  const span = SPANS.find((name) => name === params.get('span')) ?? 'day';
  const yesterday = dayText(now - DAY);
  const from = params.get('from');
  const first = isDay(from) ? from : yesterday;
  if (span !== 'custom') return around(span, first);
  const to = params.get('to');
  const last = isDay(to) && to >= first ? to : first;
  return { span, first, last };
}

/** The same span before or after. */
export function stepPeriod({ span, first, last }: Chosen, by: 1 | -1): Chosen {
  if (span !== 'custom') return around(span, dayText(by > 0 ? startOf(last) + DAY : startOf(first) - DAY));
  const length = startOf(last) - startOf(first) + DAY;
  return { span, first: dayText(startOf(first) + by * length), last: dayText(startOf(last) + by * length) };
}

/** Another kind of span around what was chosen; a month chosen from a day is that day's. */
export function asSpan({ first, last }: Chosen, span: SpanName): Chosen {
  return span === 'custom' ? { span, first, last } : around(span, first);
}

/** [from, to), milliseconds. */
export function boundsOf({ first, last }: Chosen): { readonly from: number; readonly to: number } {
  return { from: startOf(first), to: startOf(last) + DAY };
}

export function periodParams({ span, first, last }: Chosen): Readonly<Record<'span' | 'from' | 'to', string | null>> {
  return { span: span === 'day' ? null : span, from: first, to: span === 'custom' ? last : null };
}

/** `24 Nov 2026`, `Nov 2026`, `Q4 2026`, `1 Nov 2026 to 24 Nov 2026`; days of UTC. */
export function periodWords({ span, first, last }: Chosen, date: (at: number) => string): string {
  const at = startOf(first);
  if (span === 'month') return date(at).replace(/^\d+ /, '');
  if (span === 'quarter') return `Q${Math.floor(new Date(at).getUTCMonth() / 3) + 1} ${first.slice(0, 4)}`;
  return first === last ? date(at) : `${date(at)} to ${date(startOf(last))}`;
}
