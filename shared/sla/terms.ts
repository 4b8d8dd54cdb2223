/** Which promise holds when. */
import type { Sla, SlaPatch, SlaRevision, SlaTerms } from '../entities/sla.ts';
import { nextMonthStart } from './calendar.ts';

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
  const from = nextMonthStart(Math.max(made.at, Date.parse(present.effective_from)), present.terms.time_zone);
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
