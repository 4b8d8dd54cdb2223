/** Who may administer, and whether somebody looks at it: ACC-06 (PCI DSS 4.0.1, 7.2.4: every six months) and ACC-07 (7.2.2). */
import type { AccessReview, Organization } from '../../../entities/index.ts';
import { shift } from '../../period.ts';
import { type Past, pastOf } from '../asOf.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { activeAdmins } from './accFactors.ts';
import { count, plainRule, timeText } from './plain.ts';

function organizationAt(past: Past, at: number): Organization | null {
  return [...past.present('organization', at).entities.values()][0] ?? null;
}

/** The organization as a failing item. */
function wholeItem(orgId: string, past: Past, at: number, why: string) {
  return { id: `organization ${orgId}`, title: organizationAt(past, at)?.name ?? orgId, at: null, why };
}

function faultOf({ result, decided, items }: AccessReview): string | null {
  if (decided < items)
    return `Closed with ${count(items - decided, 'grant')} of ${items.toLocaleString('en')} not decided.`;
  return result === null ? 'Its result is not signed.' : null;
}

function reviewed({ world, period, parameters }: CheckScope): RuleAnswer {
  const past = pastOf(world);
  const since = shift(period.to, { months: parameters.review_months, days: 0 }, -1);
  const closedIn = (at: string | null): boolean => at !== null && Date.parse(at) >= since && Date.parse(at) < period.to;
  const closed = world
    .records('access_review')
    .filter(({ closed_at }) => closedIn(closed_at))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const good = closed.some((review) => faultOf(review) === null);
  const founded = organizationAt(past, period.to)?.created_at;
  const young = closed.length === 0 && founded !== undefined && Date.parse(founded) > since;
  const within = count(parameters.review_months, 'month');
  const faults = closed.map((review) => ({
    ...{ id: `access_review ${review.id}`, title: review.name, at: Date.parse(review.closed_at!) },
    why: faultOf(review) ?? '',
  }));
  const none = wholeItem(world.orgId, past, period.to, `No access review was closed since ${timeText(since)}.`);
  return {
    population: closed.length,
    failing: good || young ? [] : closed.length === 0 ? [none] : faults,
    missing: young ? `The organization is younger than ${within}, and no access review was closed yet.` : null,
    notApplicable: null,
    looked: {
      reviews: closed.map(({ id, closed_at, items, decided, result }) => [
        ...[id, closed_at, items, decided],
        result !== null,
      ]),
      founded: young,
    },
  };
}

const ACC_06 = plainRule({
  ...{ id: 'ACC-06', version: 1, populationOf: 'access reviews closed in time' },
  explain: ({ review_months }) =>
    `Passes when an access review was closed within ${count(review_months, 'month')} before the end of the period, every grant in it decided and its result signed. Insufficient while the organization is younger than that.`,
  answer: reviewed,
});

const LEAST_ADMINS = 2;

function adminCount(scope: CheckScope): RuleAnswer {
  const { past, active, missing } = activeAdmins(scope);
  const most = scope.parameters.admins_max;
  const n = active.length;
  const why =
    n < LEAST_ADMINS
      ? `${count(n, 'active admin')}; with fewer than ${LEAST_ADMINS} nobody stands in.`
      : `${count(n, 'active admin')}, at most ${most.toLocaleString('en')} are allowed.`;
  // Who is not told could be an admin: too few is then not proven, too many is.
  const wrong = n > most || (n < LEAST_ADMINS && missing === null);
  return {
    population: n,
    failing: wrong ? [wholeItem(scope.world.orgId, past, scope.period.to, why)] : [],
    missing,
    notApplicable: null,
    looked: { admins: active.map(([id]) => id), missing },
  };
}

const ACC_07 = plainRule({
  ...{ id: 'ACC-07', version: 1, populationOf: 'active admins' },
  explain: ({ admins_max }) =>
    `Passes when at the end of the period at least ${LEAST_ADMINS} and at most ${admins_max.toLocaleString('en')} active members are admins or the owner.`,
  answer: adminCount,
});

export const REVIEW_RULES: readonly CheckRule[] = [ACC_06, ACC_07];
