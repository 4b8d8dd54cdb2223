/** Closed months under the terms that held, and what they would have been under others. */
import type { Output } from '../../shared/contract/index.ts';
import type { SlaMonthRow } from '../../shared/contract/sla.ts';
import type { SlaTerms } from '../../shared/entities/index.ts';
import { faultsOf } from '../../shared/sla/faults.ts';
import { raised } from '../../shared/sla/fraction.ts';
import { DAY } from '../../shared/sla/model.ts';
import { type MonthFigures, monthsOf } from '../../shared/sla/months.ts';
import type { Asked } from './api.ts';
import type { LevelModel, Scope } from './model.ts';
import { actualOf, minutesText, percentText } from './views.ts';

/** Longer than any month, zones and all. */
const MONTH_MAX = 32 * DAY;

type Measured = Pick<Scope, 'id' | 'workspace_id' | 'service'> | Scope;

function rowOf({ month, period, revision, evaluation, downMs, credit }: MonthFigures): SlaMonthRow {
  const { availability, totals } = evaluation;
  const paid = credit === null || credit.waived !== null ? null : credit;
  const rate = raised(BigInt(totals.errors) * 100n, BigInt(totals.count), 4);
  return {
    ...{ month, period: { from: period.from, to: period.to }, revision, verdict: evaluation.verdict },
    availability: percentText(availability.good, availability.total),
    responseMs: actualOf(evaluation, 'response_time'),
    errorRate: rate === null ? null : `${rate} %`,
    requests: totals.count,
    downMinutes: minutesText(downMs),
    creditMinor: paid?.creditMinor ?? null,
    currency: paid?.currency ?? null,
  };
}

/** The last months that are over and that the mirror has to their end, oldest first. */
function closed(model: LevelModel, scope: Measured, terms: SlaTerms | null, count: number, now: number): SlaMonthRow[] {
  return monthsOf(model, scope, terms, model.exclusionsOf(scope), model.knownTo(now), count).map(rowOf);
}

const hold = (model: LevelModel, scope: Measured, count: number, now: number): void =>
  model.hold(scope, { from: now - (count + 2) * MONTH_MAX, to: now });

export function months(model: LevelModel, { id, months: count, now }: Asked<'sla.months'>): Output<'sla.months'> {
  const sla = model.sla(id);
  hold(model, sla, count, now);
  return closed(model, sla, null, count, now);
}

export function whatIf(model: LevelModel, asked: Asked<'sla.whatIf'>): Output<'sla.whatIf'> {
  const began = performance.now();
  const { id, terms, months: count, now } = asked;
  const present = id === null ? null : model.sla(id);
  // What is no SLA yet has no maintenance of its own.
  const scope = present ?? { id: 'new', workspace_id: asked.workspaceId, service: asked.service };
  hold(model, scope, count, now);
  const was = present === null ? [] : closed(model, present, null, count, now);
  const byMonth = new Map(was.map((row) => [row.month, row]));
  return {
    months: closed(model, scope, terms, count, now).map((would) => ({
      ...{ month: would.month, was: byMonth.get(would.month) ?? null, would },
    })),
    warnings: faultsOf(terms),
    elapsedMs: performance.now() - began,
  };
}
