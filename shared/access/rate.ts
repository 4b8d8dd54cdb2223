/**
 * The arithmetic of the rate limit: GCRA, the generic cell rate algorithm. A limit of N requests a minute admits up to N at once and then
 * one more every T = P/N. All that is kept of a key is its theoretical arrival time (TAT): when the quota would be whole again.
 * A request at `now` is admitted when now >= TAT - tau, with tau = (B - 1) T and B = N; it moves TAT to max(now, TAT) + T.
 */

/** The period a limit counts in. */
export const RATE_SECONDS = 60;
const PERIOD_US = RATE_SECONDS * 1_000_000;

export interface RatePlan {
  /** Requests a period, and at once. */
  readonly limit: number;
  /** T, whole microseconds, rounded up: never more than the limit. */
  readonly interval_us: number;
  /** tau: (B - 1) T. B T would admit one more. */
  readonly tolerance_us: number;
}

/** @param limit requests per minute, 1 or more. */
export function ratePlan(limit: number): RatePlan {
  const interval_us = Math.ceil(PERIOD_US / limit);
  return { limit, interval_us, tolerance_us: (limit - 1) * interval_us };
}

export interface RateState {
  /** Requests that would be admitted now. */
  readonly remaining: number;
  /** Seconds, rounded up, until the whole quota is there again. */
  readonly reset_s: number;
  /** Seconds, rounded up, until a request is admitted; 0 when one is now. */
  readonly retry_s: number;
}

/** @param tat_us,now_us microseconds of one clock. */
export function rateState(plan: RatePlan, tat_us: number, now_us: number): RateState {
  const spare = now_us + plan.tolerance_us - tat_us;
  const remaining = spare < 0 ? 0 : Math.min(plan.limit, Math.floor(spare / plan.interval_us) + 1);
  const seconds = (us: number): number => Math.max(0, Math.ceil(us / 1_000_000));
  return { remaining, reset_s: seconds(tat_us - now_us), retry_s: seconds(-spare) };
}
