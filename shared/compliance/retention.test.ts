import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EVENT_CLASSES } from '../entities/privacy.ts';
import { eventClassOf } from './eventClass.ts';
import { parsePeriod, shift } from './period.ts';
import {
  type HoldScope,
  type PolicyScope,
  PRUNE_ACTION,
  planDay,
  planDigest,
  policyOf,
  type RetainedEvent,
  RetentionPlanner,
} from './retention.ts';

const DAY = 86_400_000;
const NOW = planDay(Date.UTC(2026, 2, 1, 13));
const ACTIONS = [
  'auth.login',
  'member.update',
  'thread.create',
  'sla.update',
  'finding.close',
  'platform.heartbeat',
  PRUNE_ACTION,
];
const WORKSPACES = [null, 'w1', 'w2'];

const policies = fc
  .uniqueArray(
    fc.record({
      event_class: fc.constantFrom(null, ...EVENT_CLASSES),
      workspace_id: fc.constantFrom(...WORKSPACES),
      keep: fc.constantFrom('P0D', 'P1D', 'P10D', 'P1M', 'P365D', 'P1Y'),
    }),
    { selector: (one) => `${one.event_class} ${one.workspace_id}`, maxLength: 6 },
  )
  .map((list): PolicyScope[] => list.map((one, i) => ({ ...one, id: `p${i}` })));
const days = fc.option(fc.integer({ min: 0, max: 420 }).map((n) => new Date(NOW - n * DAY).toISOString().slice(0, 10)));
const holds = fc.array(
  fc.record({
    workspaces: fc.option(fc.constantFrom<string[]>(['w1'], ['w1', 'w2'])),
    subjects: fc.option(fc.constantFrom<string[]>(['u1'], ['u2', 'u3'])),
    ...{ from: days, to: days },
    released_at: fc.constantFrom(null, '2026-01-01T00:00:00.000Z'),
  }),
  { maxLength: 2 },
);
const events = fc
  .array(
    fc.record({
      step: fc.constantFrom(0, 3_600_000, DAY / 2, DAY),
      action: fc.constantFrom(...ACTIONS),
      workspace: fc.constantFrom(...WORKSPACES),
      actor: fc.constantFrom('u1', 'u2', 'u4'),
      target: fc.constantFrom(null, 'u1', 'u3'),
      disclosedBytes: fc.constantFrom(0, 7),
    }),
    { minLength: 1, maxLength: 700, size: 'max' },
  )
  .map((list) => {
    let at = NOW - 400 * DAY;
    return list.map(({ step, ...rest }, seq): RetainedEvent => {
      at += step;
      return { ...rest, seq, recorded: at, entryBytes: 10 };
    });
  });

/** The rules once more, said one by one. */
function stays(event: RetainedEvent, policies: readonly PolicyScope[], holds: readonly HoldScope[]): boolean {
  const own = eventClassOf(event.action);
  const find = (workspace: string | null, eventClass: string | null) =>
    policies.find((policy) => policy.workspace_id === workspace && policy.event_class === eventClass);
  const { workspace } = event;
  const policy =
    (workspace === null ? undefined : (find(workspace, own) ?? find(workspace, null))) ??
    find(null, own) ??
    find(null, null);
  if (policy === undefined || shift(event.recorded, parsePeriod(policy.keep)) > NOW) return true;
  const day = new Date(event.recorded).toISOString().slice(0, 10);
  return holds.some(
    (hold) =>
      hold.released_at === null &&
      (hold.workspaces?.includes(workspace ?? '-') ?? true) &&
      (hold.subjects?.some((id) => id === event.actor || id === event.target) ?? true) &&
      (hold.from ?? day) <= day &&
      day <= (hold.to ?? day),
  );
}

it('prunes the whole bundles before the first event that stays, and shreds what else has expired', () => {
  fc.assert(
    fc.property(events, policies, holds, (log, policies, scopes) => {
      const holds: HoldScope[] = scopes.map((scope, i) => ({ ...scope, id: `h${i}` }));
      const planner = new RetentionPlanner(policies, holds, NOW, 0);
      for (const event of log) if (!planner.add(event)) break;
      const plan = planner.plan();
      const first = log.findIndex((event) => stays(event, policies, holds));
      const to = Math.floor((first < 0 ? log.length : first) / 256) * 256;
      const shredded = log
        .filter((event) => event.seq >= to && event.disclosedBytes > 0 && event.action !== PRUNE_ACTION)
        .filter((event) => !stays(event, policies, holds))
        .map(({ seq }) => seq);
      const listed = plan.shredded.flatMap(([begin, end]) => Array.from({ length: end - begin }, (_, i) => begin + i));
      expect({ to: plan.to, listed }).toEqual({ to, listed: shredded });
      expect(plan.shredded_events).toBe(shredded.length);
      expect(plan.bytes).toBe(log.slice(0, to).reduce((n, e) => n + 10 + e.disclosedBytes, 0) + 7 * shredded.length);
      expect(plan.policies.reduce((n, { events }) => n + events, 0)).toBe(to + shredded.length);
    }),
    { numRuns: 200 },
  );
});

it('prunes nothing without a policy, and says at the first event that nothing can', () => {
  const planner = new RetentionPlanner([], [], NOW, 0);
  const event = { seq: 0, recorded: 0, action: 'auth.login', workspace: null, actor: 'u1', target: null };
  expect(planner.add({ ...event, entryBytes: 1, disclosedBytes: 1 })).toBe(false);
  expect(planner.plan()).toMatchObject({ from: 0, to: 0, shredded: [], policies: [] });
});

it('lets the most special policy hold', () => {
  const policy = (id: string, event_class: PolicyScope['event_class'], workspace_id: string | null): PolicyScope => ({
    ...{ id, event_class, workspace_id, keep: 'P1Y' },
  });
  const all = [policy('a', null, null), policy('c', 'data', null), policy('w', null, 'w1'), policy('wc', 'data', 'w1')];
  const of = (eventClass: 'data' | 'access', workspace: string | null) => policyOf(all, { eventClass, workspace })?.id;
  expect([of('data', 'w1'), of('access', 'w1'), of('data', 'w2'), of('access', null)]).toEqual(['wc', 'w', 'c', 'a']);
});

it('gives plans of one day and one content one digest, and another day another', () => {
  const of = (asOf: number) => planDigest(new RetentionPlanner([], [], asOf, 0).plan(), sha256);
  expect(of(planDay(NOW + 5))).toBe(of(planDay(NOW + DAY - 1)));
  expect(of(NOW)).not.toBe(of(NOW + DAY));
});
