/** The dashboard: every SLA judged at the end of what the mirror has. */

import type { Output } from '../../shared/contract/index.ts';
import type { SlaCard, SlaJudgement, SlaStatus } from '../../shared/contract/sla.ts';
import type { Sla, SlaAlert, SlaBreach } from '../../shared/entities/index.ts';
import { judge, windowOf } from '../../shared/sla/judge.ts';
import { DAY, HOUR } from '../../shared/sla/model.ts';
import type { Asked } from './api.ts';
import { dayFigures, localDays, zoneAt } from './days.ts';
import type { LevelModel } from './model.ts';
import { judgementOf } from './views.ts';

const SPARKLINE_DAYS = 30;
/** Less than this share of the budget left is a risk. */
const BUDGET_LOW = 0.25;

function statusOf(
  ended: boolean,
  judged: readonly (SlaJudgement | null)[],
  breaches: readonly SlaBreach[],
  alerts: readonly SlaAlert[],
): SlaStatus {
  if (ended) return 'ended';
  const window = judged.at(-1) ?? null;
  if (breaches.length > 0 || judged.some((one) => one?.verdict === 'breached')) return 'breached';
  if (window === null || window.verdict === 'no_data') return 'no_data';
  const left = window.budget.remaining;
  return alerts.length > 0 || (left !== null && left < BUDGET_LOW) ? 'at_risk' : 'compliant';
}

interface Told {
  readonly breaches: readonly SlaBreach[];
  readonly alerts: readonly SlaAlert[];
}

function cardOf(model: LevelModel, sla: Sla, asOf: number, told: Told): SlaCard {
  const ended = sla.ended_at !== null && Date.parse(sla.ended_at) <= asOf;
  const openBreaches = told.breaches.filter(({ sla_id }) => sla_id === sla.id);
  const openAlerts = told.alerts.filter(({ sla_id }) => sla_id === sla.id);
  const sparkDays = localDays({ from: asOf - SPARKLINE_DAYS * DAY, to: asOf }, zoneAt(sla, asOf)).slice(
    -SPARKLINE_DAYS,
  );
  const begins = [asOf - DAY - HOUR, windowOf(sla, asOf)?.from ?? asOf, sparkDays[0]?.from ?? asOf];
  model.hold(sla, { from: Math.min(...begins), to: asOf });
  const judged = judge(model, sla, model.exclusionsOf(sla), asOf);
  const revision = judged?.revision ?? null;
  const basis = revision?.terms.availability_basis ?? 'requests';
  const day = judged === null ? null : judgementOf(judged.day, basis);
  const window = judged === null ? null : judgementOf(judged.window, basis);
  return {
    id: sla.id,
    name: sla.name,
    description: sla.description,
    workspaceId: sla.workspace_id,
    workspaceName: sla.workspace_id === null ? null : (model.definitions().workspaces.get(sla.workspace_id) ?? null),
    service: sla.service,
    status: statusOf(ended, [day, window], openBreaches, openAlerts),
    revision,
    nextRevision: sla.revisions.find(({ effective_from }) => Date.parse(effective_from) > asOf) ?? null,
    ...{ day, window, openBreaches, openAlerts },
    sparkline: dayFigures(model, sla, sparkDays, asOf).map(({ availability }) => availability),
  };
}

/** By name; those that have ended only where asked for. Without measurements they are judged now, as having no data. */
export function list(model: LevelModel, { includeEnded, now }: Asked<'sla.list'>): Output<'sla.list'> {
  const began = performance.now();
  const asOf = model.asOf(now);
  const at = asOf ?? now;
  const told = {
    breaches: model.breaches().filter(({ closed_at }) => closed_at === null),
    alerts: model.alerts().filter(({ closed_at }) => closed_at === null),
  };
  const shown = [...model.definitions().slas.values()].filter(
    ({ ended_at }) => includeEnded || ended_at === null || Date.parse(ended_at) > at,
  );
  const cards = shown.map((sla) => cardOf(model, sla, at, told));
  cards.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
  return { asOf, cards, elapsedMs: performance.now() - began };
}
