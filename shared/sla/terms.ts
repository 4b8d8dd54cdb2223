/** Which promise holds when. */
import type { Sla, SlaPatch, SlaRevision, SlaTerms } from '../entities/sla.ts';
import { type MonthText, monthAfter, monthOf, monthSpan, type Span } from './calendar.ts';

/** The revision in force at an instant; null before the SLA was made and after it ended. */
export function revisionAt(sla: Pick<Sla, 'revisions' | 'ended_at'>, at: number): SlaRevision | null {
  if (sla.ended_at !== null && at >= Date.parse(sla.ended_at)) return null;
  return sla.revisions.findLast(({ effective_from }) => Date.parse(effective_from) <= at) ?? null;
}

/** The newest revision, whether it holds already or not. */
export function newestRevision(sla: Pick<Sla, 'revisions'>): SlaRevision {
  return sla.revisions.at(-1)!;
}

/**
 * Revisions after new terms were agreed at `at` (ms): they hold from the first instant of the next local month, so that no month has two
 * measures and none is rescued on its last day. A revision that does not hold yet is replaced.
 */
export function revised(
  sla: Pick<Sla, 'revisions'>,
  terms: SlaTerms,
  made: { readonly at: number; readonly by: string; readonly reason: string },
): SlaRevision[] {
  const held = sla.revisions.filter(({ effective_from }, i) => i === 0 || Date.parse(effective_from) <= made.at);
  const present = held.at(-1)!;
  const at = Math.max(made.at, Date.parse(present.effective_from));
  const from = monthTermsAt({ revisions: held, ended_at: null }, at)!.whole.to;
  return [
    ...held,
    {
      revision: present.revision + 1,
      terms,
      effective_from: new Date(from).toISOString(),
      made_at: new Date(made.at).toISOString(),
      made_by: made.by,
      reason: made.reason,
    },
  ];
}

/** Fields an update sets, as the entity holds them. */
export function slaChange(
  patch: SlaPatch,
  before: Pick<Sla, 'revisions'>,
  made: { readonly at: number; readonly by: string },
): Partial<Sla> {
  const { terms, reason = '', ...rest } = patch;
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return terms === undefined ? named : { ...named, revisions: revised(before, terms, { ...made, reason }) };
}

/** One month of an SLA. */
export interface MonthTerms {
  readonly revision: SlaRevision;
  /** The whole month. */
  readonly whole: Span;
  /** Of it what is judged: from when the SLA was made, until it ended. */
  readonly period: Span;
}

/**
 * What a month is judged by, and its instants; null where the SLA was not in force in it. A later revision's first month follows the last
 * month of the one before without gap or overlap: where the zone changed with it, that month is longer or shorter by what lies between the zones.
 */
export function monthTerms(sla: Pick<Sla, 'revisions' | 'ended_at'>, month: MonthText): MonthTerms | null {
  const at = sla.revisions.findLastIndex((_, i) => firstMonth(sla, i) <= month);
  const revision = sla.revisions[at];
  if (revision === undefined) return null;
  const local = monthSpan(month, revision.terms.time_zone);
  const began = Date.parse(revision.effective_from);
  const whole = { from: at > 0 && firstMonth(sla, at) === month ? began : local.from, to: local.to };
  const ended = sla.ended_at === null ? Number.POSITIVE_INFINITY : Date.parse(sla.ended_at);
  const period = { from: Math.max(whole.from, began), to: Math.min(whole.to, ended) };
  return period.from < period.to ? { revision, whole, period } : null;
}

/** The month an instant in force lies in, and what it is judged by; null before the SLA was made and after it ended. */
export function monthTermsAt(
  sla: Pick<Sla, 'revisions' | 'ended_at'>,
  at: number,
): (MonthTerms & { month: MonthText }) | null {
  const revision = revisionAt(sla, at);
  if (revision === null) return null;
  const local = monthOf(at, revision.terms.time_zone);
  const terms = monthTerms(sla, local);
  if (terms !== null && at < terms.whole.to) return { ...terms, month: local };
  // The first hours of a revision whose zone is west of the one before: its first month has begun, its own clocks still show the last.
  const month = monthAfter(local, 1);
  return { ...monthTerms(sla, month)!, month };
}

/** The first month a revision judges: the one that begins, in the zone of the revision before, where it takes effect. */
function firstMonth({ revisions }: Pick<Sla, 'revisions'>, at: number): MonthText {
  const { effective_from, terms } = revisions[at]!;
  return monthOf(Date.parse(effective_from), (revisions[at - 1]?.terms ?? terms).time_zone);
}
