/** Periods of the charts, each with the step that gives at most a few hundred points. Pure. */
import type { CallInput } from '../../shared/contract/index.ts';

export type TrendStep = CallInput<'sla.trend'>['step'];

export const STEP_MS: Readonly<Record<TrendStep, number>> = {
  minute: 60_000,
  five: 300_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const DAY = 86_400_000;
export const RANGES = {
  day: { label: '24 h', ms: DAY, step: 'five' },
  week: { label: '7 d', ms: 7 * DAY, step: 'hour' },
  month: { label: '30 d', ms: 30 * DAY, step: 'hour' },
  year: { label: '13 mo', ms: 396 * DAY, step: 'day' },
} as const satisfies Record<string, { label: string; ms: number; step: TrendStep }>;
export type RangeName = keyof typeof RANGES;

export function readRange(params: URLSearchParams): RangeName {
  const named = params.get('range');
  return named !== null && named in RANGES ? (named as RangeName) : 'week';
}

/** The period that ends with what is known, its ends on whole steps. */
export function spanOf(
  range: RangeName,
  asOf: number,
): { readonly from: number; readonly to: number; readonly step: TrendStep } {
  const { ms, step } = RANGES[range];
  const unit = STEP_MS[step];
  const to = Math.ceil(asOf / unit) * unit;
  return { from: to - ms, to, step };
}

/** A day chosen in the heat map; null where none is. */
export function readDay(params: URLSearchParams): { readonly from: number; readonly to: number } | null {
  const [from, to] = [params.get('from'), params.get('to')].map((text) =>
    /^\d{1,14}$/.test(text ?? '') ? Number(text) : null,
  );
  return from == null || to == null || from >= to ? null : { from, to };
}
