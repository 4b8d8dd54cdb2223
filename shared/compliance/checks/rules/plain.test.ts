import { describe, expect, it } from 'vitest';
import { aMember, checkWorld, days, START } from '../../../../test/support/checkWorld.ts';
import { pastOf } from '../asOf.ts';
import { parametersOf } from '../evaluate.ts';
import { activeMembers, count, logGap, memberItem, plainRule, stepping, timeText, together, untold } from './plain.ts';

const answer = { population: 3, failing: [], missing: null, notApplicable: null, looked: null };

describe('plainRule', () => {
  it('yields once and then answers', () => {
    const world = checkWorld({});
    const scope = { world, period: days(0, 1), parameters: parametersOf(world) };
    const asked: unknown[] = [];
    const rule = plainRule({
      ...{ id: 'ACC-01', version: 4, populationOf: 'things', explain: () => 'Passes when it does.' },
      answer: (given) => {
        asked.push(given);
        return answer;
      },
    });
    const steps = rule.run(scope);
    expect(steps.next()).toEqual({ done: false, value: undefined });
    expect(asked).toEqual([]);
    expect(steps.next()).toEqual({ done: true, value: answer });
    expect(asked).toEqual([scope]);
    expect(rule).toMatchObject({ id: 'ACC-01', version: 4, populationOf: 'things' });
  });
});

describe('stepping', () => {
  it.each([
    [0, 0],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [2_500, 3],
  ])('of %i things yields %i times', (n, yields) => {
    const things = Array.from({ length: n }, (_, i) => i);
    const steps = stepping(things, (one) => one * 2);
    let seen = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) seen++;
    expect(seen).toBe(yields);
    expect(step.value).toEqual(things.map((one) => one * 2));
  });
});

describe('words', () => {
  it('count', () => {
    expect([0, 1, 1_200].map((n) => count(n, 'member'))).toEqual(['0 members', '1 member', '1,200 members']);
    expect(count(2, 'policy', 'policies')).toBe('2 policies');
  });

  it('tell an instant to the minute', () => expect(timeText(START + 61_999)).toBe('2026-01-01 00:01 UTC'));

  it('join what there is', () => {
    expect(together(null, null)).toBeNull();
    expect(together('A.', null, 'B.')).toBe('A. B.');
  });

  it('tell of what is not told', () => {
    expect(untold(0, 'member')).toBeNull();
    expect(untold(2, 'member')).toMatch(/what 2 members came to/);
  });

  it('name a member by name, else by address', () => {
    expect(memberItem('m', aMember('m'), 'w', 5)).toEqual({
      ...{ id: 'member m', title: 'Person m (m@acme.test)', at: 5, why: 'w' },
    });
    expect(memberItem('m', aMember('m', { name: '' }), 'w')).toMatchObject({ title: 'm@acme.test', at: null });
  });
});

describe('activeMembers', () => {
  it('are those just before the end, by id, and what is withheld is said', () => {
    const world = checkWorld({
      changes: [
        ...['c', 'b', 'a'].map((id) => ({ day: 0, kind: 'member' as const, id, data: aMember(id) })),
        { day: 5, kind: 'member', id: 'b', data: aMember('b', { status: 'suspended' }) },
        { day: 10, kind: 'member', id: 'a', data: aMember('a', { status: 'suspended' }) },
      ],
    });
    const parameters = parametersOf(world);
    const at = (to: number) => activeMembers({ world, period: days(0, to), parameters });
    expect(at(5).active.map(([id]) => id)).toEqual(['a', 'b', 'c']);
    expect(at(10).active.map(([id]) => id)).toEqual(['a', 'c']);
    expect(at(11).active.map(([id]) => id)).toEqual(['c']);
    expect(at(11).missing).toBeNull();
    const hidden = checkWorld({ changes: [{ day: 0, kind: 'member', id: 'a', data: 'unknown' }] });
    expect(activeMembers({ world: hidden, period: days(0, 5), parameters }).missing).toMatch(/what 1 member came to/);
  });
});

describe('logGap', () => {
  it('is there where the log begins a millisecond later', () => {
    const past = pastOf(checkWorld({ begin: 256, events: [{ day: 5, action: 'thread.read', actor: 'user:u-a' }] }));
    const begun = days(5, 6).from;
    expect(logGap(past, begun)).toBeNull();
    expect(logGap(past, begun - 1)).toMatch(/begins 2026-01-06 00:00 UTC/);
  });

  it('names an empty log', () => expect(logGap(pastOf(checkWorld({ begin: 256 })), START)).toMatch(/is empty/));
});
