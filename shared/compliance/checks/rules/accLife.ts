/** Access that is not used or no longer due: ACC-04 (PCI DSS 4.0.1, 8.2.6: within 90 days) and ACC-05 (8.2.5; 45 CFR 164.308(a)(3)(ii)(C)). */
import type { Member, Termination } from '../../../entities/index.ts';
import { type Past, pastOf } from '../asOf.ts';
import { isActive } from '../people.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { type Span, union } from '../spans.ts';
import {
  activeMembers,
  count,
  DAY_MS,
  HOUR_MS,
  logGap,
  memberItem,
  plainRule,
  timeText,
  together,
  untold,
} from './plain.ts';

/** Since when a member is active without a break, as far as the log tells; from then on it could act. */
function activeSince(past: Past, id: string, member: Member, at: number): number {
  const active = union(
    past
      .spansOf('member', id)
      .filter(({ data, known, told }) => known && told && isActive(data))
      .map((span) => [span]),
  );
  const since = active.findLast(({ from }) => from < at)?.from ?? -Infinity;
  const joined = Date.parse(member.joined_at ?? member.invited_at);
  return Math.max(since, joined < at ? joined : -Infinity);
}

function idleMembers(scope: CheckScope): RuleAnswer {
  const { past, active, missing } = activeMembers(scope);
  const { to } = scope.period;
  const most = scope.parameters.idle_days;
  const horizon = to - most * DAY_MS;
  const gap = logGap(past, horizon);
  const looked: (string | number)[][] = [];
  const failing: ReturnType<typeof memberItem>[] = [];
  let open = 0;
  for (const [id, member] of active) {
    const act = past.lastActOf(`user:${member.user_id}`, to);
    const last = Math.max(act, activeSince(past, id, member, to));
    looked.push([id, last === -Infinity ? 'never' : last]);
    if (last >= horizon) continue;
    if (gap !== null) open++;
    else {
      const words = act === -Infinity ? 'No act of theirs is in the log' : `Last acted ${timeText(act)}`;
      failing.push(memberItem(id, member, `${words}: idle for ${Math.floor((to - last) / DAY_MS)} days.`, last));
    }
  }
  const silent = open === 0 ? null : `${gap} What ${count(open, 'member')} did before is not told.`;
  return {
    ...{ population: active.length, failing, missing: together(missing, silent), notApplicable: null },
    looked: { members: looked, gap, missing },
  };
}

const ACC_04 = plainRule({
  ...{ id: 'ACC-04', version: 1, populationOf: 'active members' },
  explain: ({ idle_days }) =>
    `Passes when every member who is active at the end of the period acted, joined or was let in again within ${count(idle_days, 'day')} before it. What was denied and failed sign-ins are no acts. Insufficient where the log does not reach back so far and somebody is not seen in it.`,
  answer: idleMembers,
});

/** Stretches in which a user was an active member, as far as is known. */
function accessOf(past: Past, userId: string): Span[] {
  return union(
    past
      .membershipsOf(userId)
      .map((id) => past.spansOf('member', id).filter(({ data, known }) => known && isActive(data))),
  );
}

/**
 * When the access a user had at an instant ended; the instant itself where there was none, Infinity: it goes on. Of an instant before the log
 * there is, what the log begins with stands for it.
 */
function accessEnd(past: Past, userId: string, at: number): number {
  return accessOf(past, userId).find(({ from, to }) => from <= Math.max(at, past.toldFrom) && at < to)?.to ?? at;
}

/** Memberships that ended or were suspended in the period. */
function leavings(past: Past, { from, to }: Span): string[] {
  return past.idsOf('member').flatMap((id) => {
    const spans = past.spansOf('member', id);
    const left = spans.some((span, i) => {
      const before = spans[i - 1];
      return span.from >= from && span.from < to && isActive(before?.data ?? null) && !isActive(span.data);
    });
    return left ? [spans.find(({ data }) => data !== null)!.data!.user_id] : [];
  });
}

interface Judged {
  readonly record: Termination;
  readonly ended: number;
  readonly accessEnded: number;
  readonly due: number;
}

/** Terminations that concern the period: those of it, and earlier ones after which access went on into it. */
function terminationsIn({ world, period, parameters }: CheckScope, past: Past): Judged[] {
  return world
    .records('termination')
    .map((record): Judged => {
      const ended = Date.parse(record.ended_at);
      const due = ended + parameters.termination_hours * HOUR_MS;
      return { record, ended, due, accessEnded: accessEnd(past, record.user_id, ended) };
    })
    .filter(({ ended, due, accessEnded }) => {
      const concerns = ended >= period.from || due >= period.from || accessEnded > period.from;
      return ended < period.to && concerns;
    })
    .sort((a, b) => (a.record.id < b.record.id ? -1 : 1));
}

function lateEnd({ record, ended, accessEnded }: Judged, past: Past, to: number) {
  const memberships = past.membershipsOf(record.user_id);
  const id = memberships.find((one) =>
    past.spansOf('member', one).some(({ to: end, data }) => end === accessEnded && isActive(data)),
  )!;
  const member = past.spansOf('member', id).findLast(({ data }) => data !== null)!.data!;
  const goesOn = accessEnded >= to;
  const hours = Math.floor(((goesOn ? to : accessEnded) - ended) / HOUR_MS);
  const how = goesOn ? `still has access ${count(hours, 'hour')} later` : `kept access for ${count(hours, 'hour')}`;
  return memberItem(id, member, `Work ended ${timeText(ended)}; ${how}.`, ended);
}

function endedAccess(scope: CheckScope): RuleAnswer {
  const past = pastOf(scope.world);
  const { to } = scope.period;
  const concerned = terminationsIn(scope, past);
  // Whose time is not over yet, and who still has access, is judged in the period in which it is.
  const judged = concerned.filter(({ due, accessEnded }) => due < to || accessEnded < to);
  const pending = concerned.length - judged.length;
  const late = judged.filter(({ due, accessEnded }) => accessEnded > due);
  const told = new Set(scope.world.records('termination').map(({ user_id }) => user_id));
  const unrecorded = [...new Set(leavings(past, scope.period))].filter((user) => !told.has(user));
  const gap = logGap(past, scope.period.from);
  const withheld = concerned.filter(({ record, ended, due }) =>
    past
      .membershipsOf(record.user_id)
      .some((id) => past.isUntold('member', id, { from: ended, to: Math.min(due, to) })),
  );
  const silent =
    unrecorded.length > 0 && concerned.length === 0
      ? `${count(unrecorded.length, 'person', 'people')} left and no termination is recorded.`
      : null;
  const missing = together(gap, silent, untold(withheld.length, 'member who left', 'members who left'));
  const nothing = concerned.length === 0 && missing === null ? 'Nobody left in the period.' : null;
  const soon = pending === concerned.length && pending > 0 && missing === null ? 'No termination is due yet.' : null;
  const notes = together(
    silent === null && unrecorded.length > 0
      ? `${count(unrecorded.length, 'other person', 'other people')} left without a record.`
      : null,
    pending > 0 && soon === null ? `${count(pending, 'termination')} not due yet.` : null,
  );
  const items = new Map(late.map((one) => [one.record.user_id, lateEnd(one, past, to)]));
  return {
    ...{ population: judged.length, failing: [...items.values()], missing, notApplicable: nothing ?? soon },
    ...(notes === null ? {} : { note: notes }),
    looked: {
      terminations: concerned.map(({ record, ended, accessEnded }) => [
        ...[record.id, record.user_id, ended],
        accessEnded < to ? accessEnded : null,
      ]),
      unrecorded: unrecorded.sort(),
      gap,
    },
  };
}

const ACC_05 = plainRule({
  ...{ id: 'ACC-05', version: 1, populationOf: 'terminations' },
  explain: ({ termination_hours }) =>
    `Passes when the membership of everybody whose work ended was removed or suspended within ${count(termination_hours, 'hour')}. Terminations are what personnel recorded; insufficient where people left and none is recorded.`,
  answer: endedAccess,
});

export const LIFE_RULES: readonly CheckRule[] = [ACC_04, ACC_05];
