import { describe, expect, it } from 'vitest';
import {
  aKey,
  aMember,
  anAccount,
  type CheckCase,
  checkWorld,
  compared,
  days,
  iso,
  judge,
  type TestChange,
  type TestEvent,
} from '../../../../test/support/checkWorld.ts';

const account = (day: number, id: string, more = {}): TestChange => ({
  ...{ day, kind: 'service_account', id, data: anAccount(id, more) },
});
const withKey = (day: number, id: string, key = {}, more = {}): TestChange =>
  account(day, id, { keys: [aKey(`k-${id}`, key)], ...more });
const act = (day: number, id: string, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day, action: 'thread.read', actor: `service_account:${id}`, ...more },
});
const SECOND = 1 / 86_400;
const untold = (id: string): TestChange[] => [account(0, id), { day: 5, kind: 'service_account', id, data: 'unknown' }];
const exception = (check: string, subject: string) => ({
  control_exception: [
    {
      ...{ id: 'e', title: 'Known', controls: [], checks: [check], subjects: [subject], reason: 'r', compensating: '' },
      ...{ expires_on: '2026-12-31', management_response: 'm', approved_at: iso(1), approved_by: 'u-o' },
      ...{ revoked_at: null, revoked_by: null },
    },
  ],
});

const SVC_01: CheckCase[] = [
  { name: 'exactly 90 days old', world: { changes: [account(0, 's')] }, period: [0, 90], state: 'pass', population: 1 },
  {
    name: 'a second older',
    world: { changes: [account(0, 's')] },
    ...{ period: [0, 90 + SECOND], state: 'fail', items: ['key k-s'] },
  },
  {
    name: 'an old one that ended, a new one in force',
    world: {
      changes: [
        account(0, 's', { keys: [aKey('old', { expires_at: iso(95) }), aKey('new', { created_at: iso(80) })] }),
      ],
    },
    ...{ period: [0, 100], state: 'pass', population: 1 },
  },
  {
    name: 'of a revoked account',
    world: { changes: [account(0, 's'), account(50, 's', { revoked_at: iso(50) })] },
    ...{ state: 'not_applicable', population: 0 },
  },
  {
    name: 'of an account revoked after the end',
    world: { changes: [account(0, 's'), account(150, 's', { revoked_at: iso(150) })] },
    ...{ state: 'fail', items: ['key k-s'] },
  },
  { name: 'no account', world: {}, state: 'not_applicable' },
  { name: 'withheld', world: { changes: untold('s') }, state: 'insufficient_data' },
  {
    name: 'an exception',
    world: { changes: [account(0, 's')], records: exception('SVC-01', 'key k-s') },
    ...{ state: 'exception', items: ['key k-s'] },
  },
];

const SVC_02: CheckCase[] = [
  { name: 'within a year', world: { changes: [account(0, 's')] }, state: 'pass', population: 1 },
  {
    name: 'exactly 365 days',
    world: { changes: [withKey(0, 's', { expires_at: iso(365) })] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'a second longer',
    world: { changes: [withKey(0, 's', { expires_at: iso(365 + SECOND) })] },
    ...{ state: 'fail', items: ['key k-s'] },
  },
  { name: 'never', world: { changes: [withKey(0, 's', { expires_at: null })] }, state: 'fail', items: ['key k-s'] },
  {
    name: 'never, but its account does',
    world: { changes: [withKey(0, 's', { expires_at: null }, { expires_at: iso(200) })] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'revoked keys do not count',
    world: { changes: [withKey(0, 's', { expires_at: null, revoked_at: iso(50) })] },
    state: 'not_applicable',
  },
  { name: 'withheld', world: { changes: untold('s') }, state: 'insufficient_data' },
  {
    name: 'an exception',
    world: { changes: [withKey(0, 's', { expires_at: null })], records: exception('SVC-02', 'key k-s') },
    ...{ state: 'exception', items: ['key k-s'] },
  },
];

const SVC_03: CheckCase[] = [
  {
    name: 'used while in force',
    world: { changes: [account(0, 's')], events: [act(50, 's')] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'used after its account was revoked',
    world: { changes: [account(0, 's'), account(40, 's', { revoked_at: iso(40) })], events: [act(50, 's')] },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'used after its account expired',
    world: { changes: [account(0, 's', { expires_at: iso(40) })], events: [act(50, 's')] },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'used after its only key expired',
    world: { changes: [withKey(0, 's', { expires_at: iso(40) })], events: [act(50, 's')] },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'under way for five seconds at its end',
    world: { changes: [withKey(0, 's', { expires_at: iso(40) })], events: [act(40 + 5 * SECOND, 's')] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'six seconds after it',
    world: { changes: [withKey(0, 's', { expires_at: iso(40) })], events: [act(40 + 6 * SECOND, 's')] },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'another key is in force',
    world: {
      changes: [account(0, 's', { keys: [aKey('a', { expires_at: iso(40) }), aKey('b', { created_at: iso(30) })] })],
      events: [act(50, 's')],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'between two keys',
    world: {
      changes: [
        withKey(0, 's', { expires_at: iso(40) }),
        account(60, 's', { keys: [aKey('k-s', { expires_at: iso(40) }), aKey('b', { created_at: iso(60) })] }),
      ],
      events: [act(50, 's')],
    },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'an end that was moved later does not excuse a use before it was',
    world: {
      changes: [account(0, 's', { expires_at: iso(40) }), account(60, 's', { expires_at: iso(200) })],
      events: [act(50, 's')],
    },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'refusals, failures and what was denied are no uses',
    world: {
      changes: [withKey(0, 's', { expires_at: iso(40) })],
      events: [
        act(50, 's', { action: 'service_account.key.refuse' }),
        act(51, 's', { outcome: 'denied' }),
        act(52, 's', { outcome: 'failure' }),
      ],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'before the period',
    world: { changes: [withKey(0, 's', { expires_at: iso(40) })], events: [act(50, 's')] },
    ...{ period: [60, 100], state: 'pass', population: 1 },
  },
  { name: 'no account', world: {}, state: 'not_applicable' },
  {
    name: 'the log names one of which nothing is told',
    world: { changes: [account(0, 's')], events: [act(50, 'x')] },
    ...{ state: 'insufficient_data', population: 1 },
  },
  {
    name: 'the log begins within the period',
    world: { begin: 3, events: [act(50, 's')], changes: [account(0, 's')] },
    ...{ state: 'insufficient_data', population: 1 },
  },
  {
    name: 'its end was withheld',
    world: { changes: untold('s'), events: [act(50, 's')] },
    ...{ state: 'insufficient_data', population: 1 },
  },
  {
    name: 'an exception',
    world: {
      changes: [withKey(0, 's', { expires_at: iso(40) })],
      events: [act(50, 's')],
      records: exception('SVC-03', 'service_account s'),
    },
    ...{ state: 'exception', items: ['service_account s'] },
  },
];

const SVC_04: CheckCase[] = [
  {
    name: 'used exactly 90 days ago, as the record tells',
    world: { changes: [withKey(0, 's', { last_used_at: iso(60) })] },
    ...{ period: [0, 150], state: 'pass', population: 1 },
  },
  {
    name: 'a second longer ago',
    world: { changes: [withKey(0, 's', { last_used_at: iso(60 - SECOND) })] },
    ...{ period: [0, 150], state: 'fail', items: ['key k-s'] },
  },
  {
    name: 'used, as the log tells of its only key',
    world: { changes: [account(0, 's')], events: [act(100, 's')] },
    ...{ period: [0, 150], state: 'pass', population: 1 },
  },
  {
    name: 'an act of the account may have been with another key',
    world: {
      changes: [account(0, 's', { keys: [aKey('a'), aKey('b', { last_used_at: iso(100) })] })],
      events: [act(100, 's')],
    },
    ...{ period: [0, 150], state: 'fail', items: ['key a'], population: 2 },
  },
  {
    name: 'also with one that has ended since',
    world: {
      changes: [account(0, 's', { keys: [aKey('a'), aKey('b', { expires_at: iso(120), last_used_at: iso(100) })] })],
      events: [act(100, 's')],
    },
    ...{ period: [0, 150], state: 'fail', items: ['key a'], population: 1 },
  },
  {
    name: 'made lately',
    world: { changes: [withKey(100, 's', { created_at: iso(100) })] },
    ...{ period: [0, 150], state: 'pass' },
  },
  {
    name: 'used after the end of the period, before it is not told',
    world: {
      changes: [account(0, 's', { keys: [aKey('a'), aKey('b', { last_used_at: iso(149) })] })],
      records: {
        service_account: [anAccount('s', { keys: [aKey('a', { last_used_at: iso(160) })] })],
      },
    },
    ...{ period: [0, 150], state: 'insufficient_data', population: 2 },
  },
  {
    name: 'unrevoked without a usable key for 100 days',
    world: { changes: [withKey(0, 's', { expires_at: iso(50) })] },
    ...{ period: [0, 150], state: 'fail', items: ['service_account s'] },
  },
  {
    name: 'without one for 90 days',
    world: { changes: [withKey(0, 's', { expires_at: iso(60) })] },
    ...{ period: [0, 150], state: 'pass', population: 1 },
  },
  {
    name: 'revoked',
    world: { changes: [account(0, 's'), account(20, 's', { revoked_at: iso(20) })] },
    ...{ period: [0, 150], state: 'not_applicable' },
  },
  { name: 'withheld', world: { changes: untold('s') }, state: 'insufficient_data' },
];

const SVC_05: CheckCase[] = [
  {
    name: 'active',
    world: { changes: [account(0, 's'), { day: 0, kind: 'member', id: 'owner', data: aMember('owner') }] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'suspended',
    world: {
      changes: [
        account(0, 's'),
        { day: 0, kind: 'member', id: 'owner', data: aMember('owner', { status: 'suspended' }) },
      ],
    },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  { name: 'nobody', world: { changes: [account(0, 's')] }, state: 'fail', items: ['service_account s'] },
  {
    name: 'gone since the end of the period',
    world: {
      changes: [
        account(0, 's'),
        { day: 0, kind: 'member', id: 'owner', data: aMember('owner') },
        { day: 100, kind: 'member', id: 'owner', data: null },
      ],
    },
    state: 'pass',
  },
  {
    name: 'the owner is withheld',
    world: {
      changes: [
        account(0, 's'),
        { day: 0, kind: 'member', id: 'owner', data: aMember('owner') },
        { day: 3, kind: 'member', id: 'owner', data: 'unknown' },
      ],
    },
    state: 'insufficient_data',
  },
  { name: 'no account', world: {}, state: 'not_applicable' },
];

const SVC_06: CheckCase[] = [
  { name: 'plain rights', world: { changes: [account(0, 's')] }, state: 'pass', population: 1 },
  {
    name: 'wildcards and administrative rights',
    world: {
      changes: ['*:*', 'threads:*', '*:read', 'users:manage', 'privacy:manage', 'users:view', 'logs:read:own'].map(
        (grant, i) => account(0, `s${i}`, { permissions: [grant] }),
      ),
    },
    ...{ state: 'fail', items: [0, 1, 2, 3, 4].map((i) => `service_account s${i}`), population: 7 },
  },
  {
    name: 'of a revoked or expired account',
    world: {
      changes: [
        account(0, 's', { permissions: ['*:*'], expires_at: iso(50) }),
        account(0, 't', { permissions: ['*:*'], revoked_at: iso(20) }),
      ],
    },
    state: 'not_applicable',
  },
  {
    name: 'of one that expires at the very end',
    world: { changes: [account(0, 's', { permissions: ['*:*'], expires_at: iso(100) })] },
    ...{ state: 'fail', items: ['service_account s'] },
  },
  { name: 'withheld', world: { changes: untold('s') }, state: 'insufficient_data' },
];

describe.each([
  ['SVC-01', SVC_01],
  ['SVC-02', SVC_02],
  ['SVC-03', SVC_03],
  ['SVC-04', SVC_04],
  ['SVC-05', SVC_05],
  ['SVC-06', SVC_06],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});

describe('a past day', () => {
  it('has the keys that were in force then', () => {
    const world = checkWorld({
      changes: [
        withKey(0, 's', { expires_at: iso(300) }),
        withKey(120, 's', { expires_at: iso(300), revoked_at: iso(120) }),
      ],
    });
    const states = [90, 91, 120, 121].map((day) => judge('SVC-01', world, days(day - 1, day)).state);
    expect(states).toEqual(['pass', 'fail', 'fail', 'not_applicable']);
  });

  it('keeps its digest when something happens after it', () => {
    const before = [withKey(0, 's', { expires_at: iso(300) })];
    const later = [...before, withKey(120, 's', { expires_at: iso(300), revoked_at: iso(120) })];
    for (const check of ['SVC-01', 'SVC-02', 'SVC-03', 'SVC-04', 'SVC-05', 'SVC-06', 'ACC-04', 'ACC-09']) {
      const [a, b] = [before, later].map((changes, i) =>
        judge(check, checkWorld({ changes, events: i === 0 ? [] : [act(119, 's')] }), days(10, 100)),
      );
      expect(b!.digest).toBe(a!.digest);
    }
  });
});
