/** Local months and days as instants: a month is [first instant, first instant of the next month) in its zone. */
import { Temporal } from 'temporal-polyfill';

/** Half-open, milliseconds since 1970-01-01T00:00:00Z. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A local day, `2026-10-25`, and its instants: 23, 24 or 25 hours, or as clocks have it. */
export interface LocalDay extends Span {
  readonly day: string;
}

/** A local month as text, `2026-10`. */
export type MonthText = string;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The local month an instant lies in, as `monthSpan` has it. */
export function monthOf(at: number, zone: string): MonthText {
  const shown = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString();
  // Where clocks go back over the midnight that begins a month (St. John's in 2009) they show the old month again.
  return at < monthSpan(shown, zone).to ? shown : monthAfter(shown, 1);
}

/** The month so many after (before, where negative). */
export function monthAfter(month: MonthText, by: number): MonthText {
  return Temporal.PlainYearMonth.from(month).add({ months: by }).toString();
}

const startOf = (date: Temporal.PlainDate, zone: string): number =>
  date.toZonedDateTime({ timeZone: zone }).epochMilliseconds;

/** A local month's instants: 743 to 745 hours and more or less as clocks and calendar have it. Throws RangeError for a text that is no month. */
export function monthSpan(month: MonthText, zone: string): Span {
  if (!MONTH.test(month)) throw new RangeError(`not a month: ${month.slice(0, 20)}`);
  const first = Temporal.PlainYearMonth.from(month);
  return {
    from: startOf(first.toPlainDate({ day: 1 }), zone),
    to: startOf(first.add({ months: 1 }).toPlainDate({ day: 1 }), zone),
  };
}

/** Local days that a span touches, oldest first; the first and the last are cut to the span. A day that clocks skipped is none. */
export function daysOf(span: Span, zone: string): LocalDay[] {
  const days: LocalDay[] = [];
  let date = Temporal.Instant.fromEpochMilliseconds(span.from).toZonedDateTimeISO(zone).toPlainDate();
  for (let from = span.from; from < span.to; ) {
    const day = date.toString();
    date = date.add({ days: 1 });
    const to = Math.min(startOf(date, zone), span.to);
    if (from < to) days.push({ day, from, to });
    from = Math.max(from, to);
  }
  return days;
}

/** A stretch in which local time is UTC + `offset`, ms. */
export interface OffsetSpan extends Span {
  readonly offset: number;
}

/** A span cut where the zone's clocks change. */
export function offsetsOf(span: Span, zone: string): OffsetSpan[] {
  const pieces: OffsetSpan[] = [];
  for (let from = span.from; from < span.to; ) {
    const local = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
    const change = local.getTimeZoneTransition('next')?.epochMilliseconds ?? span.to;
    const to = Math.min(change, span.to);
    pieces.push({ from, to, offset: local.offsetNanoseconds / 1e6 });
    from = to;
  }
  return pieces;
}
