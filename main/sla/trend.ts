/** The metrics of an SLA over time. */

import type { Output } from '../../shared/contract/index.ts';
import type { SlaPoint } from '../../shared/contract/sla.ts';
import { AppError } from '../../shared/errors.ts';
import type { Span } from '../../shared/sla/calendar.ts';
import { HOUR, MINUTE } from '../../shared/sla/model.ts';
import { lengthOf } from '../../shared/sla/spans.ts';
import { revisionAt } from '../../shared/sla/terms.ts';
import type { Asked } from './api.ts';
import { localDays, zoneAt } from './days.ts';
import { revisionSpans } from './incidents.ts';
import { judged, type LevelModel, type Scope } from './model.ts';
import { actualOf } from './views.ts';

const POINTS_MAX = 2_000;
const STEP_MS = { minute: MINUTE, five: 5 * MINUTE, hour: HOUR } as const;

/** Whole steps that touch the span. Throws INPUT_INVALID for more than 2,000. */
export function stepsOf({ from, to }: Span, step: 'minute' | 'five' | 'hour' | 'day', zone: string): Span[] {
  if (from >= to) throw new AppError('INPUT_INVALID', 'The period ends before it begins.');
  if (step === 'day') {
    if (to - from > POINTS_MAX * 24 * HOUR) throw tooMany();
    return localDays({ from, to }, zone);
  }
  const ms = STEP_MS[step];
  const first = Math.floor(from / ms) * ms;
  const count = Math.ceil((to - first) / ms);
  if (count > POINTS_MAX) throw tooMany();
  return Array.from({ length: count }, (_, i) => ({ from: first + i * ms, to: first + (i + 1) * ms }));
}

const tooMany = (): AppError =>
  new AppError('INPUT_INVALID', `More than ${POINTS_MAX} points: choose a larger step or a shorter period.`);

function pointOf(model: LevelModel, scope: Scope, { from, to }: Span, asOf: number): SlaPoint {
  const nothing = { at: from, availability: null, responseMs: null, errorRate: null, requests: 0, failed: 0 };
  const seen = { from, to: Math.min(to, asOf) };
  const revision = seen.from < seen.to ? revisionAt(scope, seen.to - 1) : null;
  if (revision === null) return { ...nothing, excluded: seen.from < seen.to ? 1 : 0, unobserved: 0 };
  const data = model.data(scope, revision, seen);
  const evaluation = judged(data, revision);
  const length = seen.to - seen.from;
  return {
    at: from,
    availability: actualOf(evaluation, 'availability'),
    responseMs: actualOf(evaluation, 'response_time'),
    errorRate: actualOf(evaluation, 'error_rate'),
    requests: evaluation.totals.count,
    failed: evaluation.totals.errors,
    excluded: lengthOf(data.excluded) / length,
    unobserved: (evaluation.availability.unobservedMs ?? 0) / length,
  };
}

export function trend(model: LevelModel, { id, from, to, step, now }: Asked<'sla.trend'>): Output<'sla.trend'> {
  const sla = model.sla(id);
  const asOf = model.asOf(now) ?? now;
  const timeZone = zoneAt(sla, Math.min(to, asOf));
  const steps = stepsOf({ from, to }, step, timeZone);
  model.hold(sla, { from: steps[0]!.from, to: Math.min(steps.at(-1)!.to, asOf) }, step === 'minute' || step === 'five');
  const targets = revisionSpans(sla, { from, to }).map(({ index, ...span }) => {
    const { revision, terms } = sla.revisions[index]!;
    return { ...span, revision, terms };
  });
  const breaches = model
    .breaches()
    .filter(({ sla_id, opened_at, closed_at }) => {
      const closed = closed_at === null ? Infinity : Date.parse(closed_at);
      return sla_id === id && Date.parse(opened_at) < to && closed > from;
    })
    .sort((a, b) => (a.opened_at < b.opened_at ? -1 : 1));
  return { points: steps.map((one) => pointOf(model, sla, one, asOf)), targets, breaches, timeZone };
}
