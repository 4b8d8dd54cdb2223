/** Breaches and burn-rate alerts: opened once, closed once. What has no data neither opens nor closes. */
import type { BurnRule, SlaAlert, SlaBreach, SlaMetric } from '../entities/sla.ts';
import { burnRate, burnsFaster, burnThreshold, type Share } from './budget.ts';
import { shareOf } from './evaluate.ts';
import { gather, type Maintenance, type Measured } from './gather.ts';
import { type Judged, judgedUntil, windowIn } from './judge.ts';
import { type Evaluation, type MetricResult, MINUTE } from './model.ts';
import type { MetricSource } from './source.ts';
import { monthTermsAt } from './terms.ts';

/** A burn rule as it stands at an instant. */
export interface BurnReading {
  readonly rule: BurnRule;
  readonly threshold: number;
  /** Burn rates of its windows; null without data. */
  readonly long: number | null;
  readonly short: number | null;
  readonly state: 'firing' | 'quiet' | 'no_data';
}

/** One window of a rule: null where there is nothing to say, else whether it burns faster than the rule allows. */
function faster(share: Share, rule: BurnRule, target: number, windowMs: number): boolean | null {
  return burnRate(share, target) === null ? null : burnsFaster(share, target, rule, windowMs);
}

/**
 * Every burn rule of the terms in force: firing where the long and the short window both burn faster than its threshold (SRE workbook, chapter 5) and
 * the long one, by requests, has at least `min_bad_events` failed ones. Empty where the SLA is not in force.
 */
export function burnsOf(
  source: MetricSource,
  sla: Measured,
  exclusions: readonly Maintenance[],
  now: number,
): BurnReading[] {
  const month = monthTermsAt(sla, now);
  if (month === null) return [];
  const { revision } = month;
  const whole = windowIn(month, now);
  const { burn_rules, target_availability, availability_basis, min_bad_events } = revision.terms;
  const windowMs = whole.to - whole.from;
  const to = judgedUntil(now);
  const shares = new Map<number, Share>();
  const shareAt = (minutes: number): Share => {
    const known = shares.get(minutes);
    if (known !== undefined) return known;
    const data = gather(source, sla, revision, exclusions, { from: to - minutes * MINUTE, to });
    const share = shareOf(data, availability_basis);
    shares.set(minutes, share);
    return share;
  };
  return burn_rules.map((rule) => {
    const long = shareAt(rule.long_minutes);
    const short = shareAt(rule.short_minutes);
    const both = [long, short].map((share) => faster(share, rule, target_availability, windowMs));
    const few = availability_basis === 'requests' && long.bad < BigInt(min_bad_events);
    const quiet = few || both.includes(false);
    return {
      rule,
      threshold: burnThreshold(rule, windowMs),
      long: burnRate(long, target_availability),
      short: burnRate(short, target_availability),
      state: both.every((one) => one === null)
        ? 'no_data'
        : quiet
          ? 'quiet'
          : both.includes(null)
            ? 'no_data'
            : 'firing',
    };
  });
}

/** An entity as the judge gives it: who stores it adds ids and version. */
type Draft<T> = Omit<T, 'id' | 'org_id' | 'sla_id' | 'version'>;

export interface Changes<T> {
  readonly opened: readonly Draft<T>[];
  /** Still open, with a worse value than before. */
  readonly worsened: readonly T[];
  /** With `closed_at`. */
  readonly closed: readonly T[];
}

export interface Step {
  readonly breaches: Changes<SlaBreach>;
  readonly alerts: Changes<SlaAlert>;
}

/** What was found at an instant; null: the SLA is not in force, and everything closes. */
export type Seen = { readonly judged: Judged; readonly burns: readonly BurnReading[] } | null;

const SCOPES = ['day', 'window'] as const;
const iso = (at: number): string => new Date(at).toISOString();

function isWorse(metric: SlaMetric, actual: number, than: number): boolean {
  return metric === 'availability' ? actual < than : actual > than;
}

/** Why an open breach cannot go on: its month is over, or other terms hold. The instant it ended; null: it may. */
function endOf(breach: SlaBreach, { judged }: NonNullable<Seen>, now: number): number | null {
  const calendar = judged.revision.terms.window.kind === 'calendar';
  if (breach.scope === 'window' && calendar && Date.parse(breach.opened_at) < judged.whole.from)
    return judged.whole.from;
  return breach.revision === judged.revision.revision ? null : now;
}

function stepBreaches(open: readonly SlaBreach[], seen: Seen, now: number): Changes<SlaBreach> {
  const closed: SlaBreach[] = [];
  const worsened: SlaBreach[] = [];
  const opened: Draft<SlaBreach>[] = [];
  const held: SlaBreach[] = [];
  for (const breach of open) {
    const ended = seen === null ? now : endOf(breach, seen, now);
    if (ended === null) held.push(breach);
    else closed.push({ ...breach, closed_at: iso(ended) });
  }
  if (seen === null) return { opened, worsened, closed };
  for (const scope of SCOPES) {
    const evaluation: Evaluation = seen.judged[scope];
    for (const result of evaluation.metrics) {
      const breach = held.find((one) => one.scope === scope && one.metric === result.metric);
      if (breach === undefined) {
        if (result.verdict === 'breached') opened.push(draftOf(result, scope, seen.judged.revision.revision, now));
      } else if (result.verdict === 'compliant') closed.push({ ...breach, closed_at: iso(now) });
      else if (result.verdict === 'breached' && isWorse(result.metric, result.actual!, breach.actual))
        worsened.push({ ...breach, actual: result.actual!, breach_percent: result.breachPercent });
    }
  }
  return { opened, worsened, closed };
}

function draftOf(result: MetricResult, scope: SlaBreach['scope'], revision: number, now: number): Draft<SlaBreach> {
  const { metric, target, actual, breachPercent } = result;
  return {
    revision,
    metric,
    scope,
    opened_at: iso(now),
    closed_at: null,
    target,
    actual: actual!,
    breach_percent: breachPercent,
  };
}

function stepAlerts(open: readonly SlaAlert[], seen: Seen, now: number): Changes<SlaAlert> {
  const closed: SlaAlert[] = [];
  const worsened: SlaAlert[] = [];
  const opened: Draft<SlaAlert>[] = [];
  const revision = seen?.judged.revision.revision;
  const left = new Set(open);
  for (const { rule, threshold, long, state } of seen?.burns ?? []) {
    const { severity, long_minutes, short_minutes } = rule;
    const alert = open.find(
      (one) =>
        one.revision === revision &&
        one.severity === severity &&
        one.long_minutes === long_minutes &&
        one.short_minutes === short_minutes,
    );
    if (alert === undefined) {
      const begun = { severity, long_minutes, short_minutes, threshold, opened_at: iso(now), closed_at: null };
      if (state === 'firing') opened.push({ revision: revision!, ...begun, burn_rate: long! });
      continue;
    }
    if (state !== 'quiet') left.delete(alert);
    if (state === 'firing' && long! > alert.burn_rate) worsened.push({ ...alert, burn_rate: long! });
  }
  // Those that burn no more, and those of rules that hold no more.
  for (const alert of left) closed.push({ ...alert, closed_at: iso(now) });
  return { opened, worsened, closed };
}

/**
 * From what is open of one SLA and what is seen at `now` (ms) to what changes. A breach is open at most once for each metric and scope, an alert once
 * for each rule. A breach of a calendar month ends with the month, all end with their revision or the SLA; what is still broken opens anew.
 */
export function step(
  open: { readonly breaches: readonly SlaBreach[]; readonly alerts: readonly SlaAlert[] },
  seen: Seen,
  now: number,
): Step {
  return { breaches: stepBreaches(open.breaches, seen, now), alerts: stepAlerts(open.alerts, seen, now) };
}
