/** Periods of an organization: half-open ranges of instants whose borders are local midnights in the organization's zone. */
import { timeParts } from '../ui/time.ts';

export interface Period {
  /** First instant (ms). */
  readonly from: number;
  /** First instant after (ms). */
  readonly to: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HOUR = 3_600_000;

interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** The calendar day of an instant in a zone. */
export function dayOf(at: number, zone: string): Day {
  const p = timeParts(at, zone);
  return { year: Number(p.year), month: MONTHS.indexOf(p.month) + 1, day: Number(p.day) };
}

function wallClock(at: number, zone: string): number {
  const p = timeParts(at, zone);
  const { year, month, day } = dayOf(at, zone);
  return Date.UTC(year, month - 1, day, Number(p.hour), Number(p.minute), Number(p.second), Number(p.fractionalSecond));
}

/**
 * The first instant of a calendar day in a zone. Where the clock jumps over midnight, the first instant after the gap. Month and day may
 * overflow as in `Date.UTC`.
 */
export function startOfDay(year: number, month: number, day: number, zone: string): number {
  const wall = Date.UTC(year, month - 1, day);
  // No zone is further than a day from UTC, so the offsets a day either side are the two that can apply around this midnight.
  const candidates = [wall - 24 * HOUR, wall + 24 * HOUR].map((at) => wall - (wallClock(at, zone) - at));
  const exact = candidates.filter((at) => wallClock(at, zone) === wall);
  if (exact.length > 0) return Math.min(...exact);
  // A gap: the later offset's reading of midnight is the moment the clock jumped.
  let at = Math.min(...candidates);
  while (wallClock(at, zone) < wall) at += HOUR / 4;
  return at;
}

export const PRESETS = [
  { id: 'last-month', label: 'Last month' },
  { id: 'this-month', label: 'This month so far' },
  { id: 'last-quarter', label: 'Last quarter' },
  { id: 'last-90-days', label: 'Last 90 days' },
  { id: 'this-year', label: 'This year so far' },
  { id: 'last-year', label: 'Last year' },
  { id: 'custom', label: 'Chosen days' },
] as const;
export type PresetId = (typeof PRESETS)[number]['id'];

/** The range of a preset seen from `now`. Running periods end with the current day, so that the border is a midnight too. */
export function presetPeriod(id: Exclude<PresetId, 'custom'>, now: number, zone: string): Period {
  const { year, month, day } = dayOf(now, zone);
  const start = (y: number, m: number, d = 1): number => startOfDay(y, m, d, zone);
  const tomorrow = start(year, month, day + 1);
  const quarter = Math.floor((month - 1) / 3) * 3 + 1;
  switch (id) {
    case 'this-month':
      return { from: start(year, month), to: tomorrow };
    case 'last-month':
      return { from: start(year, month - 1), to: start(year, month) };
    case 'last-quarter':
      return { from: start(year, quarter - 3), to: start(year, quarter) };
    case 'last-90-days':
      return { from: start(year, month, day - 89), to: tomorrow };
    case 'this-year':
      return { from: start(year, 1), to: tomorrow };
    case 'last-year':
      return { from: start(year - 1, 1), to: start(year, 1) };
  }
}

/** `2026-11-24` as a date input writes it; null for anything else. */
export function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? null : { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

/** The day of an instant as a date input wants it. */
export function formatDay(at: number, zone: string): string {
  const { year, month, day } = dayOf(at, zone);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** From the first day to the last day, both included; null while a day is missing or the order is wrong. */
export function daysPeriod(first: string, last: string, zone: string): Period | null {
  const a = parseDay(first);
  const b = parseDay(last);
  if (a === null || b === null) return null;
  const period = { from: startOfDay(a.year, a.month, a.day, zone), to: startOfDay(b.year, b.month, b.day + 1, zone) };
  return period.from < period.to ? period : null;
}
