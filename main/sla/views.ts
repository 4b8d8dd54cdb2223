/** Judgements as screens get them: exact texts beside the numbers that charts draw. */
import type { SlaBudgetView, SlaJudgement, SlaMetricView } from '../../shared/contract/sla.ts';
import type { ResponseMeasure } from '../../shared/entities/index.ts';
import { raised, toMillionths, truncated } from '../../shared/sla/fraction.ts';
import type { Budget, Evaluation, MetricResult } from '../../shared/sla/model.ts';

/** A share in percent with four decimals, cut off; null where there is no whole. */
export function percentText(part: bigint, whole: bigint): string | null {
  const text = truncated(part * 100n, whole, 4);
  return text === null ? null : `${text} %`;
}

/** A fraction of at most six decimals, exactly: 0.999 is `99.9 %`. */
export function targetPercent(fraction: number): string {
  const millionths = toMillionths(fraction);
  const part = String(millionths % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${Math.floor(millionths / 10_000)}${part === '' ? '' : `.${part}`} %`;
}

/** Milliseconds with at most three decimals. */
export function msText(ms: number): string {
  return `${String(Math.round(ms * 1_000) / 1_000)} ms`;
}

/** How the response time stands for many: `mean`, `p95`. */
export function measureText(measure: ResponseMeasure): string {
  return measure.kind === 'mean' ? 'mean' : `p${String(Math.round(measure.percentile * 1e6) / 1e4)}`;
}

function actualText({ metric, actual }: MetricResult, { availability, totals }: Evaluation): string | null {
  if (actual === null) return null;
  if (metric === 'availability') return percentText(availability.good, availability.total);
  if (metric === 'response_time') return msText(actual);
  // Raised, not cut off: it must not show a limit kept that is broken.
  const text = raised(BigInt(totals.errors) * 100n, BigInt(totals.count), 4);
  return text === null ? null : `${text} %`;
}

function metricView(result: MetricResult, evaluation: Evaluation): SlaMetricView {
  const { metric, verdict, target, actual, breachPercent } = result;
  const targetText = metric === 'response_time' ? msText(target) : targetPercent(target);
  return { metric, verdict, target, actual, breachPercent, targetText, actualText: actualText(result, evaluation) };
}

export function budgetView(budget: Budget, basis: SlaBudgetView['basis']): SlaBudgetView {
  const { allowed, spent, remaining, projected, exhaustedAt } = budget;
  return {
    basis,
    allowed,
    spent,
    remaining,
    projected,
    exhaustedAt: exhaustedAt === null ? null : Math.round(exhaustedAt),
  };
}

export function judgementOf(evaluation: Evaluation, basis: SlaBudgetView['basis']): SlaJudgement {
  const { window, verdict, metrics, totals, responseMs, availability, budget } = evaluation;
  return {
    window: { from: window.from, to: window.to },
    verdict,
    metrics: metrics.map((result) => metricView(result, evaluation)),
    requests: totals.count,
    failed: totals.errors,
    responseMs,
    unobservedMs: availability.unobservedMs,
    bounds: availability.bounds === null ? null : { ...availability.bounds },
    budget: budgetView(budget, basis),
  };
}

/** Minutes with three decimals, cut off. */
export const minutesText = (ms: number): string => truncated(BigInt(ms), 60_000n, 3)!;

/** Value of one metric; null without data. */
export function actualOf({ metrics }: Evaluation, metric: MetricResult['metric']): number | null {
  return metrics.find((one) => one.metric === metric)?.actual ?? null;
}
