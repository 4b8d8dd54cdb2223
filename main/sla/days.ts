/** Local days of an SLA: each judged by the terms that held. What is over is remembered. */
import type { Output } from '../../shared/contract/index.ts';
import { daysOf, type LocalDay, monthAfter, monthOf, monthSpan, type Span } from '../../shared/sla/calendar.ts';
import { DAY, type Verdict } from '../../shared/sla/model.ts';
import { downOf, lengthOf, subtract } from '../../shared/sla/spans.ts';
import { newestRevision, revisionAt } from '../../shared/sla/terms.ts';
import type { Asked } from './api.ts';
import { judged, type LevelModel, type Scope } from './model.ts';
import { actualOf, percentText } from './views.ts';

export interface DayFigures {
  readonly verdict: Verdict;
  readonly availability: number | null;
  /** Percent, cut off. */
  readonly text: string | null;
  readonly requests: number;
  readonly downMs: number;
}

const NOTHING: DayFigures = { verdict: 'no_data', availability: null, text: null, requests: 0, downMs: 0 };

/** The zone that an SLA's days and months are of at an instant: that of the revision in force, else of the newest. */
export function zoneAt(scope: Scope, at: number): string {
  return (revisionAt(scope, at) ?? newestRevision(scope)).terms.time_zone;
}

function figuresOf(model: LevelModel, scope: Scope, day: Span, asOf: number): DayFigures {
  const seen = { from: day.from, to: Math.min(day.to, asOf) };
  // The last instant of the day: an SLA made during it is judged from then on.
  const revision = seen.from < seen.to ? revisionAt(scope, seen.to - 1) : null;
  if (revision === null) return NOTHING;
  const make = (): DayFigures => {
    const data = model.data(scope, revision, seen);
    const evaluation = judged(data, revision);
    const { good, total } = evaluation.availability;
    return {
      verdict: evaluation.verdict,
      availability: actualOf(evaluation, 'availability'),
      text: percentText(good, total),
      requests: evaluation.totals.count,
      downMs: lengthOf(subtract(downOf(data.states), data.excluded)),
    };
  };
  return day.to <= asOf ? model.remembered(scope, revision, day, make) : make();
}

/** Local days with their figures, oldest first. `asOf`: what comes after is not known. */
export function dayFigures(
  model: LevelModel,
  scope: Scope,
  days: readonly LocalDay[],
  asOf: number,
): (LocalDay & DayFigures)[] {
  return days.map((day) => ({ ...day, ...figuresOf(model, scope, day, asOf) }));
}

/** Whole local days that touch a span, oldest first. */
export function localDays({ from, to }: Span, zone: string): LocalDay[] {
  // Days are cut at the ends of what is asked for: two days further on nothing of these is.
  return daysOf({ from: from - 2 * DAY, to: to + 2 * DAY }, zone).filter((day) => day.to > from && day.from < to);
}

export function days(model: LevelModel, { id, months, now }: Asked<'sla.days'>): Output<'sla.days'> {
  const sla = model.sla(id);
  const asOf = model.asOf(now) ?? now;
  const timeZone = zoneAt(sla, asOf);
  const first = monthSpan(monthAfter(monthOf(asOf, timeZone), 1 - months), timeZone).from;
  const span = { from: Math.max(first, Date.parse(sla.created_at)), to: asOf };
  if (span.from >= span.to) return { days: [], timeZone };
  const list = localDays(span, timeZone);
  model.hold(sla, { from: list[0]!.from, to: asOf });
  return {
    days: dayFigures(model, sla, list, asOf).map(({ day, from, to, verdict, text, requests, downMs }) => ({
      ...{ day, from, to, verdict, availability: text, requests, downMs },
    })),
    timeZone,
  };
}
