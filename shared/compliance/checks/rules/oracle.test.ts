/** Rules over many events against slow ones that look at each event by itself. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkWorld, DAY, days, iso, judge, START, type TestEvent } from '../../../../test/support/checkWorld.ts';
import type { EventClass } from '../../../entities/index.ts';

const HOUR = 3_600_000;
/** Hours after day 0, rising. */
const hours = fc.array(fc.integer({ min: 0, max: 1_200 }), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b));

it('LOG-02 finds the silences that hour by hour counting finds', () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(hours, span, fc.integer({ min: 1, max: 72 }), (list, [from, length], limit) => {
      const events = list.map((hour): TestEvent => ({ day: hour / 24, action: 'member.create', actor: 'user:a' }));
      const outcome = judge('LOG-02', checkWorld({ events }), days(from, from + length), { heartbeat_hours: limit });
      const [begin, end] = [from * 24, (from + length) * 24];
      const there = new Set(list);
      // A silence is a run of hours after which nothing was recorded; it is named by the hour it began with.
      const expected: string[] = [];
      // It may have begun before the period.
      let since = list.findLast((hour) => hour < begin) ?? Math.max(begin, list[0] ?? end);
      for (let hour = since; hour <= end; hour++) {
        if (hour < end && !there.has(hour)) continue;
        if (hour - since > limit) expected.push(`silence ${iso(since / 24)}`);
        since = hour;
      }
      expect(outcome.items.map(({ id }) => id)).toEqual(expected.sort());
    }),
    { numRuns: 300 },
  );
});

const ACTIONS: readonly (readonly [action: string, is: EventClass])[] = [
  ['auth.login', 'authentication'],
  ['member.create', 'access'],
  ['thread.create', 'data'],
  ['aws.s3.GetObject', 'data'],
  ['workspace.update', 'configuration'],
  ['finding.create', 'compliance'],
  ['platform.heartbeat', 'system'],
];
const CLASSES: readonly (EventClass | null)[] = [null, ...new Set(ACTIONS.map(([, is]) => is))];

it('RET-03 finds the events that a look at every policy for each of them finds', () => {
  const policy = fc.record({
    event_class: fc.constantFrom(...CLASSES),
    workspace_id: fc.constantFrom(null, null, 'w'),
    max: fc.option(fc.integer({ min: 1, max: 60 })),
  });
  const policies = fc.uniqueArray(policy, {
    maxLength: 8,
    selector: ({ event_class, workspace_id }) => `${event_class} ${workspace_id}`,
  });
  const event = fc.tuple(fc.integer({ min: 0, max: 1_200 }), fc.constantFrom(...ACTIONS));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), policies, fc.integer({ min: 1, max: 60 }), (list, held, end) => {
      const sorted = list.toSorted(([a], [b]) => a - b);
      const events = sorted.map(([hour, [action]]): TestEvent => ({ day: hour / 24, action, actor: 'user:a' }));
      const retention_policy = held.map(({ max, ...one }, i) => ({
        ...{ ...one, id: `p${i}`, name: `p${i}`, keep: 'P1D', max: max === null ? null : `P${max}D` },
        ...{ purpose: 'p', basis: 'policy' as const, citation: '', created_at: iso(0) },
      }));
      const outcome = judge('RET-03', checkWorld({ events, records: { retention_policy } }), days(0, end));
      const to = START + end * DAY;
      const expected = sorted.flatMap(([hour, [, is]], seq) => {
        const fitting = held.filter((one) => one.workspace_id === null && [is, null].includes(one.event_class));
        const special = fitting.find((one) => one.event_class !== null) ?? fitting[0];
        const recorded = START + hour * HOUR;
        const old = special?.max != null && recorded < to - special.max * DAY;
        return recorded < to && old ? [`event ${seq}`] : [];
      });
      expect(outcome.items.map(({ id }) => id)).toEqual(expected.sort());
    }),
    { numRuns: 300 },
  );
});

it('keeps its digest when something is recorded after the period', () => {
  const events = Array.from({ length: 50 }, (_, day): TestEvent => ({ day, action: 'auth.login', actor: 'user:a' }));
  const later: TestEvent = { day: 60, action: 'member.delete', actor: 'user:b', target: 'member:c' };
  const recomputed = { at: START + 100 * DAY, size: 60, matched: true };
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    const check = `LOG-${String(n).padStart(2, '0')}`;
    const [a, b] = [events, [...events, later]].map((list) =>
      judge(check, checkWorld({ events: list, log: { recomputed } }), days(5, 45)),
    );
    expect([check, b!.digest]).toEqual([check, a!.digest]);
  }
});
