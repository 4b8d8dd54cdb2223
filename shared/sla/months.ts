/** Closed months of an SLA under the terms that held, or under others: what would they have been? */
import type { SlaTerms } from '../entities/sla.ts';
import { type MonthText, monthAfter, monthOf, type Span } from './calendar.ts';
import { creditOf } from './credits.ts';
import { evaluate } from './evaluate.ts';
import { gather, type Maintenance, type Measured } from './gather.ts';
import type { CreditLine, Evaluation } from './model.ts';
import type { MetricSource } from './source.ts';
import { lengthOf } from './spans.ts';
import { monthTerms, newestRevision } from './terms.ts';
import { timesOf } from './times.ts';

export interface MonthFigures {
  readonly month: MonthText;
  /** What was judged of it. */
  readonly period: Span;
  /** Null under other terms. */
  readonly revision: number | null;
  readonly evaluation: Evaluation;
  /** As the report's downtime_minutes, in milliseconds. */
  readonly downMs: number;
  readonly credit: CreditLine | null;
}

/** An SLA as if these terms had always held. */
function always({ id, workspace_id, service }: Omit<Measured, 'revisions' | 'ended_at'>, terms: SlaTerms): Measured {
  const held = { revision: 1, terms, effective_from: '1970-01-01T00:00:00.000Z', made_at: '', made_by: '', reason: '' };
  return { id, workspace_id, service, revisions: [held], ended_at: null };
}

/**
 * The last `n` local months closed at `now` (ms), oldest first. With `terms`: each whole month as if they had always held, also for what is
 * no SLA yet (its id is then any text); without: those months in which the SLA was in force, as they were judged.
 */
export function monthsOf(
  source: MetricSource,
  sla: Measured | Omit<Measured, 'revisions' | 'ended_at'>,
  terms: SlaTerms | null,
  exclusions: readonly Maintenance[],
  now: number,
  n: number,
): MonthFigures[] {
  const judged = terms === null ? (sla as Measured) : always(sla, terms);
  const present = monthOf(now, newestRevision(judged).terms.time_zone);
  const months: MonthFigures[] = [];
  // One more, as a revision to come may count its months in a zone whose month has begun already.
  for (let back = 0; back <= n + 1 && months.length < n; back++) {
    const month = monthAfter(present, -back);
    const held = monthTerms(judged, month);
    if (held === null || held.whole.to > now) continue;
    const data = gather(source, judged, held.revision, exclusions, held.period);
    const evaluation = evaluate(data, held.revision.terms, { now: held.period.to, window: held.period });
    months.push({
      month,
      period: held.period,
      revision: terms === null ? held.revision.revision : null,
      evaluation,
      downMs: lengthOf(timesOf(data, held.revision.terms.availability_basis).down),
      credit: creditOf(held.revision.terms, evaluation.availability),
    });
  }
  return months.reverse();
}
