import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDisclosure } from '../audit/index.ts';
import type { Incident, LegalHold } from '../entities/index.ts';
import type { Json } from '../json/index.ts';
import { breachClock, daysLeft, dueOn, reviewDays } from './due.ts';
import { type ErasedOf, ErasurePlanner, erasureDigest, erasureParts, holdCovers } from './erasure.ts';
import { holdsToken, PersonalMatcher, personalIn, SubjectFinder, withoutOthers } from './personal.ts';

const SUBJECT = { userId: 'u-1', memberIds: ['m-1'], requestIds: ['r-1'], emails: ['ann@x.org'] };
const matcher = new PersonalMatcher(SUBJECT);
const other = { actor: { type: 'user', id: 'u-2' }, target: null };

describe('a token', () => {
  it.each([
    ['Mail <Ann@X.org>.', true],
    ['mailto:ann@x.org', true],
    ['{"who":"ann\\u0040x.org"}', true],
    ['joann@x.org', false],
    ['mary.ann@x.org', false],
    ['ann@x.org.uk', false],
    ['ann@x.organic', false],
    ['ann-ann@x.org', false],
  ])('stands whole in a text: %s', (text, expected) => {
    expect(holdsToken(text, 'ann@x.org')).toBe(expected);
  });

  it('is found wherever it stands between spaces, and never where the quick look says no', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = `${before} ann@x.org ${after}`;
        expect([holdsToken(text, 'ann@x.org'), matcher.maybe(text)]).toEqual([true, true]);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        if (matcher.holds(value as Json)) expect(matcher.maybe(JSON.stringify(value))).toBe(true);
      }),
    );
  });
});

describe('personal data', () => {
  it('is who did it and from where, whom it was done to, and what names the person', () => {
    const named = (name: 'actor' | 'source' | 'target' | 'change' | 'detail', value: Json) => ({ name, value });
    const mine = { actor: { type: 'user', id: 'u-1' }, target: { type: 'thread', id: 't' } };
    const list = [named('actor', {}), named('source', {}), named('target', { name: 'Plan' }), named('change', {})];
    expect(personalIn(mine, list, matcher)).toEqual([0, 1]);
    expect(personalIn({ ...other, target: { type: 'member', id: 'm-1' } }, list, matcher)).toEqual([2]);
    expect(personalIn({ ...other, target: { type: 'data_request', id: 'r-1' } }, list, matcher)).toEqual([2, 3]);
    expect(personalIn(other, list, matcher)).toEqual([]);
    const told = [
      named('change', { after: { owner_id: 'u-1' } }),
      named('change', { after: { created_by: 'u-1', updated_by: 'u-1', revisions: [{ by: 'u-1' }] } }),
      named('detail', { original: '{"user":"ANN@x.org"}' }),
      named('detail', { name: 'Ann' }),
      named('detail', { 'ann@x.org': 1 }),
    ];
    expect(personalIn(other, told, matcher)).toEqual([0, 2, 4]);
  });

  it('tells what a person is known by', () => {
    const finder = new SubjectFinder('u-1');
    const side = { user_id: 'u-1', email: 'Old@x.org' };
    finder.take({ ...other, target: { type: 'member', id: 'm-9' } }, [
      { name: 'change', value: { before: null, after: side } },
    ]);
    finder.take({ ...other, target: { type: 'data_request', id: 'r-9' } }, [
      { name: 'change', value: { after: side } },
    ]);
    finder.take({ actor: { type: 'user', id: 'u-1' }, target: null }, [
      { name: 'actor', value: { email: 'new@x.org' } },
    ]);
    finder.take({ actor: { type: 'user', id: 'u-2' }, target: null }, [{ name: 'actor', value: { email: 'b@x.org' } }]);
    expect(finder.found()).toEqual({
      ...{ userId: 'u-1', memberIds: ['m-9'], requestIds: ['r-9'], emails: ['new@x.org', 'old@x.org'] },
    });
  });

  it('is given without what is about others', () => {
    const value = {
      before: { user_id: 'u-1', email: 'ann@x.org', updated_by: 'u-2' },
      list: [{ user_id: 'u-2', name: 'Bob' }],
      text: 'to bob@x.org, ann@x.org',
    };
    expect(withoutOthers(value, SUBJECT)).toEqual({
      value: {
        before: { user_id: 'u-1', email: 'ann@x.org', updated_by: 'withheld: another person' },
        ...{ list: ['withheld: another person'], text: 'to withheld: another person, ann@x.org' },
      },
      withheld: 3,
    });
  });
});

const HOLD: LegalHold = {
  ...{ id: 'h', org_id: 'o', created_at: '', created_by: '', updated_at: '', updated_by: '', version: 1 },
  ...{ name: 'Case', matter: '', reason: '', workspaces: null, subjects: null, from: null, to: null },
  ...{ released_at: null, released_by: null, release_reason: '' },
};

describe('a plan of erasure', () => {
  const salt = (n: number): Uint8Array => new Uint8Array(16).fill(n);
  const line = makeDisclosure(salt(1), 'actor', { email: 'ann@x.org' });
  const leaf = (day: string, workspace: string | null = null): string =>
    JSON.stringify({
      actor: { type: 'user', id: 'u-1' },
      target: null,
      workspace,
      recorded_at: `${day}T00:00:00.000Z`,
    });
  const input = { subject: SUBJECT, keep: 'floor', floor: 'P1Y', holds: [HOLD], now: Date.UTC(2026, 5, 1) } as const;
  const planned = (more: object) => {
    const planner = new ErasurePlanner({ ...input, ...more }, sha256);
    planner.take(0, leaf('2024-01-01'), line);
    planner.take(1, leaf('2025-06-02', 'w'), line);
    planner.take(2, leaf('2026-01-01'), '');
    return planner.plan();
  };

  it('takes what is free, and says what the law and holds keep until when', () => {
    expect(planned({ holds: [] })).toMatchObject({
      ...{ disclosures: 1, events: 1, to: 3, counts: { actor: 1, source: 0 }, refused: null },
      kept: { disclosures: 1, events: 1, floor: 'P1Y', until: '2026-06-02T00:00:00.000Z' },
    });
    expect(planned({ holds: [], keep: 'nothing' })).toMatchObject({ disclosures: 2, kept: { events: 0, until: null } });
    expect(planned({})).toMatchObject({ disclosures: 0, held: { events: 2, holds: [{ id: 'h', name: 'Case' }] } });
    expect(planned({ holds: [{ ...HOLD, subjects: ['u-1'] }] }).refused).toContain('"Case" names this person');
    expect(planned({ holds: [{ ...HOLD, released_at: '2026-01-01T00:00:00.000Z' }] }).held.events).toBe(0);
  });

  it.each([
    [{ subjects: ['u-2'] }, false],
    [{ workspaces: ['v'] }, false],
    [{ workspaces: ['w'] }, true],
    [{ from: '2025-06-03' }, false],
    [{ to: '2025-06-01' }, false],
    [{ from: '2025-06-02', to: '2025-06-02' }, true],
  ])('a hold covers what fits all of its scope: %j', (scope, expected) => {
    const event = { workspace: 'w', recorded_at: '2025-06-02T12:00:00.000Z' };
    expect(holdCovers({ ...HOLD, ...scope }, event, 'u-1')).toBe(expected);
  });

  it('is ordered in parts that together are the list, none too long', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 60 }), (sizes) => {
        const list = sizes.map((n, seq): ErasedOf => [seq, Array.from({ length: n }, () => ['detail', 'd'])]);
        const parts = erasureParts(list);
        expect(parts.flat()).toEqual(list);
        expect(parts.every((part) => part.reduce((sum, [, named]) => sum + named.length, 0) <= 400)).toBe(true);
        expect(erasureDigest(parts.flat(), sha256)).toBe(erasureDigest(list, sha256));
      }),
    );
  });
});

describe('times', () => {
  it('gives a calendar month, or 45 days', () => {
    expect(['2026-01-31', '2026-02-28', '2028-01-31'].map((day) => dueOn('gdpr', day))).toEqual([
      ...['2026-02-28', '2026-03-28', '2028-02-29'],
    ]);
    expect(dueOn('ccpa', '2026-01-01')).toBe('2026-02-15');
    const now = Date.UTC(2026, 1, 1, 23);
    expect(daysLeft({ state: 'verified', due_on: '2026-02-03' }, now)).toBe(2);
    expect(daysLeft({ state: 'received', due_on: '2026-01-31' }, now)).toBe(-1);
    expect(daysLeft({ state: 'denied', due_on: '2026-01-31' }, now)).toBeNull();
  });

  it('runs the clock of 72 hours from awareness', () => {
    const at = (hours: number): string => new Date(Date.UTC(2026, 0, 1, hours)).toISOString();
    const breach = { personal_data: true, aware_at: at(0), authority_told_at: null, notice_reason: '' } as Incident;
    const clock = (more: Partial<Incident>, hour = 1) =>
      breachClock({ ...breach, ...more }, Date.parse(at(hour)))?.state;
    expect([
      clock({}),
      clock({}, 73),
      clock({ authority_told_at: at(72) }),
      clock({ authority_told_at: at(73) }),
    ]).toEqual([...['running', 'late', 'in time', 'late']]);
    expect(clock({ authority_told_at: at(80), notice_reason: 'holiday' })).toBe('late with reasons');
    expect(clock({ notice_reason: 'no risk' }, 100)).toBe('not needed');
    expect([clock({ personal_data: false }), clock({ aware_at: null })]).toEqual([undefined, undefined]);
  });

  it('tells days without a review', () => {
    expect(reviewDays(new Set(['2026-02-28']), '2026-03-01', 3)).toEqual([
      { day: '2026-03-01', reviewed: false },
      { day: '2026-02-28', reviewed: true },
      { day: '2026-02-27', reviewed: false },
    ]);
  });
});
