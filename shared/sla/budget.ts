/** Error budgets and how fast they burn. OPERATIONS, Burn; Google SRE workbook, chapter 5. */
import type { BurnRule, SlaTerms } from '../entities/sla.ts';
import type { Span } from './calendar.ts';
import { toMillionths } from './fraction.ts';
import { type Budget, MINUTE } from './model.ts';
import { lengthOf, subtract } from './spans.ts';

const MILLION = 1_000_000n;

/** Bad and all valid: requests, or milliseconds. */
export interface Share {
  readonly bad: bigint;
  readonly valid: bigint;
}

/** (bad/valid) / (1 - target): 1 uses the budget up exactly at the end of the window. Null without valid ones, and for a target of 1, which has no budget. */
export function burnRate({ bad, valid }: Share, target: number): number | null {
  const budget = 1_000_000 - toMillionths(target);
  if (valid === 0n || budget === 0) return null;
  return (Number(bad) / Number(valid) / budget) * 1_000_000;
}

/** The burn rate at which `budget` of a window's whole budget goes in the rule's long window: budget × window / long. Window in ms. */
export function burnThreshold(rule: Pick<BurnRule, 'budget' | 'long_minutes'>, windowMs: number): number {
  return (rule.budget * windowMs) / (rule.long_minutes * MINUTE);
}

/** True when the burn rate is above the rule's threshold, in whole numbers. */
export function burnsFaster(
  { bad, valid }: Share,
  target: number,
  rule: Pick<BurnRule, 'budget' | 'long_minutes'>,
  windowMs: number,
): boolean {
  const left = MILLION - BigInt(toMillionths(target));
  if (left === 0n) return false;
  const long = BigInt(rule.long_minutes * MINUTE);
  return bad * MILLION * MILLION * long > BigInt(toMillionths(rule.budget)) * BigInt(windowMs) * left * valid;
}

/** What a budget is computed from. */
export interface BudgetInput {
  readonly terms: Pick<SlaTerms, 'target_availability' | 'availability_basis' | 'window'>;
  /** Of the judged part of the window. */
  readonly share: Share;
  /** The whole window, and what of it is excluded, also of what is to come. */
  readonly window: Span;
  readonly excluded: readonly Span[];
  readonly now: number;
  /** The last day; undefined: no pace, no forecast. */
  readonly lastDay?: Share | undefined;
}

/**
 * What may fail in the window, what did, and when it is used up. For a window not over, on the valid ones to be expected by its end: requests
 * so far × judged time of the whole window / judged time so far; milliseconds observed so far and all judged time to come.
 * Exhaustion: remaining × period / burn rate of the last day, both in judged time, counted on from now past what is excluded; a rolling window
 * is looked ahead by its own length.
 */
export function budgetOf({ terms, share, window, excluded, now, lastDay }: BudgetInput): Budget {
  const judged = subtract([window], excluded);
  const whole = lengthOf(judged);
  const ahead = lengthOf(subtract(judged, [{ from: window.from, to: now }]));
  const projected = now < window.to;
  const target = terms.target_availability;
  const spent = Number(share.bad);
  let expected = Number(share.valid);
  if (projected && terms.availability_basis === 'time') expected += ahead;
  else if (projected && whole > ahead) expected *= whole / (whole - ahead);
  const allowed = (expected * (1_000_000 - toMillionths(target))) / 1_000_000;
  const remaining = allowed > 0 ? 1 - spent / allowed : null;
  const rate = lastDay === undefined ? null : burnRate(lastDay, target);
  let exhaustedAt: number | null = null;
  if (remaining !== null && rate !== null && (projected || terms.window.kind === 'rolling')) {
    const future = projected ? judged : [{ from: now, to: now + (window.to - window.from) }];
    exhaustedAt =
      remaining <= 0 ? now : after(future, now, rate === 0 ? Number.POSITIVE_INFINITY : (remaining * whole) / rate);
  }
  return { allowed, spent, remaining, projected, exhaustedAt };
}

/** The instant so many milliseconds of the spans after `from`; null where they end before. */
function after(spans: readonly Span[], from: number, ms: number): number | null {
  let left = ms;
  for (const span of subtract(spans, [{ from: Number.NEGATIVE_INFINITY, to: from }])) {
    if (left <= span.to - span.from) return Math.round(span.from + left);
    left -= span.to - span.from;
  }
  return null;
}
