import { describe, expect, it } from 'vitest';
import {
  aMember,
  anAccount,
  anOrganization,
  aRole,
  type CheckCase,
  checkWorld,
  compared,
  days,
  iso,
  judge,
  type TestChange,
  type TestEvent,
} from '../../../../test/support/checkWorld.ts';

const member = (day: number, id: string, more = {}): TestChange => ({
  ...{ day, kind: 'member', id, data: aMember(id, more) },
});
const role = (day: number, id: string, more = {}): TestChange => ({ day, kind: 'role', id, data: aRole(id, more) });
const account = (day: number, id: string, more = {}): TestChange => ({
  ...{ day, kind: 'service_account', id, data: anAccount(id, more) },
});
const org = (day: number, more = {}): TestChange => ({
  ...{ day, kind: 'organization', id: 'acme', data: anOrganization(more) },
});
const event = (
  day: number,
  action: string,
  actor: string,
  target: string,
  more: Partial<TestEvent> = {},
): TestEvent => ({
  ...{ day, action, actor, target, ...more },
});

const review = (id: string, closed: number | null, more = {}) => ({
  ...{ id, name: `Review ${id}`, instructions: '', reviewers: ['u-x'], due_at: iso(400), created_by: 'u-x' },
  ...{ closed_at: closed === null ? null : iso(closed), closed_by: 'u-x', items: 5, decided: 5, revoked: 0 },
  ...{ result: 'signed', ...more },
});
/** 2026-07-20; six months before are 2026-01-20, day 19. */
const END = 200;
const old = org(0, { created_at: '2024-01-01T00:00:00.000Z' });

const ACC_06: CheckCase[] = [
  {
    name: 'closed exactly six months before the end',
    world: { changes: [old], records: { access_review: [review('r', 19)] } },
    ...{ period: [100, END], state: 'pass', population: 1 },
  },
  {
    name: 'closed a second earlier',
    world: { changes: [old], records: { access_review: [review('r', 19 - 1 / 86_400)] } },
    ...{ period: [100, END], state: 'fail', items: ['organization acme'] },
  },
  {
    name: 'closed after the end',
    world: { changes: [old], records: { access_review: [review('r', END)] } },
    ...{ period: [100, END], state: 'fail', items: ['organization acme'] },
  },
  {
    name: 'still open',
    world: { changes: [old], records: { access_review: [review('r', null)] } },
    ...{ period: [100, END], state: 'fail', items: ['organization acme'] },
  },
  {
    name: 'not all decided, or not signed',
    world: {
      changes: [old],
      records: { access_review: [review('r', 150, { decided: 4 }), review('s', 160, { result: null })] },
    },
    ...{ period: [100, END], state: 'fail', items: ['access_review r', 'access_review s'], population: 2 },
  },
  {
    name: 'one of two is whole',
    world: { changes: [old], records: { access_review: [review('r', 150, { decided: 4 }), review('s', 160)] } },
    ...{ period: [100, END], state: 'pass', population: 2 },
  },
  {
    name: 'the organization is younger than that',
    world: { changes: [org(0, { created_at: iso(50) })] },
    ...{ period: [60, END], state: 'insufficient_data' },
  },
  {
    name: 'thirteen months are allowed',
    world: { changes: [old], records: { access_review: [review('r', 1)] } },
    ...{ period: [100, END], parameters: { review_months: 13 }, state: 'pass', population: 1 },
  },
];

const admins = (n: number): TestChange[] => Array.from({ length: n }, (_, i) => member(0, `a${i}`, { role: 'admin' }));
const ACC_07: CheckCase[] = [
  { name: 'two', world: { changes: admins(2) }, state: 'pass', population: 2 },
  { name: 'one', world: { changes: admins(1) }, state: 'fail', items: ['organization acme'], population: 1 },
  { name: 'five, as many as allowed', world: { changes: admins(5) }, state: 'pass', population: 5 },
  { name: 'six', world: { changes: admins(6) }, state: 'fail', items: ['organization acme'], population: 6 },
  {
    name: 'one, and somebody who is not told',
    world: { changes: [...admins(1), member(0, 'b'), { day: 1, kind: 'member', id: 'b', data: 'unknown' }] },
    ...{ state: 'insufficient_data', population: 1 },
  },
  {
    name: 'six on one day, two on another',
    world: { changes: [...admins(6), ...[2, 3, 4, 5].map((n) => member(50, `a${n}`))] },
    ...{ period: [0, 50], state: 'fail', items: ['organization acme'], population: 6 },
  },
];

const ACC_08: CheckCase[] = [
  {
    name: 'two of one name with addresses of their own',
    world: { changes: [member(0, 'a', { name: 'Kim' }), member(0, 'b', { name: 'Kim' })] },
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'one address twice, case and tag aside',
    world: {
      changes: [
        member(0, 'a', { email: 'Kim@acme.test' }),
        member(0, 'b', { email: 'kim+two@ACME.test' }),
        member(0, 'c', { email: 'kim@other.test' }),
      ],
    },
    ...{ state: 'fail', items: ['member a', 'member b'], population: 3 },
  },
  {
    name: 'names of functions',
    world: {
      changes: ['admin', 'IT-Support', 'ops2', 'info', 'jo.root', 'testa', 'rooty', 'no-reply'].map((local, i) =>
        member(0, `m${i}`, { email: `${local}@acme.test` }),
      ),
    },
    ...{ state: 'fail', items: ['member m0', 'member m1', 'member m2', 'member m3', 'member m7'], population: 8 },
  },
  {
    name: 'a suspended one',
    world: { changes: [member(0, 'a'), member(0, 'b', { email: 'admin@acme.test', status: 'suspended' })] },
    ...{ state: 'pass', population: 1 },
  },
  { name: 'nobody', world: {}, state: 'insufficient_data' },
];

const changed = (id: string, before: object, after: object): TestChange[] => [
  member(0, id, before),
  member(10, id, after),
];
const ADMIN = { role: 'admin' };
const ACC_09: CheckCase[] = [
  {
    name: 'somebody else raised a role',
    world: {
      changes: changed('a', { role: 'viewer' }, ADMIN),
      events: [event(10, 'member.role.update', 'user:u-b', 'member:a')],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'raised their own role',
    world: {
      changes: changed('a', { role: 'viewer' }, ADMIN),
      events: [event(10, 'member.role.update', 'user:u-a', 'member:a')],
    },
    ...{ state: 'fail', items: ['event 0'], population: 1 },
  },
  {
    name: 'lowered their own role',
    world: {
      changes: changed('a', ADMIN, { role: 'viewer' }),
      events: [event(10, 'member.role.update', 'user:u-a', 'member:a')],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'tried to, and was refused',
    world: {
      changes: [member(0, 'a')],
      events: [event(10, 'member.role.update', 'user:u-a', 'member:a', { outcome: 'denied' })],
    },
    ...{ state: 'not_applicable' },
  },
  {
    name: 'a permission, a workspace, access after a suspension',
    world: {
      changes: [
        member(0, 'a'),
        member(0, 'b', { workspaces: ['w'] }),
        member(0, 'c', { status: 'suspended' }),
        member(10, 'a', { permissions: ['users:manage'] }),
        member(11, 'b'),
        member(12, 'c'),
      ],
      events: [
        event(10, 'member.permissions.update', 'user:u-a', 'member:a'),
        event(11, 'member.workspaces.update', 'user:u-b', 'member:b'),
        event(12, 'member.reactivate', 'user:u-c', 'member:c'),
      ],
    },
    ...{ state: 'fail', items: ['event 0', 'event 1', 'event 2'], population: 3 },
  },
  {
    name: 'a membership of their own',
    world: { changes: [member(10, 'a')], events: [event(10, 'member.create', 'user:u-a', 'member:a')] },
    ...{ state: 'fail', items: ['event 0'] },
  },
  {
    name: 'a role they hold, through inheritance too',
    world: {
      changes: [
        role(0, 'base', { permissions: ['logs:read'] }),
        role(0, 'top', { inherits: 'base' }),
        member(0, 'a', { role: 'top' }),
        role(10, 'base', { permissions: ['logs:read', 'users:manage'] }),
      ],
      events: [event(10, 'role.update', 'user:u-a', 'role:base')],
    },
    ...{ state: 'fail', items: ['event 0'] },
  },
  {
    name: 'a role they do not hold, and one they hold made smaller',
    world: {
      changes: [
        role(0, 'other', { permissions: ['logs:read'] }),
        role(0, 'own', { permissions: ['logs:read', 'threads:read'] }),
        member(0, 'a', { role: 'own' }),
        role(10, 'other', { permissions: ['logs:read', 'users:manage'] }),
        role(11, 'own', { permissions: ['logs:read:own'] }),
      ],
      events: [event(10, 'role.update', 'user:u-a', 'role:other'), event(11, 'role.update', 'user:u-a', 'role:own')],
    },
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'the ownership taken; and given away',
    world: {
      changes: [org(0), org(10, { owner_id: 'u-a' }), org(20, { owner_id: 'u-b' })],
      events: [
        event(10, 'organization.update', 'user:u-a', 'organization:acme'),
        event(20, 'organization.update', 'user:u-a', 'organization:acme'),
      ],
    },
    ...{ state: 'fail', items: ['event 0'], population: 2 },
  },
  {
    name: 'a service account itself',
    world: {
      changes: [account(0, 's'), account(10, 's', { permissions: ['threads:read', 'logs:read'] })],
      events: [event(10, 'service_account.update', 'service_account:s', 'service_account:s')],
    },
    ...{ state: 'fail', items: ['event 0'] },
  },
  {
    name: 'an own change whose content was withheld',
    world: {
      changes: [member(0, 'a'), { day: 10, kind: 'member', id: 'a', data: 'unknown' }],
      events: [event(10, 'member.role.update', 'user:u-a', 'member:a')],
    },
    ...{ state: 'insufficient_data', population: 1 },
  },
  {
    name: 'the change of somebody else withheld',
    world: {
      changes: [member(0, 'a'), { day: 10, kind: 'member', id: 'a', data: 'unknown' }],
      events: [event(10, 'member.role.update', 'user:u-b', 'member:a')],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'before the period',
    world: {
      changes: changed('a', { role: 'viewer' }, ADMIN),
      events: [event(10, 'member.role.update', 'user:u-a', 'member:a')],
    },
    ...{ period: [11, 100], state: 'not_applicable' },
  },
  {
    name: 'the log begins within the period',
    world: { begin: 4, events: [event(10, 'thread.read', 'user:u-a', '')] },
    ...{ state: 'insufficient_data' },
  },
];

const mechanism = (subject: string, more = {}) => ({
  ...{ id: 'tm', subject, mechanism: 'standard_clauses' as const, reference: 'SCC', from: '2026-01-01', until: null },
  ...more,
});
const outside = { changes: [member(0, 'a'), member(0, 'b', { email: 'b@partner.test' })] };
const own = { own_domains: ['acme.test'] };
const ACC_10: CheckCase[] = [
  {
    name: 'own domain and below it',
    world: { changes: [member(0, 'a'), member(0, 'b', { email: 'b@Mail.Acme.test' })] },
    ...{ parameters: own, state: 'pass', population: 2 },
  },
  { name: 'another', world: outside, parameters: own, state: 'fail', items: ['member b'], population: 2 },
  {
    name: 'one that ends alike',
    world: { changes: [member(0, 'b', { email: 'b@notacme.test' })] },
    ...{ parameters: own, state: 'fail', items: ['member b'] },
  },
  {
    name: 'justified by domain',
    world: { ...outside, records: { transfer_mechanism: [mechanism('domain partner.test')] } },
    ...{ parameters: own, state: 'pass', population: 2 },
  },
  {
    name: 'justified by member, until the last day',
    world: { ...outside, records: { transfer_mechanism: [mechanism('member b', { until: iso(99).slice(0, 10) })] } },
    ...{ parameters: own, state: 'pass', population: 2 },
  },
  {
    name: 'justified until the day before',
    world: { ...outside, records: { transfer_mechanism: [mechanism('member b', { until: iso(98).slice(0, 10) })] } },
    ...{ parameters: own, state: 'fail', items: ['member b'] },
  },
  {
    name: 'justified later',
    world: { ...outside, records: { transfer_mechanism: [mechanism('member b', { created_at: iso(100) })] } },
    ...{ parameters: own, state: 'fail', items: ['member b'] },
  },
  { name: 'no own domain is said', world: outside, state: 'insufficient_data', population: 2 },
  {
    name: 'an exception covers it',
    world: {
      ...outside,
      records: {
        control_exception: [
          {
            ...{ id: 'e', title: 'Partner', controls: [], checks: ['ACC-10'], subjects: ['member b'], reason: 'r' },
            ...{ compensating: '', expires_on: '2026-12-31', management_response: 'm', approved_at: iso(1) },
            ...{ approved_by: 'u-o', revoked_at: null, revoked_by: null },
          },
        ],
      },
    },
    ...{ parameters: own, state: 'exception', items: ['member b'] },
  },
];

describe.each([
  ['ACC-06', ACC_06],
  ['ACC-07', ACC_07],
  ['ACC-08', ACC_08],
  ['ACC-09', ACC_09],
  ['ACC-10', ACC_10],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});

describe('ACC-09', () => {
  it('says what was given', () => {
    const world = checkWorld({
      changes: changed('a', { role: 'viewer' }, { role: 'viewer', permissions: ['users:manage'] }),
      events: [event(10, 'member.permissions.update', 'user:u-a', 'member:a')],
    });
    expect(judge('ACC-09', world, days(0, 100)).items[0]).toMatchObject({
      ...{ id: 'event 0', title: 'member.permissions.update by user:u-a' },
      why: 'user:u-a gave themselves users:manage.',
    });
  });
});
