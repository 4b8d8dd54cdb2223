/** The monthly report: what is signed, compared between platform and console, and printed. */
import type { Sha256 } from '../crypto.ts';
import type { Sla, SlaExclusion } from '../entities/sla.ts';
import { canonicalize, type Json } from '../json/index.ts';
import type { MonthText, Span } from './calendar.ts';
import { creditOf } from './credits.ts';
import { evaluate } from './evaluate.ts';
import { raised, toMillionths, truncated } from './fraction.ts';
import { gather } from './gather.ts';
import { inputsDigest } from './inputs.ts';
import { judgedUntil } from './judge.ts';
import { type Evaluation, HOUR, type MetricResult, MINUTE, type MonthReport, type WindowData } from './model.ts';
import { type MetricSource, seriesOf } from './source.ts';
import { lengthOf, subtract, union } from './spans.ts';
import { monthTerms } from './terms.ts';
import { minuteSpans, type Times, timesOf } from './times.ts';

export const REPORT_FORMAT = 'mission-control/sla-report/1';
/** Outages and gaps a report names; of more the longest. */
export const REPORT_SPANS_MAX = 1_000;

const iso = (at: number): string => new Date(at).toISOString();
/** Minutes with three decimals, cut off. */
const minutesText = (ms: number): string => truncated(BigInt(ms), BigInt(MINUTE), 3)!;
const fractionText = (fraction: number): string => truncated(BigInt(toMillionths(fraction)), 1_000_000n, 6)!;
const msText = (ms: number): string => ms.toFixed(3);

/** The longest ones, in order of time; of two of one length the earlier. */
function longest(spans: readonly Span[]): { from: string; to: string; minutes: string }[] {
  return [...spans]
    .sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)
    .slice(0, REPORT_SPANS_MAX)
    .sort((a, b) => a.from - b.from)
    .map(({ from, to }) => ({ from: iso(from), to: iso(to), minutes: minutesText(to - from) }));
}

/** Stretches of at least a minute, excluded ones apart, without any observation or request. */
export function gapsOf(data: WindowData, { judged, observed }: Times): Span[] {
  const known = union([...observed, ...minuteSpans(data, 'active')]);
  return subtract(judged, known).filter(({ from, to }) => to - from >= MINUTE);
}

function metricText({ metric, verdict, target, actual }: MetricResult, data: WindowData, evaluation: Evaluation) {
  if (metric === 'response_time')
    return { metric, verdict, target: msText(target), actual: actual === null ? null : msText(actual) };
  const { good, total } = evaluation.availability;
  const text =
    metric === 'availability'
      ? truncated(good, total, 6)
      : raised(BigInt(data.totals.errors), BigInt(data.totals.count), 6);
  return { metric, verdict, target: fractionText(target), actual: text };
}

function boundsOf({ availability }: Evaluation): MonthReport['availability_bounds'] {
  if (availability.unobservedMs === null) return null;
  const judged = availability.total + BigInt(availability.unobservedMs);
  const low = truncated(availability.good, judged, 6);
  const high = truncated(availability.good + BigInt(availability.unobservedMs), judged, 6);
  return low === null || high === null ? null : { low, high };
}

/** Figures by name, as text. */
function figuresOf(data: WindowData, evaluation: Evaluation, times: Times) {
  const { good, total } = evaluation.availability;
  const { responseMs } = evaluation;
  const down = lengthOf(times.down);
  const observed = lengthOf(times.observed);
  return {
    availability: truncated(good, total, 6),
    availability_bounds: boundsOf(evaluation),
    uptime_minutes: minutesText(observed - down),
    downtime_minutes: minutesText(down),
    unobserved_minutes: minutesText(lengthOf(times.judged) - observed),
    excluded_minutes: minutesText(lengthOf(data.excluded)),
    avg_response_time: responseMs && msText(responseMs.mean),
    p50_response_time: responseMs && msText(responseMs.p50),
    p95_response_time: responseMs && msText(responseMs.p95),
    p99_response_time: responseMs && msText(responseMs.p99),
    error_rate: raised(BigInt(data.totals.errors), BigInt(data.totals.count), 6),
    total_requests: data.totals.count,
    failed_requests: data.totals.errors,
  };
}

/** Maintenance of an SLA that touches a period, as it was announced. */
function maintenanceOf(exclusions: readonly SlaExclusion[], sla: string, period: Span): MonthReport['exclusions'] {
  return exclusions
    .filter(
      ({ sla_id, from, to }) => (sla_id ?? sla) === sla && Date.parse(from) < period.to && Date.parse(to) > period.from,
    )
    .map(({ from, to, reason, retroactive }) => ({
      from: iso(Date.parse(from)),
      to: iso(Date.parse(to)),
      reason,
      retroactive,
    }))
    .sort((a, b) => order(a.from, b.from) || order(a.to, b.to) || order(a.reason, b.reason));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The report of a local month; null where the SLA was not in force in it. `until` (ms) cuts a month under way to the whole minutes before it.
 * `organization` is its id. Throws INPUT_INVALID where the source holds a chunk that is none.
 */
export function monthReport(
  source: MetricSource,
  sla: Pick<Sla, 'id' | 'name' | 'workspace_id' | 'service' | 'revisions' | 'ended_at'>,
  month: MonthText,
  exclusions: readonly SlaExclusion[],
  organization: string,
  sha256: Sha256,
  until = Number.POSITIVE_INFINITY,
): MonthReport | null {
  const held = monthTerms(sla, month);
  if (held === null) return null;
  const { revision, terms } = { ...held, terms: held.revision.terms };
  const period = { from: held.period.from, to: Math.min(held.period.to, judgedUntil(until)) };
  if (period.from >= period.to) return null;
  const data = gather(source, sla, revision, exclusions, period);
  const evaluation = evaluate(data, terms, { now: period.to, window: period });
  const times = timesOf(data, terms.availability_basis);
  const gaps = gapsOf(data, times);
  const series = seriesOf(source, sla);
  return {
    format: REPORT_FORMAT,
    organization,
    sla: { id: sla.id, name: sla.name, workspace_id: sla.workspace_id, service: sla.service },
    month,
    time_zone: terms.time_zone,
    period: { from: iso(period.from), to: iso(period.to), hours: (period.to - period.from) / HOUR },
    revision: revision.revision,
    terms,
    verdict: evaluation.verdict,
    ...figuresOf(data, evaluation, times),
    metrics: evaluation.metrics.map((result) => metricText(result, data, evaluation)),
    outages: longest(times.down),
    exclusions: maintenanceOf(exclusions, sla.id, period),
    gaps: longest(gaps),
    counts: { outages: times.down.length, gaps: gaps.length },
    credit: creditOf(terms, evaluation.availability),
    inputs: {
      series: series.map(({ id }) => String(id)),
      minutes: data.minutesWithRequests,
      digest: inputsDigest(source, series, period, sha256),
    },
  };
}

/** RFC 8785 text of a report: what its digest and its signature are over. */
export function reportText(report: MonthReport): string {
  return canonicalize(report as unknown as Json);
}
