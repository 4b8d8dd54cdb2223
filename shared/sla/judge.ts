/** Where an SLA stands at an instant: what the platform opens and closes breaches by, and what cards show. */
import type { Sla, SlaRevision } from '../entities/sla.ts';
import type { Span } from './calendar.ts';
import { evaluate } from './evaluate.ts';
import { excludedOf } from './excluded.ts';
import { gather, type Maintenance, type Measured } from './gather.ts';
import { DAY, type Evaluation, MINUTE } from './model.ts';
import type { MetricSource } from './source.ts';
import { type MonthTerms, monthTermsAt } from './terms.ts';

export interface Judged {
  readonly revision: SlaRevision;
  /** The last 24 hours. */
  readonly day: Evaluation;
  /** The calendar month or the rolling window. */
  readonly window: Evaluation;
  /** The whole window; it ends in the future where it is a month. */
  readonly whole: Span;
}

/** The last whole minute's end: the minute under way cannot be judged. */
export function judgedUntil(now: number): number {
  return Math.floor(now / MINUTE) * MINUTE;
}

/** The window an instant of a month is judged in, whole: the month, or the rolling days before the last whole minute. */
export function windowIn({ revision, whole }: MonthTerms, now: number): Span {
  const { window } = revision.terms;
  if (window.kind === 'calendar') return whole;
  const to = judgedUntil(now);
  return { from: to - window.days * DAY, to };
}

/** The same for an SLA; null where it is not in force. */
export function windowOf(sla: Pick<Sla, 'revisions' | 'ended_at'>, now: number): Span | null {
  const month = monthTermsAt(sla, now);
  return month === null ? null : windowIn(month, now);
}

/** Judges the last day and the window; null where the SLA is not in force at `now` (ms). */
export function judge(
  source: MetricSource,
  sla: Measured,
  exclusions: readonly Maintenance[],
  now: number,
): Judged | null {
  const month = monthTermsAt(sla, now);
  if (month === null) return null;
  const whole = windowIn(month, now);
  const { revision } = month;
  const until = judgedUntil(now);
  const dayWindow = { from: until - DAY, to: until };
  const day = gather(source, sla, revision, exclusions, dayWindow);
  const soFar = { from: whole.from, to: Math.max(Math.min(until, whole.to), whole.from) };
  const data = gather(source, sla, revision, exclusions, soFar);
  return {
    revision,
    day: evaluate(day, revision.terms, { now: until, window: dayWindow }),
    window: evaluate(data, revision.terms, {
      now: until,
      window: whole,
      excluded: excludedOf(sla, revision, exclusions, whole),
      lastDay: day,
    }),
    whole,
  };
}
