/** Until when a request of a data subject is to be answered, and a breach told. Days and instants are UTC. */
import type { DataRequest, Incident } from '../entities/index.ts';
import { shift } from './period.ts';

const DAY = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Where the period comes from, for whoever reads a date. */
export const DUE_SOURCE: Readonly<Record<DataRequest['law'], string>> = {
  gdpr: 'One month after receipt (GDPR Art. 12(3)); it may be extended by two months, with reasons, within that month.',
  ccpa: '45 calendar days after receipt (Cal. Civ. Code § 1798.130(a)(2)(A)); it may be extended once by 45 days, with notice.',
  other: 'One month after receipt, where no law or contract sets another time.',
};

/**
 * The day on which an answer is due by default. A calendar month: the same day of the next month, or its last day where there is none
 * (Regulation (EEC, Euratom) No 1182/71 Art. 3(2)(c)).
 */
export function dueOn(law: DataRequest['law'], receivedOn: string): string {
  const at = midnight(receivedOn);
  return dayOf(law === 'ccpa' ? at + 45 * DAY : shift(at, { months: 1, days: 0 }));
}

export const ANSWERED: readonly DataRequest['state'][] = ['fulfilled', 'denied', 'withdrawn'];

/** Whole days until the due day is over; below 0: so many days late. Null: it is answered. */
export function daysLeft({ state, due_on }: Pick<DataRequest, 'state' | 'due_on'>, now: number): number | null {
  if (ANSWERED.includes(state)) return null;
  return Math.round((midnight(due_on) - midnight(dayOf(now))) / DAY);
}

/** Time from awareness of a breach of personal data to the notice to the authority (GDPR Art. 33(1)). */
export const NOTICE_MS = 72 * 3_600_000;

/**
 * The clock of a breach: when the notice was or is due, and whether it was in time. Null where none runs: no personal data, or nobody was aware
 * yet. A reason written down stands in for a notice that was not needed, or was late.
 */
export function breachClock(
  { personal_data, aware_at, authority_told_at, notice_reason }: Incident,
  now: number,
): {
  readonly due: number;
  readonly state: 'running' | 'in time' | 'late' | 'late with reasons' | 'not needed';
} | null {
  if (!personal_data || aware_at === null) return null;
  const due = Date.parse(aware_at) + NOTICE_MS;
  const told = authority_told_at === null ? null : Date.parse(authority_told_at);
  if (told !== null)
    return { due, state: told <= due ? 'in time' : notice_reason.trim() === '' ? 'late' : 'late with reasons' };
  if (notice_reason.trim() !== '') return { due, state: 'not needed' };
  return { due, state: now <= due ? 'running' : 'late' };
}

/** The days of a stretch that ends with the given day, newest first, each with whether it was reviewed. */
export function reviewDays(
  reviewed: ReadonlySet<string>,
  lastDay: string,
  days: number,
): { readonly day: string; readonly reviewed: boolean }[] {
  return Array.from({ length: days }, (_, i) => {
    const day = dayOf(midnight(lastDay) - i * DAY);
    return { day, reviewed: reviewed.has(day) };
  });
}
