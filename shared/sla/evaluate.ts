/** Judges gathered data by terms. Verdicts are reached in whole numbers; figures are for screens and reports. */
import type { SlaTerms } from '../entities/sla.ts';
import { type BudgetInput, budgetOf, type Share } from './budget.ts';
import type { Span } from './calendar.ts';
import { isAbove, isBelow, raised, truncated } from './fraction.ts';
import type { Availability, Evaluation, MetricResult, Verdict, WindowData } from './model.ts';
import { lengthOf } from './spans.ts';
import { timesOf } from './times.ts';

/** Digits of figures as numbers: cut off, or raised for what should be low, so that none shows as kept what is broken. */
const DIGITS = 9;

/** Bad and valid of a window, as the terms count them. */
export function shareOf(data: WindowData, basis: SlaTerms['availability_basis']): Share {
  if (basis === 'requests') return { bad: BigInt(data.totals.errors), valid: BigInt(data.totals.count) };
  const { observed, down } = timesOf(data, basis);
  return { bad: BigInt(lengthOf(down)), valid: BigInt(lengthOf(observed)) };
}

/**
 * Requests: good of valid. Time: `1 - |down ∖ X| / |observed ∖ X|` with the bounds that hold if all time not observed had been down, or up
 * (OPERATIONS, Availability).
 */
export function availabilityOf(data: WindowData, basis: SlaTerms['availability_basis']): Availability {
  const { bad, valid } = shareOf(data, basis);
  const good = valid - bad;
  if (basis === 'requests') return { good, total: valid, unobservedMs: null, bounds: null };
  const judged = BigInt(lengthOf(timesOf(data, basis).judged));
  const low = truncated(good, judged, DIGITS);
  const high = truncated(judged - bad, judged, DIGITS);
  return {
    good,
    total: valid,
    unobservedMs: Number(judged - valid),
    bounds: low === null || high === null ? null : { low: Number(low), high: Number(high) },
  };
}

function availabilityResult({ good, total }: Availability, target: number): MetricResult {
  const actual = truncated(good, total, DIGITS);
  if (actual === null) return { metric: 'availability', verdict: 'no_data', target, actual: null, breachPercent: null };
  const breached = isBelow(total - good, total, target);
  return {
    metric: 'availability',
    verdict: breached ? 'breached' : 'compliant',
    target,
    actual: Number(actual),
    breachPercent: breached ? (target - Number(actual)) / target : null,
  };
}

function responseResult(data: WindowData, terms: SlaTerms): MetricResult {
  const target = terms.max_response_time_ms;
  const { timed } = data.totals;
  const rest = { metric: 'response_time', target, breachPercent: null } as const;
  if (timed === 0) return { ...rest, verdict: 'no_data', actual: null };
  if (terms.response_measure.kind === 'percentile') {
    const actual = data.sketch.quantile(terms.response_measure.percentile)!;
    return { ...rest, verdict: actual > target ? 'breached' : 'compliant', actual };
  }
  const slow = data.sumUs > BigInt(target) * 1_000n * BigInt(timed);
  return { ...rest, verdict: slow ? 'breached' : 'compliant', actual: responseOf(data)!.mean };
}

/** A limit broken by fewer failed requests than `min_bad_events` is not yet a breach. */
function errorResult({ totals }: WindowData, terms: SlaTerms): MetricResult {
  const target = terms.max_error_rate;
  const bad = BigInt(totals.errors);
  const valid = BigInt(totals.count);
  const rest = { metric: 'error_rate', target, breachPercent: null } as const;
  const actual = raised(bad, valid, DIGITS);
  if (actual === null) return { ...rest, verdict: 'no_data', actual: null };
  const breached = totals.errors >= terms.min_bad_events && isAbove(bad, valid, target);
  return { ...rest, verdict: breached ? 'breached' : 'compliant', actual: Number(actual) };
}

/** Broken where any metric is; else what availability says, because response times and error rates alone keep no promise to be there. */
export function verdictOf(metrics: readonly Pick<MetricResult, 'metric' | 'verdict'>[]): Verdict {
  if (metrics.some(({ verdict }) => verdict === 'breached')) return 'breached';
  return metrics.find(({ metric }) => metric === 'availability')?.verdict ?? 'no_data';
}

/** Mean raised to the microsecond, percentiles within 1 %; milliseconds. Null where no response time is known. */
export function responseOf(data: Pick<WindowData, 'totals' | 'sumUs' | 'sketch'>): Evaluation['responseMs'] {
  const mean = raised(data.sumUs, BigInt(data.totals.timed) * 1_000n, 3);
  if (mean === null) return null;
  const at = (q: number): number => data.sketch.quantile(q)!;
  return { mean: Number(mean), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** What beside data and terms an evaluation depends on. */
export interface EvaluateOptions {
  readonly now: number;
  /** The whole window: `data.window` is its part that can be judged. */
  readonly window: Span;
  /** Of the whole window; needed where it is not over. */
  readonly excluded?: readonly Span[];
  /** For the pace at which the budget goes. */
  readonly lastDay?: WindowData | undefined;
}

export function evaluate(data: WindowData, terms: SlaTerms, options: EvaluateOptions): Evaluation {
  const basis = terms.availability_basis;
  const availability = availabilityOf(data, basis);
  const metrics = [
    availabilityResult(availability, terms.target_availability),
    responseResult(data, terms),
    errorResult(data, terms),
  ];
  const budget: BudgetInput = {
    terms,
    share: { bad: availability.total - availability.good, valid: availability.total },
    window: options.window,
    excluded: options.excluded ?? data.excluded,
    now: options.now,
    lastDay: options.lastDay && shareOf(options.lastDay, basis),
  };
  return {
    window: data.window,
    verdict: verdictOf(metrics),
    metrics,
    availability,
    totals: data.totals,
    responseMs: responseOf(data),
    budget: budgetOf(budget),
  };
}
