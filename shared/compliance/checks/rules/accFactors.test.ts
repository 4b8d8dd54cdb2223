import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aMember,
  anOrganization,
  aRole,
  type CheckCase,
  checkWorld,
  compared,
  DAY,
  days,
  judge,
  START,
  type TestChange,
  type TestEvent,
} from '../../../../test/support/checkWorld.ts';

const member = (day: number, id: string, more = {}): TestChange => ({
  ...{ day, kind: 'member', id, data: aMember(id, more) },
});
const gone = (day: number, id: string): TestChange => ({ day, kind: 'member', id, data: null });
const confirm = (day: number, id: string): TestEvent => ({
  ...{ day, action: 'user.totp.confirm', actor: `user:u-${id}`, target: `user:u-${id}` },
});
const org = (day: number, owner: string): TestChange => ({
  ...{ day, kind: 'organization', id: 'acme', data: anOrganization({ owner_id: owner }) },
});
const exception = (check: string, subjects: string[]) => ({
  control_exception: [
    {
      ...{ id: 'e1', title: 'Known', controls: [], checks: [check], subjects, reason: 'r', compensating: '' },
      ...{ expires_on: '2026-12-31', management_response: 'm', approved_at: '2026-01-02T00:00:00.000Z' },
      ...{ approved_by: 'u-owner', revoked_at: null, revoked_by: null },
    },
  ],
});

const ACC_01: CheckCase[] = [
  { name: 'all have one', world: { changes: [member(0, 'a'), member(1, 'b')] }, state: 'pass', population: 2 },
  {
    name: 'one has none',
    world: { changes: [member(0, 'a'), member(1, 'b', { mfa: false })] },
    ...{ state: 'fail', items: ['member b'], population: 2, summary: /^1 failing of 2 active members/ },
  },
  {
    name: 'who is invited, suspended or gone does not count',
    world: {
      changes: [
        member(0, 'a'),
        member(1, 'b', { mfa: false, status: 'invited' }),
        member(1, 'c', { mfa: false, status: 'suspended' }),
        member(1, 'd', { mfa: false }),
        gone(99, 'd'),
      ],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'a change at the end of the period is not of it',
    world: { changes: [member(0, 'a'), member(1, 'd', { mfa: false }), gone(100, 'd')] },
    ...{ state: 'fail', items: ['member d'], population: 2 },
  },
  {
    name: 'set up as the log of sign-in tells, no change of the member says so',
    world: { changes: [member(0, 'a', { mfa: false })], events: [confirm(50, 'a')] },
    state: 'pass',
  },
  {
    name: 'and before that it had none',
    world: { changes: [member(0, 'a', { mfa: false })], events: [confirm(50, 'a')] },
    ...{ period: [0, 50], state: 'fail', items: ['member a'] },
  },
  {
    name: 'the record has one, the log does not tell since when',
    world: {
      changes: [member(0, 'a', { mfa: false })],
      records: { member: [aMember('a')] },
    },
    ...{ state: 'insufficient_data', summary: /second factor is not told/ },
  },
  {
    name: 'at the end of what is known the record tells it',
    world: { asOf: 100, changes: [member(0, 'a', { mfa: false })], records: { member: [aMember('a')] } },
    state: 'pass',
  },
  {
    name: 'a change was withheld',
    world: { changes: [member(0, 'a'), { day: 5, kind: 'member', id: 'a', data: 'unknown' }] },
    ...{ state: 'insufficient_data', population: 0 },
  },
  {
    name: 'a failure stands although something is withheld',
    world: {
      changes: [member(0, 'a'), member(0, 'b', { mfa: false }), { day: 5, kind: 'member', id: 'a', data: 'unknown' }],
    },
    ...{ state: 'fail', items: ['member b'], population: 1 },
  },
  {
    name: 'found in a record alone, before the log there is',
    world: {
      begin: 7,
      events: [{ day: 60, action: 'thread.read', actor: 'user:u-a' }],
      present: [{ kind: 'member', id: 'a', data: aMember('a') }],
    },
    ...{ period: [0, 50], state: 'insufficient_data' },
  },
  { name: 'nobody', world: {}, state: 'insufficient_data', population: 0 },
  {
    name: 'an exception names who fails',
    world: { changes: [member(0, 'b', { mfa: false })], records: exception('ACC-01', ['member b']) },
    ...{ state: 'exception', items: ['member b'] },
  },
];

const ACC_02: CheckCase[] = [
  {
    name: 'who is no admin does not count',
    world: { changes: [member(0, 'a', { role: 'admin' }), member(0, 'b', { mfa: false })] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'the owner, a role that inherits from admin and one that grants everything count',
    world: {
      changes: [
        org(0, 'u-o'),
        { day: 0, kind: 'role', id: 'deputy', data: aRole('deputy', { inherits: 'admin' }) },
        { day: 0, kind: 'role', id: 'deep', data: aRole('deep', { inherits: 'deputy' }) },
        { day: 0, kind: 'role', id: 'all', data: aRole('all', { permissions: ['*:*'] }) },
        member(0, 'o', { mfa: false }),
        member(0, 'd', { mfa: false, role: 'deep' }),
        member(0, 'e', { mfa: false, role: 'all' }),
        member(0, 'f', { mfa: false, permissions: ['*:*'] }),
      ],
    },
    ...{ state: 'fail', items: ['member d', 'member e', 'member f', 'member o'], population: 4 },
  },
  {
    name: 'what a role was that was withheld is not told',
    world: {
      changes: [
        member(0, 'a', { role: 'admin' }),
        { day: 0, kind: 'role', id: 'r', data: aRole('r') },
        { day: 5, kind: 'role', id: 'r', data: 'unknown' },
      ],
    },
    ...{ state: 'insufficient_data', population: 1 },
  },
  { name: 'no admin', world: { changes: [member(0, 'a')] }, state: 'insufficient_data' },
];

const HOUR = 1 / 24;
const ACC_03: CheckCase[] = [
  {
    name: 'an hour is enough',
    world: {
      changes: [
        member(0, 'a', { role: 'admin' }),
        member(20, 'a', { role: 'admin', mfa: false }),
        member(20 + HOUR, 'a', { role: 'admin' }),
      ],
    },
    ...{ state: 'fail', items: ['member a'], population: 1 },
  },
  {
    name: 'and not one before the period',
    world: {
      changes: [
        member(0, 'a', { role: 'admin' }),
        member(20, 'a', { role: 'admin', mfa: false }),
        member(20 + HOUR, 'a', { role: 'admin' }),
      ],
    },
    ...{ period: [20 + HOUR, 100], state: 'pass', population: 1 },
  },
  {
    name: 'the owner for a day, without',
    world: { changes: [org(0, 'u-x'), member(0, 'a', { mfa: false }), org(30, 'u-a'), org(31, 'u-x')] },
    ...{ state: 'fail', items: ['member a'] },
  },
  {
    name: 'a role that inherited from admin for a day',
    world: {
      changes: [
        { day: 0, kind: 'role', id: 'r', data: aRole('r') },
        member(0, 'a', { mfa: false, role: 'r' }),
        { day: 30, kind: 'role', id: 'r', data: aRole('r', { inherits: 'admin' }) },
        { day: 31, kind: 'role', id: 'r', data: aRole('r') },
      ],
    },
    ...{ state: 'fail', items: ['member a'] },
  },
  {
    name: 'suspended meanwhile',
    world: {
      changes: [
        member(0, 'a', { role: 'admin' }),
        member(20, 'a', { role: 'admin', mfa: false, status: 'suspended' }),
        member(30, 'a', { role: 'admin' }),
      ],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'set up within what the log first finds: whether for the first time is not told',
    world: {
      events: [confirm(50, 'a')],
      present: [{ kind: 'member', id: 'a', data: aMember('a', { role: 'admin' }) }],
    },
    state: 'insufficient_data',
  },
  {
    name: 'withheld for a while',
    world: {
      changes: [
        member(0, 'a', { role: 'admin' }),
        { day: 20, kind: 'member', id: 'a', data: 'unknown' },
        member(30, 'a', { role: 'admin' }),
      ],
    },
    ...{ state: 'insufficient_data', population: 1 },
  },
  { name: 'nobody was admin', world: { changes: [member(0, 'a')] }, state: 'insufficient_data' },
  {
    name: 'an exception to all of it',
    world: { changes: [member(0, 'a', { role: 'admin', mfa: false })], records: exception('ACC-03', []) },
    ...{ state: 'exception', items: ['member a'] },
  },
];

describe.each([
  ['ACC-01', ACC_01],
  ['ACC-02', ACC_02],
  ['ACC-03', ACC_03],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});

/** Changes by minute, small enough that something happens within one another. */
const MINUTE = 1 / 1_440;
const step = fc.record({
  minute: fc.integer({ min: 0, max: 300 }),
  what: fc.constantFrom('member', 'member', 'member', 'owner', 'role', 'confirm', 'gone'),
  id: fc.constantFrom('a', 'b'),
  role: fc.constantFrom('admin', 'viewer', 'r'),
  status: fc.constantFrom('active' as const, 'active' as const, 'suspended' as const),
  flag: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Each thing changes at most once a minute, so that no two changes of it share an instant. */
function told(steps: readonly Step[]) {
  const sorted = [...steps].sort((a, b) => a.minute - b.minute);
  const seen = new Set<string>();
  const changes: TestChange[] = [org(0, 'u-x'), { day: 0, kind: 'role', id: 'r', data: aRole('r') }];
  const events: TestEvent[] = [];
  for (const { minute, what, id, role, status, flag } of sorted) {
    const day = (minute + 1) * MINUTE;
    const key = what === 'owner' || what === 'role' ? `${minute} ${what}` : `${minute} ${id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (what === 'member') changes.push(member(day, id, { role, status, mfa: flag }));
    else if (what === 'gone') changes.push(gone(day, id));
    else if (what === 'owner') changes.push(org(day, `u-${flag ? id : 'x'}`));
    else if (what === 'role')
      changes.push({ day, kind: 'role', id: 'r', data: aRole('r', { inherits: flag ? 'admin' : null }) });
    else events.push(confirm(day, id));
  }
  return { changes, events };
}

/** The state of each minute, replayed change by change: no code is shared with the rule. */
function bareMinutes({ changes, events }: ReturnType<typeof told>, from: number, to: number): Set<string> {
  const found = new Set<string>();
  for (let minute = from; minute < to; minute++) {
    const now = minute * MINUTE + MINUTE / 1000;
    const last = (kind: string, id: string) =>
      changes.findLast((one) => one.kind === kind && one.id === id && one.day <= now);
    const owner = (last('organization', 'acme')!.data as { owner_id: string }).owner_id;
    const deputy = (last('role', 'r')!.data as { inherits: string | null }).inherits === 'admin';
    for (const id of ['a', 'b']) {
      const change = last('member', id);
      const data = change?.data as { role: string; status: string; mfa: boolean; user_id: string } | null | undefined;
      if (data?.status !== 'active') continue;
      const admin = data.role === 'admin' || (data.role === 'r' && deputy) || owner === data.user_id;
      const since = events.some(
        (one) => one.actor === `user:${data.user_id}` && one.day >= change!.day && one.day <= now,
      );
      if (admin && !data.mfa && !since) found.add(`member ${id}`);
    }
  }
  return found;
}

describe('ACC-03, minute by minute', () => {
  const minutes = (from: number, to: number) => days(from * MINUTE, to * MINUTE);

  it('finds who a replay of every minute finds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), fc.integer({ min: 0, max: 150 }), (steps, from) => {
        const log = told(steps);
        const world = checkWorld(log);
        const { items } = judge('ACC-03', world, minutes(from, from + 120));
        expect(items.map(({ id }) => id)).toEqual([...bareMinutes(log, from, from + 120)].sort());
      }),
      { numRuns: 150 },
    );
  });

  it('fails of [a, c) whenever it fails of [a, b)', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 14 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (steps, a, first, more) => {
          const world = checkWorld(told(steps));
          const short = judge('ACC-03', world, minutes(a, a + first));
          const long = judge('ACC-03', world, minutes(a, a + first + more));
          expect(short.state !== 'fail' || long.state === 'fail').toBe(true);
          expect(long.failing).toBeGreaterThanOrEqual(short.failing);
        },
      ),
    );
  });

  it('says since when and for how long', () => {
    const world = checkWorld({
      changes: [
        member(0, 'a', { role: 'admin' }),
        member(20, 'a', { role: 'admin', mfa: false }),
        member(20.5, 'a', { role: 'admin' }),
        member(30, 'a', { role: 'admin', mfa: false }),
        member(31, 'a', { role: 'admin' }),
      ],
    });
    expect(judge('ACC-03', world, days(0, 100)).items).toEqual([
      {
        ...{ id: 'member a', title: 'Person a (a@acme.test)', at: START + 20 * DAY, exception: null },
        why: 'Was an admin without a second factor for 36 h, 2 times, first from 2026-01-21 00:00 UTC.',
      },
    ]);
  });
});
