/**
 * Second factors: ACC-01 to ACC-03. PCI DSS 4.0.1, 8.4.1 (administrators) and 8.4.2 (everybody); 45 CFR 164.312(d).
 * What "admin" means stands in `people.ts`: the built-in role, a role that inherits from it or grants everything, and the owner.
 */
import { type Past, pastOf } from '../asOf.ts';
import { adminSpans, factorAt, factorSpans, isAdmin } from '../people.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { overlap, type Span, total } from '../spans.ts';
import type { CheckPeriod } from '../world.ts';
import {
  type ActiveMembers,
  activeMembers,
  count,
  HOUR_MS,
  memberItem,
  stepping,
  timeText,
  together,
  untold,
} from './plain.ts';

function* factorsOf({ past, active, missing }: ActiveMembers, at: number): Generator<void, RuleAnswer> {
  const factors = yield* stepping(active, ([id, member]) => [id, factorAt(past, id, at), member] as const);
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

const ACC_01: CheckRule = {
  ...{ id: 'ACC-01', version: 1, populationOf: 'active members' },
  explain: () =>
    'Passes when every member who is active at the end of the period has a second factor then. Insufficient where the log does not tell it of somebody.',
  run: (scope) => factorsOf(activeMembers(scope), scope.period.to),
};

/** The active admins at the end of the period. */
export function activeAdmins(scope: CheckScope): ActiveMembers {
  const members = activeMembers(scope);
  const { past, active, missing } = members;
  const unknown = (kind: 'role' | 'organization') => untold(past.present(kind, scope.period.to).unknown.length, kind);
  return {
    past,
    active: active.filter(([id]) => isAdmin(past, id, scope.period.to)),
    missing: together(missing, unknown('role'), unknown('organization')),
  };
}

const ACC_02: CheckRule = {
  ...{ id: 'ACC-02', version: 1, populationOf: 'active admins and owners' },
  explain: () =>
    'Passes when every active admin and the owner have a second factor at the end of the period. A role that inherits from admin or grants everything counts as admin.',
  run: (scope) => factorsOf(activeAdmins(scope), scope.period.to),
};

interface AdminTime {
  readonly id: string;
  readonly admin: readonly Span[];
  /** Without a second factor. */
  readonly bare: readonly Span[];
  /** Milliseconds of which it is not told. */
  readonly open: number;
  /** Whether something of the member itself is not told. */
  readonly untold: boolean;
}

function adminTimeOf(past: Past, period: CheckPeriod, id: string): AdminTime {
  const admin = overlap(adminSpans(past, id), [period]);
  const factor = (wanted: boolean | null): Span[] => {
    const spans = admin.length === 0 ? [] : factorSpans(past, id).filter(({ mfa }) => mfa === wanted);
    return overlap(admin, spans);
  };
  return { id, admin, bare: factor(false), open: total(factor(null)), untold: past.isUntold('member', id, period) };
}

function bareItem(past: Past, { id, bare }: AdminTime) {
  const since = bare[0]!.from;
  const hours = (total(bare) / HOUR_MS).toLocaleString('en', { maximumFractionDigits: 1 });
  const times = bare.length === 1 ? '' : `, ${count(bare.length, 'time')}`;
  const why = `Was an admin without a second factor for ${hours} h${times}, first from ${timeText(since)}.`;
  return memberItem(id, past.spansOf('member', id).findLast(({ data }) => data !== null)!.data!, why, since);
}

function* adminTimes({ world, period }: CheckScope): Generator<void, RuleAnswer> {
  const past = pastOf(world);
  const times = yield* stepping(past.idsOf('member'), (id) => adminTimeOf(past, period, id));
  const admins = times.filter(({ admin }) => admin.length > 0);
  const others = (['role', 'organization'] as const).map((kind) => {
    const ids = past.idsOf(kind).filter((id) => past.isUntold(kind, id, period));
    return untold(ids.length, kind);
  });
  const members = times.filter((one) => one.untold || one.open > 0).length;
  const missing = together(untold(members, 'member'), ...others);
  return {
    population: admins.length,
    failing: admins.filter(({ bare }) => bare.length > 0).map((one) => bareItem(past, one)),
    ...{ missing, notApplicable: null },
    looked: {
      admins: admins.map(({ id, admin, bare, open }) => [
        ...[id, total(admin), open],
        ...bare.flatMap(({ from, to }) => [from, to]),
      ]),
      missing,
    },
  };
}

const ACC_03: CheckRule = {
  ...{ id: 'ACC-03', version: 1, populationOf: 'members who were admins in the period' },
  explain: () =>
    'Passes when no member was an active admin or the owner without a second factor at any instant of the period, however short. Insufficient where the log does not tell it of somebody.',
  run: adminTimes,
};

export const FACTOR_RULES: readonly CheckRule[] = [ACC_01, ACC_02, ACC_03];
