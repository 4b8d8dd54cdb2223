/** Local months and days as instants: a month is [first instant, first instant of the next month) in its zone. */
import { Temporal } from 'temporal-polyfill';

/** Half-open, milliseconds since 1970-01-01T00:00:00Z. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A local month as text, `2026-10`. */
export type MonthText = string;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The local month an instant lies in. */
export function monthOf(at: number, zone: string): MonthText {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString();
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

/** First instant of the local month after the one `at` lies in. */
export function nextMonthStart(at: number, zone: string): number {
  return monthSpan(monthOf(at, zone), zone).to;
}
