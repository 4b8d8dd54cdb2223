import { describe, expect, it } from 'vitest';
import type { ServiceAccount, ServiceKey } from '../../shared/entities/index.ts';
import {
  accountDraft,
  accountProblems,
  createCommand,
  EMPTY_ACCOUNT,
  issueInput,
  olderEnd,
  updateCommand,
} from './accountDraft.ts';
import {
  accountCounts,
  accountRows,
  accountStatus,
  DAY,
  filterAccounts,
  keysInForce,
  readAccountFilter,
  stopping,
} from './accounts.ts';

const NOW = Date.UTC(2026, 10, 25, 12);
const at = (days: number): string => new Date(NOW + days * DAY).toISOString();
const key = (id: string, given: Partial<ServiceKey> = {}): ServiceKey => ({
  ...{ id, created_at: at(-10), created_by: 'u1', expires_at: null, revoked_at: null, last_used_at: at(-1) },
  ...given,
});
const account = (given: Partial<ServiceAccount> = {}): ServiceAccount => ({
  ...{ id: 'sa', org_id: 'acme', workspace_id: null, name: 'ci', description: '', owner_id: 'u1', owner_active: true },
  ...{
    permissions: ['threads:read'],
    catalog_version: 1,
    rate_limit: 1000,
    created_at: at(-200),
    updated_at: at(-200),
  },
  ...{ expires_at: null, revoked_at: null, keys: [key('k1')], version: 1 },
  ...given,
});
const rowOf = (given: Partial<ServiceAccount>) => accountRows([account(given)], null, null, NOW)[0]!;

describe('state', () => {
  it('counts the keys that work, and none of an account that ended', () => {
    const keys = [
      key('on'),
      key('off', { revoked_at: at(-1) }),
      key('old', { expires_at: at(0) }),
      key('soon', { expires_at: at(1) }),
    ];
    expect(keysInForce(account({ keys }), NOW).map(({ id }) => id)).toEqual(['on', 'soon']);
    expect(keysInForce(account({ keys, expires_at: at(-1) }), NOW)).toEqual([]);
    expect(keysInForce(account({ keys, revoked_at: at(-1) }), NOW)).toEqual([]);
  });

  it.each([
    [{}, 'in force'],
    [{ keys: [] }, 'no key'],
    [{ expires_at: at(0) }, 'expired'],
    [{ expires_at: at(-1), revoked_at: at(-2) }, 'revoked'],
  ] as const)('%j is %s', (given, status) => {
    expect(accountStatus(account(given as Partial<ServiceAccount>), NOW)).toBe(status);
  });

  it('takes the first end to come, the oldest key and the last use of any', () => {
    const keys = [
      key('a', { created_at: at(-40), expires_at: at(50), last_used_at: at(-3) }),
      key('b', { created_at: at(-99), revoked_at: at(-1), last_used_at: at(-2) }),
    ];
    expect(rowOf({ keys, expires_at: at(60) })).toMatchObject({
      oldestAt: NOW - 40 * DAY,
      endsAt: NOW + 50 * DAY,
      usedAt: NOW - 2 * DAY,
      inForce: 1,
    });
    expect(rowOf({ keys: [] })).toMatchObject({ oldestAt: null, endsAt: null, usedAt: null });
  });
});

describe('what needs attention', () => {
  it.each([
    [{ expires_at: at(30) }, ['expiring']],
    [{ expires_at: at(31) }, []],
    [{ keys: [key('k', { last_used_at: at(-90) })] }, ['unused']],
    [{ keys: [key('k', { last_used_at: at(-89) })] }, []],
    // Made less than 90 days ago: not yet to be called unused.
    [{ keys: [key('k', { last_used_at: null })], created_at: at(-89) }, []],
    [{ keys: [key('k', { last_used_at: null })], created_at: at(-90) }, ['unused']],
    [{ permissions: ['*:read'] }, ['wildcard']],
    [{ permissions: ['threads:*:own'] }, ['wildcard']],
    [{ keys: [key('k', { created_at: at(-90) })] }, ['old key']],
    [{ owner_active: false }, ['ownerless']],
    [{ owner_active: false, revoked_at: at(-1) }, []],
  ] as const)('%j: %j', (given, concerns) => {
    expect(rowOf(given as unknown as Partial<ServiceAccount>).concerns).toEqual(concerns);
  });

  it('filters by several values of a field, and counts each with the other filters', () => {
    const rows = accountRows(
      [
        account({ id: '1', permissions: ['*:*'], workspace_id: 'w' }),
        account({ id: '2', permissions: ['*:*'] }),
        account({ id: '3', owner_active: false }),
      ],
      null,
      null,
      NOW,
    );
    const filter = readAccountFilter(new URLSearchParams('concern=wildcard,ownerless&workspace=*'));
    expect(filterAccounts(rows, filter).map(({ account: { id } }) => id)).toEqual(['2', '3']);
    expect([...accountCounts(rows, filter, 'concern')]).toEqual([
      ['wildcard', 1],
      ['ownerless', 1],
    ]);
    expect([...accountCounts(rows, filter, 'workspace')]).toEqual([
      ['w', 1],
      ['*', 2],
    ]);
  });

  it('says what a revocation stops', () => {
    expect(stopping([], NOW)).toMatch(/nothing stops/);
    expect(stopping([key('a', { last_used_at: at(-0.5) })], NOW)).toBe(
      '1 key stops working, 1 used in the last 24 hours',
    );
    const idle = [key('a', { last_used_at: null }), key('b', { last_used_at: at(-1) })];
    expect(stopping(idle, NOW)).toBe('2 keys stop working, none used in the last 24 hours');
  });
});

describe('forms', () => {
  it('make the account that was typed', () => {
    const draft = { ...EMPTY_ACCOUNT, name: ' etl ', permissions: ['a:b'], ends: '2026-12-31' };
    expect(accountProblems(draft, NOW)).toEqual({});
    expect(createCommand(draft, 'new')).toEqual({
      type: 'service_account.create',
      id: 'new',
      input: {
        ...{ name: 'etl', description: '', workspace_id: null, permissions: ['a:b'], rate_limit: 1000 },
        expires_at: '2026-12-31T23:59:59.000Z',
      },
    });
  });

  it('name what cannot stand', () => {
    const draft = { ...EMPTY_ACCOUNT, name: ' ', rate: '0', ends: '2026-11-24' };
    expect(Object.keys(accountProblems(draft, NOW))).toEqual(['name', 'rate', 'ends']);
    expect(accountProblems({ ...EMPTY_ACCOUNT, name: 'a', rate: '1.5' }, NOW)).toHaveProperty('rate');
  });

  it('ask for the fields that differ, and for nothing where none does', () => {
    const now = account({ expires_at: '2026-12-31T10:00:00.000Z', permissions: ['b:c', 'a:b'] });
    const draft = accountDraft(now);
    expect(updateCommand(draft, now)).toBeNull();
    expect(updateCommand({ ...draft, rate: '50', ends: '', workspace: 'w', owner: 'u2' }, now)).toEqual({
      type: 'service_account.update',
      id: 'sa',
      patch: { rate_limit: 50, expires_at: null, workspace_id: 'w', owner_id: 'u2' },
    });
  });

  it('ask for a key with its end, and with when the older ones end', () => {
    expect(issueInput('sa', '30', '3600', NOW)).toEqual({
      account_id: 'sa',
      input: { expires_at: at(30), overlap_seconds: 3600 },
    });
    expect(issueInput('sa', '', 'keep', NOW).input).toEqual({ expires_at: null, overlap_seconds: null });
    expect([olderEnd('keep', NOW), olderEnd('0', NOW), olderEnd('3600', NOW)]).toEqual([null, NOW, NOW + 3_600_000]);
  });
});
