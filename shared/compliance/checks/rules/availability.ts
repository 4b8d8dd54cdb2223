/** Service levels: AVL-01. */
import { z } from 'zod';
import type { Sla, SlaReportIssue } from '../../../entities/index.ts';
import { monthAfter, monthOf } from '../../../sla/calendar.ts';
import { monthTerms } from '../../../sla/terms.ts';
import type { CheckRule } from '../rule.ts';
import type { CheckPeriod } from '../world.ts';
import { type Answered, answer, byId, type Failing, many, notApplicable } from './common.ts';

/** Of a month's report what the check reads. */
const Report = z.object({
  verdict: z.enum(['compliant', 'breached', 'no_data']),
  unobserved_minutes: z.string(),
  terms: z.object({ availability_basis: z.enum(['requests', 'time']) }),
});

interface Month {
  readonly month: string;
  readonly to: number;
}

/**
 * Local months of an SLA that were over at `asOf` and overlap the period. Where the period lies within a month that is not over, as a single day does, the last
 * one that was over at the period's end.
 */
export function closedMonths(sla: Pick<Sla, 'revisions' | 'ended_at'>, period: CheckPeriod, asOf: number): Month[] {
  const zones = [...new Set(sla.revisions.map(({ terms }) => terms.time_zone))];
  const first = zones.map((zone) => monthOf(period.from, zone)).sort()[0]!;
  const last = zones
    .map((zone) => monthOf(period.to - 1, zone))
    .sort()
    .at(-1)!;
  const found: Month[] = [];
  let before: Month | null = null;
  for (let month = monthAfter(first, -1); month <= last; month = monthAfter(month, 1)) {
    const terms = monthTerms(sla, month);
    if (terms === null || terms.whole.to > asOf) continue;
    const { from, to } = terms.period;
    if (from < period.to && to > period.from) found.push({ month, to });
    else if (terms.whole.to <= period.to) before = { month, to };
  }
  return found.length > 0 || before === null ? found : [before];
}

/** Null: the text is none of a report. One that cannot be read must not end the run of every check. */
function readReport(text: string): z.infer<typeof Report> | null {
  try {
    return Report.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What a month came to; `doubt`: why it cannot be said. */
function monthResult(issue: SlaReportIssue | undefined): { why: string | null; doubt: string | null } {
  if (issue === undefined) return { why: null, doubt: 'no report was issued' };
  const report = readReport(issue.report);
  if (report === null) return { why: null, doubt: 'its report cannot be read' };
  const { verdict, unobserved_minutes: unobserved, terms } = report;
  if (verdict === 'breached') return { why: 'A promise did not hold.', doubt: null };
  if (verdict === 'no_data') return { why: null, doubt: 'nothing was measured' };
  // Judged by requests, a time without any is no missing interval.
  const gap = terms.availability_basis === 'time' && Number(unobserved) > 0;
  return { why: null, doubt: gap ? `${unobserved} minutes were not observed` : null };
}

/**
 * HIPAA 45 CFR 164.308(a)(7), GDPR Art. 32(1)(b), SOC 2 A1.1. A missing interval is no proof of a breach: it makes the answer insufficient, not failing.
 */
const AVL_01: CheckRule = {
  id: 'AVL-01',
  version: 2,
  populationOf: 'closed months of service level agreements',
  explain: () =>
    'Passes when each service level agreement in force has a report for each closed month that overlaps the period (else the last one closed before), it held, and no interval is missing. Fails for each month in which it did not hold; insufficient without a report or with time that was not observed. Does not apply without an agreement.',
  *run({ world, period }): Answered {
    const slas = byId(world.records('sla')).filter(
      ({ created_at, ended_at }) =>
        Date.parse(created_at) < period.to && (ended_at === null || Date.parse(ended_at) > period.from),
    );
    if (slas.length === 0) return notApplicable('No service level agreement was in force in the period.');
    const issues = new Map(world.records('sla_report').map((one) => [`${one.sla_id} ${one.month}`, one]));
    const failing: Failing[] = [];
    const doubts: string[] = [];
    const looked: (string | null)[][] = [];
    for (const sla of slas) {
      for (const { month, to } of closedMonths(sla, period, world.asOf)) {
        const issue = issues.get(`${sla.id} ${month}`);
        const { why, doubt } = monthResult(issue);
        looked.push([sla.id, month, issue?.digest ?? null]);
        if (why !== null) failing.push({ id: `sla ${sla.id} ${month}`, title: `${sla.name}, ${month}`, at: to, why });
        if (doubt !== null) doubts.push(`${sla.name}, ${month}: ${doubt}`);
      }
    }
    const said = doubts.slice(0, 3).join('; ');
    const more = doubts.length > 3 ? `; and ${many(doubts.length - 3, 'more month')}` : '';
    return answer({
      population: looked.length,
      failing,
      missing: [
        doubts.length === 0 ? null : `${said}${more}.`,
        looked.length === 0 ? 'No month of a service level agreement is closed yet.' : null,
      ],
      looked,
    });
  },
};

export const AVAILABILITY_RULES: readonly CheckRule[] = [AVL_01];
