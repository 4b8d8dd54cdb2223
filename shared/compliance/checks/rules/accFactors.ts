/**
 * Second factors: ACC-01 to ACC-03. PCI DSS 4.0.1, 8.4.1 (administrators) and 8.4.2 (everybody); 45 CFR 164.312(d).
 * What "admin" means stands in `people.ts`: the built-in role, a role that inherits from it or grants everything, and the owner.
 */
import { pastOf } from '../asOf.ts';
import { adminSpans, factorAt, factorSpans, isAdmin } from '../people.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { overlap, total } from '../spans.ts';
import {
  type ActiveMembers,
  activeMembers,
  count,
  HOUR_MS,
  memberItem,
  plainRule,
  timeText,
  together,
  untold,
} from './plain.ts';

function factorsOf({ past, active, missing }: ActiveMembers, at: number): RuleAnswer {
  const factors = active.map(([id, member]) => [id, factorAt(past, id, at), member] as const);
  const open = factors.filter(([, mfa]) => mfa === null).length;
  const gap = open === 0 ? null : `Whether ${count(open, 'member')} had a second factor is not told.`;
  return {
    population: active.length,
    failing: factors.flatMap(([id, mfa, member]) =>
      mfa === false ? [memberItem(id, member, 'Has no second factor.')] : [],
    ),
    missing: together(missing, gap),
    notApplicable: null,
    looked: { members: factors.map(([id, mfa]) => [id, mfa]), missing },
  };
}

const ACC_01 = plainRule({
  ...{ id: 'ACC-01', version: 1, populationOf: 'active members' },
  explain: () =>
    'Passes when every member who is active at the end of the period has a second factor then. Insufficient where the log does not tell it of somebody.',
  answer: (scope) => factorsOf(activeMembers(scope), scope.period.to),
});

/** The active admins at the end of the period. */
export function activeAdmins(scope: CheckScope): ActiveMembers {
  const members = activeMembers(scope);
  const { past, active, missing } = members;
  const roles = past.present('role', scope.period.to).unknown.length;
  return {
    past,
    active: active.filter(([id]) => isAdmin(past, id, scope.period.to)),
    missing: together(missing, untold(roles, 'role')),
  };
}

const ACC_02 = plainRule({
  ...{ id: 'ACC-02', version: 1, populationOf: 'active admins and owners' },
  explain: () =>
    'Passes when every active admin and the owner have a second factor at the end of the period. A role that inherits from admin or grants everything counts as admin.',
  answer: (scope) => factorsOf(activeAdmins(scope), scope.period.to),
});

function adminTime(scope: CheckScope): RuleAnswer {
  const past = pastOf(scope.world);
  const within = [scope.period];
  const failing: ReturnType<typeof memberItem>[] = [];
  const looked: (string | number | null)[][] = [];
  let population = 0;
  const untoldIds = new Set<string>();
  for (const id of past.idsOf('member')) {
    const spans = past.spansOf('member', id);
    if (
      overlap(
        spans.filter(({ known, data }) => !known && data !== null),
        within,
      ).length > 0
    )
      untoldIds.add(id);
    const admin = overlap(adminSpans(past, id), within);
    if (admin.length === 0) continue;
    population++;
    const factors = factorSpans(past, id);
    const bare = overlap(
      admin,
      factors.filter(({ mfa }) => mfa === false),
    );
    const open = overlap(
      admin,
      factors.filter(({ mfa }) => mfa === null),
    );
    if (open.length > 0) untoldIds.add(id);
    looked.push([id, total(admin), ...bare.flatMap(({ from, to }) => [from, to]), null, total(open)]);
    const first = bare[0];
    if (first === undefined) continue;
    const hours = (total(bare) / HOUR_MS).toLocaleString('en', { maximumFractionDigits: 1 });
    const times = bare.length === 1 ? '' : `, ${count(bare.length, 'time')}`;
    const why = `Was an admin without a second factor for ${hours} h${times}, first from ${timeText(first.from)}.`;
    failing.push(memberItem(id, spans.findLast(({ data }) => data !== null)!.data!, why, first.from));
  }
  const roles = past.idsOf('role').filter((id) => past.isUntold('role', id, scope.period));
  const missing = together(untold(untoldIds.size, 'member'), untold(roles.length, 'role'));
  return { population, failing, missing, notApplicable: null, looked: { admins: looked, missing } };
}

const ACC_03 = plainRule({
  ...{ id: 'ACC-03', version: 1, populationOf: 'members who were admins in the period' },
  explain: () =>
    'Passes when no member was an active admin or the owner without a second factor at any instant of the period, however short. Insufficient where the log does not tell it of somebody.',
  answer: adminTime,
});

export const FACTOR_RULES: readonly CheckRule[] = [ACC_01, ACC_02, ACC_03];
