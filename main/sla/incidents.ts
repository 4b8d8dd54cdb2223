/** What happened to an SLA: outages, breaches, alerts, maintenance, gaps in the data. */
import type { Output } from '../../shared/contract/index.ts';
import type { SlaIncident } from '../../shared/contract/sla.ts';
import type { Sla, SlaAlert, SlaBreach, SlaExclusion, SlaMetric } from '../../shared/entities/index.ts';
import type { Span } from '../../shared/sla/calendar.ts';
import { judgedUntil } from '../../shared/sla/judge.ts';
import { gapsOf } from '../../shared/sla/report.ts';
import { union } from '../../shared/sla/spans.ts';
import { timesOf } from '../../shared/sla/times.ts';
import type { Asked } from './api.ts';
import type { LevelModel } from './model.ts';
import { minutesText, msText, targetPercent } from './views.ts';

const METRICS: Readonly<Record<SlaMetric, string>> = {
  availability: 'Availability',
  response_time: 'Response time',
  error_rate: 'Error rate',
};
const SCOPES = { day: 'the last 24 hours', window: 'the window of the terms' } as const;

/** Stretches in which one revision holds, within a period. */
export function revisionSpans(sla: Sla, { from, to }: Span): (Span & { readonly index: number })[] {
  const ended = sla.ended_at === null ? Infinity : Date.parse(sla.ended_at);
  return sla.revisions.flatMap(({ effective_from }, index) => {
    const next = sla.revisions[index + 1];
    const begin = Math.max(from, Date.parse(effective_from));
    const end = Math.min(to, ended, next === undefined ? Infinity : Date.parse(next.effective_from));
    return begin < end ? [{ from: begin, to: end, index }] : [];
  });
}

const open = ({ to }: Span, until: number): number | null => (to >= until ? null : to);

/** Of each revision's stretch what was down and what was not known; joined where a revision parts them. */
function measured(model: LevelModel, sla: Sla, period: Span, until: number): SlaIncident[] {
  const down: (Span & { readonly byTime: boolean })[] = [];
  const gaps: Span[] = [];
  for (const { index, ...span } of revisionSpans(sla, period)) {
    const revision = sla.revisions[index]!;
    const basis = revision.terms.availability_basis;
    const data = model.data(sla, revision, span);
    const times = timesOf(data, basis);
    down.push(...times.down.map((one) => ({ ...one, byTime: basis === 'time' })));
    gaps.push(...gapsOf(data, times));
  }
  const outages = down.map(({ byTime, ...span }): SlaIncident => {
    const minutes = minutesText(span.to - span.from);
    return {
      ...{
        id: `outage:${span.from}`,
        kind: 'outage',
        from: span.from,
        to: open(span, until),
        title: 'Down',
        severity: null,
      },
      detail: byTime
        ? `${minutes} min, of the time judged`
        : `${minutes} min in which every request failed, or a check saw it down`,
      downMs: byTime ? span.to - span.from : null,
    };
  });
  const unknown = union(gaps).map(
    (span): SlaIncident => ({
      ...{
        id: `gap:${span.from}`,
        kind: 'gap',
        from: span.from,
        to: open(span, until),
        title: 'No data',
        severity: null,
      },
      ...{ detail: `${minutesText(span.to - span.from)} min without request or observation`, downMs: null },
    }),
  );
  return [...outages, ...unknown];
}

const shown = (metric: SlaMetric, value: number): string =>
  metric === 'response_time' ? msText(value) : targetPercent(value);
const end = (closed: string | null): number | null => (closed === null ? null : Date.parse(closed));

function breachOf({ id, metric, scope, opened_at, closed_at, target, actual }: SlaBreach): SlaIncident {
  return {
    ...{
      id: `breach:${id}`,
      kind: 'breach',
      from: Date.parse(opened_at),
      to: end(closed_at),
      severity: null,
      downMs: null,
    },
    title: `${METRICS[metric]} breached over ${SCOPES[scope]}`,
    detail: `${shown(metric, actual)} at worst, promised ${shown(metric, target)}`,
  };
}

function alertOf({
  id,
  severity,
  opened_at,
  closed_at,
  burn_rate,
  threshold,
  long_minutes,
  short_minutes,
}: SlaAlert): SlaIncident {
  return {
    ...{ id: `alert:${id}`, kind: 'alert', from: Date.parse(opened_at), to: end(closed_at), severity, downMs: null },
    title: `Error budget burned ${burn_rate.toFixed(1)} times too fast`,
    detail: `Over ${long_minutes} and ${short_minutes} minutes; told from ${threshold.toFixed(2)} on`,
  };
}

function exclusionOf({ id, from, to, reason, retroactive, created_by }: SlaExclusion): SlaIncident {
  return {
    ...{
      id: `exclusion:${id}`,
      kind: 'exclusion',
      from: Date.parse(from),
      to: Date.parse(to),
      severity: null,
      downMs: null,
    },
    title: reason,
    detail: `Maintenance, ${retroactive ? 'excluded afterwards' : 'announced'} by ${created_by}`,
  };
}

/** Newest first. */
export function incidents(
  model: LevelModel,
  { id, from, to, offset, limit, now }: Asked<'sla.incidents'>,
): Output<'sla.incidents'> {
  const sla = model.sla(id);
  const until = judgedUntil(model.asOf(now) ?? now);
  const period = { from, to: Math.min(to, until) };
  if (period.from < period.to) model.hold(sla, period);
  const mine = ({ sla_id }: { readonly sla_id: string }): boolean => sla_id === id;
  const told = [
    ...model.breaches().filter(mine).map(breachOf),
    ...model.alerts().filter(mine).map(alertOf),
    ...model.exclusionsOf(sla).map(exclusionOf),
  ].filter((one) => one.from < to && (one.to ?? Infinity) > from);
  const all = [...told, ...(period.from < period.to ? measured(model, sla, period, until) : [])];
  all.sort((a, b) => b.from - a.from || (a.id < b.id ? -1 : 1));
  return { rows: all.slice(offset, offset + limit), total: all.length };
}
