/** What SLA arithmetic reads and gives: the same on the platform, which judges, and in the console, which judges again from its mirror. */
import type { SlaMetric, SlaTerms } from '../entities/sla.ts';
import type { MonthText, Span } from './calendar.ts';
import type { HourMarks } from './marks.ts';
import type { Sketch } from './sketch.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** One minute of one series, or any number of them together: sums and a mergeable sketch, never an average. */
export interface Totals {
  /** Requests. */
  count: number;
  /** Of them failed. */
  errors: number;
  /** Requests whose response time is known (they alone are in sum and sketch), and the sum of those times in microseconds. */
  timed: number;
  sumUs: number;
}

/** Minutes of one series in one UTC hour, as stored and sent: `chunk.ts` has the bytes. */
export interface HourChunk {
  readonly series: number;
  /** First instant of the UTC hour, ms. */
  readonly hour: number;
  /** Minutes, encoded. */
  readonly bytes: Uint8Array;
}

/** A stretch in which a series was seen up or down; what lies between spans was not observed. */
export interface StateSpan extends Span {
  readonly up: boolean;
}

/** What a window of one SLA is judged by. Spans are sorted, of one series do not overlap, and lie within the window. */
export interface WindowData {
  readonly window: Span;
  /** Sums over every series and whole minute of the window that is not excluded. `sumUs` may be beyond what a double holds exactly: use the next. */
  readonly totals: Totals;
  /** Sum of known response times in microseconds, exact. */
  readonly sumUs: bigint;
  readonly sketch: Sketch;
  /** Minutes of the window, outside exclusions, that have requests. */
  readonly minutesWithRequests: number;
  /** Those minutes by hour, over all series: good where any series had a request that did not fail. */
  readonly hours: readonly { readonly hour: number; readonly marks: HourMarks }[];
  /** Per series. */
  readonly states: readonly (readonly StateSpan[])[];
  /** Excluded stretches (maintenance, outside service hours, before the SLA began, after it ended): sorted, merged. */
  readonly excluded: readonly Span[];
}

/** `no_data` is a third state: never counted as kept, never as broken. */
export type Verdict = 'compliant' | 'breached' | 'no_data';

export interface MetricResult {
  readonly metric: SlaMetric;
  readonly verdict: Verdict;
  /** A fraction, or milliseconds. */
  readonly target: number;
  /** Null without data. For screens; the verdict was reached in whole numbers, and this shows on the same side of the target: cut off (availability) or raised. */
  readonly actual: number | null;
  /** Availability only: (target - actual) / target, null where it holds. REQUIREMENTS names it breach_percent. */
  readonly breachPercent: number | null;
}

export interface Availability {
  /** Requests, or milliseconds. */
  readonly good: bigint;
  readonly total: bigint;
  /** Time basis: milliseconds of the judged time that were not observed; availability if all of them had been down, or up. Request basis: null. */
  readonly unobservedMs: number | null;
  readonly bounds: { readonly low: number; readonly high: number } | null;
}

export interface Evaluation {
  readonly window: Span;
  readonly verdict: Verdict;
  readonly metrics: readonly MetricResult[];
  readonly availability: Availability;
  readonly totals: Totals;
  /** Milliseconds; null where no response time is known. Percentiles are within 1 % of the exact value. */
  readonly responseMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
  } | null;
  readonly budget: Budget;
}

/** Error budget of a window. Requests or milliseconds, as the basis has it. */
export interface Budget {
  /** What may fail in the whole window; for a window not over, of what is to be expected by its end (`projected`). */
  readonly allowed: number;
  readonly spent: number;
  /** 1 - spent/allowed; below 0 when overspent; null where nothing may be expected. */
  readonly remaining: number | null;
  readonly projected: boolean;
  /** At the pace of the last day, when it is used up; null: not within the window. */
  readonly exhaustedAt: number | null;
}

export interface CreditLine {
  /** Availability as it was compared, cut off at six decimals. */
  readonly availability: string;
  readonly below: number;
  readonly percent: number;
  readonly feeMinor: string;
  /** fee × percent / 100, rounded half up to the minor unit, once. */
  readonly creditMinor: string;
  readonly currency: string;
  /** Why nothing is paid although a tier was met: less than the minimum. Null: it is paid. */
  readonly waived: string | null;
}

/** The monthly report. Every figure follows from the buckets, spans, revisions and exclusions of the month; RFC 8785 of it is what is signed. */
export interface MonthReport {
  readonly format: 'mission-control/sla-report/1';
  readonly organization: string;
  readonly sla: {
    readonly id: string;
    readonly name: string;
    readonly workspace_id: string | null;
    readonly service: string | null;
  };
  readonly month: MonthText;
  readonly time_zone: string;
  /** Judged part of the month: shorter where the SLA began or ended in it. RFC 3339. */
  readonly period: { readonly from: string; readonly to: string; readonly hours: number };
  readonly revision: number;
  readonly terms: SlaTerms;
  readonly verdict: Verdict;
  /** Fractions as text of six decimals, cut off, `error_rate` raised; milliseconds and minutes as text of three; null without data. */
  readonly availability: string | null;
  readonly availability_bounds: { readonly low: string; readonly high: string } | null;
  readonly uptime_minutes: string;
  readonly downtime_minutes: string;
  readonly unobserved_minutes: string;
  readonly excluded_minutes: string;
  readonly avg_response_time: string | null;
  readonly p50_response_time: string | null;
  readonly p95_response_time: string | null;
  readonly p99_response_time: string | null;
  readonly error_rate: string | null;
  readonly total_requests: number;
  readonly failed_requests: number;
  readonly metrics: readonly {
    readonly metric: SlaMetric;
    readonly verdict: Verdict;
    readonly target: string;
    readonly actual: string | null;
  }[];
  /** Stretches in which it was down (union over the series), longest first kept where there are more than 1,000. */
  readonly outages: readonly { readonly from: string; readonly to: string; readonly minutes: string }[];
  readonly exclusions: readonly {
    readonly from: string;
    readonly to: string;
    readonly reason: string;
    readonly retroactive: boolean;
  }[];
  /** Stretches of at least a minute without any observation or request, likewise bounded. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly minutes: string }[];
  /** How many there were before the bounds. */
  readonly counts: { readonly outages: number; readonly gaps: number };
  readonly credit: CreditLine | null;
  /** What it was computed from: series, minutes with requests, and the digest of chunks and spans (inputs.ts). */
  readonly inputs: { readonly series: readonly string[]; readonly minutes: number; readonly digest: string };
}
