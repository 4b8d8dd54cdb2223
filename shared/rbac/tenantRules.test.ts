import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountIsIn,
  accountNameRefusal,
  givesAnew,
  limitRefusals,
  newAccountRefusal,
  newRoleRefusal,
  ROLES_MAX,
  roleNameRefusal,
  roleRemovalRefusals,
  type Seats,
  seatRefusals,
  seatsUsed,
  threadRefusals,
  workspaceNameRefusal,
  workspaceRemovalRefusals,
} from './index.ts';

const PLACES = ['a', 'b', 'c'];
const seat: fc.Arbitrary<Seats> = fc.record({
  status: fc.constantFrom('active', 'invited', 'suspended'),
  workspaces: fc.option(fc.subarray(PLACES), { nil: null }),
});

/** As the platform's statement gives them: those who are alike counted together. */
function grouped(seats: readonly Seats[]): Seats[] {
  const groups = Map.groupBy(seats, (one) => JSON.stringify([one.status, one.workspaces]));
  return [...groups.values()].map((alike) => ({ ...alike[0]!, members: alike.length }));
}

describe('limits of workspaces', () => {
  it('count members one by one and in groups alike', () => {
    fc.assert(
      fc.property(fc.array(seat), fc.constantFrom(...PLACES), (seats, place) => {
        // Said in another way: who is not suspended and is let into every workspace or this one.
        const sitting = seats.filter(({ status, workspaces }) => {
          return status !== 'suspended' && [place, null].some((one) => workspaces?.includes(one!) ?? one === null);
        });
        expect(seatsUsed(place, seats)).toBe(sitting.length);
        expect(seatsUsed(place, grouped(seats))).toBe(sitting.length);
      }),
    );
  });

  it('are broken by a member exactly where this gains a seat that there is not', () => {
    const limit = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(fc.array(seat, { maxLength: 8 }), seat, fc.boolean(), limit, (others, after, fresh, max_users) => {
        const before = fresh ? null : { status: 'active', workspaces: ['a'] };
        const all = before === null ? others : [...others, before];
        const places = PLACES.map((id) => ({ id, name: id.toUpperCase(), max_users }));
        const refused = seatRefusals(before, after, places, grouped(all)).map(({ words }) => words);
        const expected = PLACES.flatMap((id) => {
          const was = seatsUsed(id, all);
          const is = seatsUsed(id, [...others, after]);
          return is > was && is > max_users
            ? [`The workspace ${id.toUpperCase()} has max_users ${max_users}; ${was} used.`]
            : [];
        });
        expect(refused).toEqual(expected);
      }),
    );
  });

  it('are not set below what is used, and take threads up to themselves', () => {
    const place = { name: 'W', threads: 4, max_threads: 4 };
    expect(limitRefusals(place, {}, 9)).toEqual([]);
    expect(limitRefusals(place, { max_users: 9, max_threads: 4 }, 9)).toEqual([]);
    expect(limitRefusals(place, { max_users: 8, max_threads: 3 }, 9)).toEqual([
      { limit: 'max_users', max: 8, used: 9, words: 'The workspace W has max_users 8; 9 used.' },
      { limit: 'max_threads', max: 3, used: 4, words: 'The workspace W has max_threads 3; 4 used.' },
    ]);
    expect(threadRefusals(place)).toMatchObject([{ limit: 'max_threads', max: 4, used: 4 }]);
    expect(threadRefusals({ ...place, threads: 3 })).toEqual([]);
  });
});

describe('what is in use', () => {
  it('keeps a workspace, and says how much of what, without names for who may not know them', () => {
    const use = { threads: 0, members: 0, accounts: [] as string[] };
    expect(workspaceRemovalRefusals(use, true)).toEqual([]);
    const many = { threads: 2, members: 3, accounts: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] };
    expect(workspaceRemovalRefusals(many, true)).toEqual([
      'The workspace has 2 threads.',
      '3 members are confined to workspaces this is one of.',
      '7 service accounts are confined to it: a, b, c, d, e and 2 more.',
    ]);
    expect(workspaceRemovalRefusals({ ...use, accounts: ['a'] }, false)).toEqual([
      '1 service account is confined to it.',
    ]);
    const account = { workspace_id: 'w', revoked_at: null };
    expect(accountIsIn(account, 'w')).toBe(true);
    expect(accountIsIn({ ...account, revoked_at: '2026-01-01T00:00:00.000Z' }, 'w')).toBe(false);
    expect(accountIsIn({ ...account, workspace_id: null }, 'w')).toBe(false);
  });

  it('keeps a role that is held or inherited from', () => {
    expect(roleRemovalRefusals({ members: 0, heirs: 0 })).toEqual([]);
    expect(roleRemovalRefusals({ members: 2, heirs: 2 })).toEqual([
      'The role is held by 2 members.',
      '2 roles inherit from it.',
    ]);
  });
});

describe('names and numbers', () => {
  it('are one of a kind, a thing itself apart, and built-in roles have theirs', () => {
    const bearers = [{ id: 'a', revoked_at: null }];
    const taken = (id: string) => [
      roleNameRefusal({ id, name: 'Ops' }, bearers),
      workspaceNameRefusal(id, bearers),
      accountNameRefusal(id, bearers),
    ];
    expect(taken('a')).toEqual([null, null, null]);
    expect(taken('b')).toEqual([
      'There is a role of that name already.',
      'There is a workspace of that name already.',
      'There is a service account of that name already.',
    ]);
    expect(roleNameRefusal({ id: 'x', name: 'ADMIN' }, [])).toBe('There is a role of that name already.');
    expect(accountNameRefusal('b', [{ id: 'a', revoked_at: '2026-01-01T00:00:00.000Z' }])).toBe(null);
  });

  it('end at their bounds', () => {
    expect(newRoleRefusal('x', false, ROLES_MAX - 1)).toBe(null);
    expect(newRoleRefusal('x', false, ROLES_MAX)).toBe('At most 10000 custom roles.');
    expect([newRoleRefusal('x', true, 0), newRoleRefusal('viewer', false, 0)]).toEqual([
      'There is a role of that id already.',
      'There is a role of that id already.',
    ]);
    expect(newAccountRefusal(999)).toBe(null);
    expect(newAccountRefusal(1_000)).toMatchObject({ limit: 'service_accounts', max: 1_000, used: 1_000 });
  });

  it('know when a change gives an account its permissions anew', () => {
    const now = Date.UTC(2026, 0, 2);
    const [past, later] = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'];
    const of = (workspace_id: string | null, expires_at: string | null) => ({ workspace_id, expires_at });
    expect(givesAnew(of(null, null), of('w', null), now)).toBe(false);
    expect(givesAnew(of('w', null), of('v', null), now)).toBe(true);
    expect(givesAnew(of('w', null), of(null, null), now)).toBe(true);
    expect(givesAnew(of(null, past), of(null, later), now)).toBe(true);
    expect(givesAnew(of(null, past), of(null, past), now)).toBe(false);
    expect(givesAnew(of(null, later), of(null, null), now)).toBe(false);
  });
});
