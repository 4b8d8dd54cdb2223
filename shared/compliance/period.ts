/**
 * Calendar periods, as law counts them: six years are 2,191 or 2,192 days. As text an ISO 8601 duration of years, months and days (`P6Y`, `P365D`);
 * in arithmetic months and days, added in this order, a day beyond a month's end taken back to it.
 */
import { z } from 'zod';
import { AppError } from '../errors.ts';

export interface Period {
  readonly months: number;
  readonly days: number;
}

const TEXT = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?$/;
const DAY_MS = 86_400_000;

/** Throws INPUT_INVALID for a text that is no period of years, months and days. */
export function parsePeriod(text: string): Period {
  const found = TEXT.exec(text);
  if (found === null)
    throw new AppError('INPUT_INVALID', `Not a period of years, months and days: ${text.slice(0, 40)}`);
  const [, years = '0', months = '0', days = '0'] = found;
  return { months: Number(years) * 12 + Number(months), days: Number(days) };
}

export function formatPeriod({ months, days }: Period): string {
  const parts = [
    [Math.floor(months / 12), 'Y'],
    [months % 12, 'M'],
    [days, 'D'],
  ] as const;
  const text = parts.flatMap(([n, unit]) => (n === 0 ? [] : [`${n}${unit}`])).join('');
  return `P${text === '' ? '0D' : text}`;
}

/** A period in words: `6 years`, `13 months`, `365 days`. */
export function periodWords({ months, days }: Period): string {
  const of = (n: number, unit: string): string[] => (n === 0 ? [] : [`${n} ${unit}${n === 1 ? '' : 's'}`]);
  const words = [...of(Math.floor(months / 12), 'year'), ...of(months % 12, 'month'), ...of(days, 'day')];
  return words.length === 0 ? '0 days' : words.join(' ');
}

export const PeriodText = z.string().regex(TEXT, 'a period such as P6Y, P13M or P365D');

/** The instant so long after (sign -1: before) another, in UTC: months first, then days. */
export function shift(at: number, { months, days }: Period, sign: 1 | -1 = 1): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  const month = date.getUTCMonth() + sign * months;
  const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const moved = Date.UTC(date.getUTCFullYear(), month, Math.min(day, last));
  return moved + (at - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)) + sign * days * DAY_MS;
}

/** Every day of four years: until 2094 every length a period can have begins in one of them. */
const STARTS: readonly number[] = Array.from({ length: 1_461 }, (_, day) => Date.UTC(2000, 2, 1) + day * DAY_MS);

const lengths = (period: Period): readonly number[] => STARTS.map((at) => shift(at, period) - at);

/**
 * How two periods compare wherever they begin: at least as long always, never, or depending on the day (365 days and a year).
 */
export function atLeast(a: Period, b: Period): 'always' | 'sometimes' | 'never' {
  if (a.months >= b.months && a.days >= b.days) return 'always';
  const theirs = lengths(b);
  const longer = lengths(a).map((length, i) => length >= theirs[i]!);
  return longer.every(Boolean) ? 'always' : longer.some(Boolean) ? 'sometimes' : 'never';
}

/** The longest: at least as long as every other wherever it begins; where none is, the one that is longest on average. */
export function longest(periods: readonly Period[]): Period | null {
  return extreme(periods, 1);
}

/** The shortest, likewise. */
export function shortest(periods: readonly Period[]): Period | null {
  return extreme(periods, -1);
}

function extreme(periods: readonly Period[], sign: 1 | -1): Period | null {
  const mean = (period: Period): number => lengths(period).reduce((sum, length) => sum + length, 0);
  return periods.reduce<Period | null>(
    (best, one) => (best === null || sign * (mean(one) - mean(best)) > 0 ? one : best),
    null,
  );
}
