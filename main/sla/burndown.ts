/** Error budget left over a window, and where it goes at the pace of the last day. */
import type { Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Span } from '../../shared/sla/calendar.ts';
import { evaluate } from '../../shared/sla/evaluate.ts';
import { excludedOf } from '../../shared/sla/excluded.ts';
import { judgedUntil, windowOf } from '../../shared/sla/judge.ts';
import { DAY } from '../../shared/sla/model.ts';
import { monthTerms, monthTermsAt } from '../../shared/sla/terms.ts';
import type { Asked } from './api.ts';
import { zoneAt } from './days.ts';
import type { LevelModel } from './model.ts';
import { stepsOf } from './trend.ts';
import { budgetView } from './views.ts';

type Answer = Output<'sla.burndown'>;

/** Straight on from what is left, to the end of the window or of the budget. */
function forecastOf(left: number, perMs: number, { from, to }: Span): Answer['forecast'] {
  if (from >= to) return [];
  const end = left - perMs * (to - from);
  const points = [
    { at: from, remaining: left },
    { at: to, remaining: end },
  ];
  if (left <= 0 || end >= 0) return points;
  return points.toSpliced(1, 0, { at: Math.round(from + left / perMs), remaining: 0 });
}

/** Throws NOT_FOUND where the SLA does not hold in the window. */
export function burndown(model: LevelModel, { id, month, now }: Asked<'sla.burndown'>): Answer {
  const sla = model.sla(id);
  const asOf = judgedUntil(model.asOf(now) ?? now);
  const timeZone = zoneAt(sla, asOf);
  const asked = month === null ? monthTermsAt(sla, asOf) : monthTerms(sla, month);
  const window = month === null ? windowOf(sla, asOf) : (asked?.whole ?? null);
  if (asked === null || window === null || window.from >= asOf) {
    throw new AppError('NOT_FOUND', 'The SLA was not judged in this window.', { id, month });
  }
  const { revision } = asked;
  const at = Math.min(window.to, asOf);
  const seen = { from: window.from, to: at };
  model.hold(sla, { from: Math.min(seen.from, at - DAY), to: at });
  const { budget } = evaluate(model.data(sla, revision, seen), revision.terms, {
    ...{ now: at, window },
    excluded: excludedOf(sla, revision, model.exclusionsOf(sla), window),
    lastDay: model.data(sla, revision, { from: at - DAY, to: at }),
  });
  const view = budgetView(budget, revision.terms.availability_basis);
  if (!(budget.allowed > 0)) return { window, budget: view, points: [], forecast: [], timeZone };
  let spent = 0;
  let lastDay = 0;
  const dayBegins = Math.max(seen.from, at - DAY);
  const points = [{ at: seen.from, remaining: 1 }];
  for (const step of stepsOf(seen, seen.to - seen.from > 80 * DAY ? 'day' : 'hour', timeZone)) {
    const part = { from: Math.max(step.from, seen.from), to: Math.min(step.to, seen.to) };
    const { good, total } = model.judge(sla, revision, part).availability;
    const bad = Number(total - good);
    spent += bad;
    // Of the step that the day begins in, its share.
    lastDay += bad * Math.max(0, Math.min(1, (part.to - dayBegins) / (part.to - part.from)));
    points.push({ at: part.to, remaining: 1 - spent / budget.allowed });
  }
  const perMs = at > dayBegins ? lastDay / (at - dayBegins) / budget.allowed : 0;
  const forecast = forecastOf(points.at(-1)!.remaining, perMs, { from: at, to: window.to });
  return { window, budget: view, points, forecast, timeZone };
}
