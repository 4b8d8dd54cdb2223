import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aMember,
  checkWorld,
  DAY,
  days,
  iso,
  judge,
  START,
  sha256,
  type TestRecords,
  type TestWorld,
} from '../../../test/support/checkWorld.ts';
import type { ControlException } from '../../entities/index.ts';
import { CHECKS } from './catalog.ts';
import { type CheckProgress, evaluateChecks, parametersOf } from './evaluate.ts';
import { RULES } from './rules/index.ts';
import { FAILING_MAX } from './world.ts';

const exception = (more: Partial<ControlException> & { readonly id: string }) => ({
  ...{ title: 'Known', controls: [], checks: ['ACC-01'], subjects: [], reason: 'r', compensating: '' },
  ...{ expires_on: '2026-12-31', management_response: 'm', approved_at: iso(1), approved_by: 'u-owner' },
  ...{ revoked_at: null, revoked_by: null, ...more },
});
/** Members a, b and c, of whom those named have no second factor. */
const people = (without: string, records: TestRecords = {}): TestWorld => ({
  changes: ['a', 'b', 'c'].map((id) => ({
    ...{ day: 0, kind: 'member' as const, id },
    data: aMember(id, { mfa: !without.includes(id) }),
  })),
  records,
});
const acc01 = (world: TestWorld, to = 100) => judge('ACC-01', checkWorld(world), days(0, to));

describe('exceptions', () => {
  it.each<[string, Partial<ControlException>, 'fail' | 'exception']>([
    ['all of a check', {}, 'exception'],
    ['those it names', { subjects: ['member b'] }, 'exception'],
    ['others', { subjects: ['member a'] }, 'fail'],
    ['another check', { checks: ['ACC-02'] }, 'fail'],
    ['not approved', { approved_at: null }, 'fail'],
    [
      'approved a millisecond before the end',
      { approved_at: new Date(START + 100 * DAY - 1).toISOString() },
      'exception',
    ],
    ['approved at the end', { approved_at: iso(100) }, 'fail'],
    ['revoked before the end', { revoked_at: iso(99) }, 'fail'],
    ['revoked at the end', { revoked_at: iso(100) }, 'exception'],
    ['expired on the last day', { expires_on: iso(99).slice(0, 10) }, 'exception'],
    ['expired on the day before', { expires_on: iso(98).slice(0, 10) }, 'fail'],
  ])('%s', (_name, more, state) => {
    const { items, ...outcome } = acc01(people('b', { control_exception: [exception({ id: 'e1', ...more })] }));
    expect(outcome).toMatchObject(
      state === 'fail' ? { state, failing: 1, excepted: 0 } : { state, failing: 0, excepted: 1 },
    );
    expect(items.map((one) => one.exception)).toEqual([state === 'fail' ? null : 'e1']);
  });

  it('leave the rest failing, and count apart', () => {
    const outcome = acc01(people('bc', { control_exception: [exception({ id: 'e1', subjects: ['member c'] })] }));
    expect(outcome).toMatchObject({ state: 'fail', failing: 1, excepted: 1 });
    expect(outcome.summary).toBe('1 failing of 3 active members. 1 more under an exception.');
  });

  it('cover as a search through all of them says', () => {
    const day = fc.integer({ min: -2, max: 12 });
    const maybe = fc.option(day, { nil: null });
    const one = fc.record({ approved: maybe, revoked: maybe, expires: day, who: fc.subarray(['a', 'b', 'c']) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), fc.integer({ min: 1, max: 10 }), (list, to) => {
        const at = (n: number | null) => (n === null ? null : iso(n));
        const records = list.map(({ approved, revoked, expires, who }, i) =>
          exception({
            ...{ id: `e${i}`, approved_at: at(approved), revoked_at: at(revoked) },
            ...{ expires_on: iso(expires).slice(0, 10), subjects: who.map((id) => `member ${id}`) },
          }),
        );
        const { items, state } = acc01(people('abc', { control_exception: records }), to);
        const covered = (id: string) =>
          list.some(
            ({ approved, revoked, expires, who }) =>
              approved !== null &&
              approved < to &&
              !(revoked !== null && revoked < to) &&
              expires > to - 2 &&
              (who.length === 0 || who.includes(id as 'a')),
          );
        expect(items.map((item) => item.exception !== null)).toEqual(['a', 'b', 'c'].map(covered));
        expect(state).toBe(['a', 'b', 'c'].every(covered) ? 'exception' : 'fail');
      }),
    );
  });

  it('do not turn what is missing into an exception', () => {
    const world = people('b', { control_exception: [exception({ id: 'e1' })] });
    const changes = [...world.changes!, { day: 5, kind: 'member' as const, id: 'a', data: 'unknown' as const }];
    expect(acc01({ ...world, changes })).toMatchObject({ state: 'insufficient_data', failing: 0, excepted: 1 });
  });
});

describe('periods', () => {
  it('are cut at what is known', () => {
    const outcome = acc01({ ...people(''), asOf: 60 });
    expect(outcome).toMatchObject({ state: 'pass', period: days(0, 60) });
  });

  it('wholly after it are insufficient', () => {
    const outcome = judge('ACC-01', checkWorld({ ...people(''), asOf: 60 }), days(60, 61));
    expect(outcome).toMatchObject({ state: 'insufficient_data', population: 0, period: days(60, 61) });
    expect(outcome.summary).toBe('The period lies beyond what is known.');
  });

  it('that end before they begin, and checks there are not, are refused', () => {
    const world = checkWorld(people(''));
    expect(() => judge('ACC-01', world, days(5, 5))).toThrow(/ends before it begins/);
    expect(() => judge('ZZZ-01', world, days(0, 5))).toThrow(/no check ZZZ-01/);
  });
});

describe('results', () => {
  it('name at most so many, by id, and count all', () => {
    const many = FAILING_MAX + 5;
    const changes = Array.from({ length: many }, (_, n) => {
      const id = String(many - n).padStart(5, '0');
      return { day: 0, kind: 'member' as const, id, data: aMember(id, { mfa: false }) };
    });
    const outcome = acc01({ changes });
    expect(outcome).toMatchObject({ failing: many, population: many });
    expect(outcome.items.map(({ id }) => id)).toEqual(
      Array.from({ length: FAILING_MAX }, (_, n) => `member ${String(n + 1).padStart(5, '0')}`),
    );
  });

  it('come in steps, in the order of the catalog', () => {
    const steps = evaluateChecks(checkWorld(people('')), days(0, 10), { sha256 });
    const seen: CheckProgress[] = [];
    let step = steps.next();
    for (; !step.done; step = steps.next()) seen.push(step.value);
    const ids = CHECKS.map(({ id }) => id).filter((id) => RULES.has(id));
    expect(step.value.map(({ check }) => check)).toEqual(ids);
    expect(seen[0]).toEqual({ done: 0, total: ids.length, check: ids[0] });
    expect([...new Set(seen.map(({ check }) => check))]).toEqual(ids);
  });

  it('of some checks alone, with other parameters', () => {
    const steps = evaluateChecks(checkWorld(people('')), days(0, 10), {
      ...{ ids: ['ACC-07', 'ACC-01'], sha256, parameters: { admins_max: 3 } },
    });
    let step = steps.next();
    while (!step.done) step = steps.next();
    expect(step.value.map(({ check }) => check)).toEqual(['ACC-07', 'ACC-01']);
  });
});

describe('digests', () => {
  const base = people('b');
  const digest = (world: TestWorld, check = 'ACC-01', to = 100, parameters = {}) =>
    judge(check, checkWorld(world), days(0, to), parameters).digest;

  it('are 64 hex digits and the same again', () => {
    expect(digest(base)).toMatch(/^[0-9a-f]{64}$/);
    expect(digest(people('b'))).toBe(digest(base));
  });

  it('change with what was looked at', () => {
    const others = [
      digest(people('')),
      digest(people('c')),
      digest({ changes: base.changes!.slice(1) }),
      digest(base, 'ACC-01', 99),
      digest(people('b', { control_exception: [exception({ id: 'e1' })] })),
    ];
    expect(new Set([digest(base), ...others]).size).toBe(others.length + 1);
  });

  it('do not change with what was not', () => {
    const same: TestWorld[] = [
      { ...base, events: [{ day: 3, action: 'thread.read', actor: 'user:u-a' }] },
      { ...base, changes: base.changes!.map((one) => ({ ...one, data: { ...(one.data as object), name: 'Other' } })) },
      people('b', { control_exception: [exception({ id: 'e1', checks: ['ACC-02'] })] }),
      people('b', { control_exception: [exception({ id: 'e1', subjects: ['member a'] })] }),
      { ...base, asOf: 200 },
    ];
    for (const world of same) expect(digest(world)).toBe(digest(base));
    expect(digest(base, 'ACC-01', 100, { idle_days: 1 })).toBe(digest(base));
    expect(digest(base, 'ACC-04', 100, { admins_max: 9 })).toBe(digest(base, 'ACC-04'));
    expect(digest(base, 'ACC-04', 100, { idle_days: 9 })).not.toBe(digest(base, 'ACC-04'));
  });
});

describe('rules', () => {
  it('are those of the catalog, no more and no fewer', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(ids).toHaveLength(40);
    expect([...RULES.keys()].sort()).toEqual([...ids].sort());
  });

  it('say in words what they ask', () => {
    const parameters = parametersOf(checkWorld({}));
    for (const [id, rule] of RULES) {
      expect(rule).toMatchObject({ id, version: expect.any(Number), populationOf: expect.stringMatching(/./) });
      expect(rule.explain(parameters)).toMatch(/^Passes when .*\.$/);
    }
  });

  it('read the parameters of the organization', () => {
    const settings = { check_settings: [{ id: 'settings', idle_days: 30 }] };
    expect(parametersOf(checkWorld({ records: settings })).idle_days).toBe(30);
    expect(parametersOf(checkWorld({})).idle_days).toBe(90);
  });
});
