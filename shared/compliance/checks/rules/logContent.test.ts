import { expect, it } from 'vitest';
import { act, evidence, itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import {
  aMember,
  anAccount,
  type CheckCase,
  iso,
  type TestChange,
  type TestEvent,
} from '../../../../test/support/checkWorld.ts';
import { EVENT_KINDS } from './logContent.ts';

/** One event for each class, in their order. */
const KINDS: TestEvent[] = [
  act(1, { action: 'thread.create' }),
  act(2, { action: 'workspace.update' }),
  act(3, { action: 'log.disclosures.read' }),
  act(4, { action: 'thread.read', outcome: 'denied' }),
  act(5, { action: 'user.totp.confirm' }),
  act(6, { action: 'compliance_mode.enable' }),
  act(7, { action: 'workspace.delete' }),
];
/** Without what only the class at a place shows. */
const without = (place: number): TestEvent[] =>
  KINDS.filter((_, i) => i !== place && !(place === 1 && [4, 6].includes(i)));
const member = (day: number, id: string): TestChange => ({
  ...{ day, kind: 'member', id, data: aMember(id, { invited_at: iso(day), joined_at: iso(day) }) },
});

const LOG_03: CheckCase[] = [
  { name: 'all six', world: { events: [act(1)] }, state: 'pass', population: 1 },
  {
    name: 'no target',
    world: { events: [act(1), { day: 2, action: 'member.update', actor: 'user:u-a' }] },
    state: 'fail',
    items: ['event 1'],
    population: 2,
    summary: /1 failing of 2/,
  },
  {
    name: 'nothing to target',
    world: {
      events: ['auth.login', 'thread.list', 'log.tile.read', 'platform.heartbeat', 'aws.ec2.DescribeInstances'].map(
        (action, i) => ({ day: i, action, actor: 'user:u-a' }),
      ),
    },
    state: 'pass',
    population: 5,
  },
  {
    name: 'another system that acts on nothing',
    world: { events: [{ day: 1, action: 'aws.ec2.RunInstances', actor: 'user:x' }] },
    state: 'fail',
    items: ['event 0'],
    population: 1,
  },
  { name: 'no origin', world: { events: [act(1, { origin: 0 })] }, state: 'fail', items: ['event 0'], population: 1 },
  {
    name: 'no origin of the platform itself',
    world: { events: [act(1, { origin: 0, actor: 'system:platform' })] },
    state: 'pass',
    population: 1,
  },
  {
    name: 'refusals summed up',
    world: { events: [act(1, { origin: 0, action: 'service_account.key.limit' })] },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a withheld origin',
    world: { events: [act(1, { origin: 2 })] },
    state: 'insufficient_data',
    population: 1,
    summary: /1 event is withheld/,
  },
  { name: 'nobody', world: { events: [act(1, { actor: 'user:' })] }, state: 'fail', items: ['event 0'], population: 1 },
  {
    name: 'a time that is none',
    world: { events: [act(1, { occurred: Number.NaN })] },
    state: 'fail',
    items: ['event 0'],
    population: 1,
  },
  {
    name: 'outside of the period',
    world: { events: [act(1, { origin: 0 }), act(6)] },
    period: [5, 10],
    state: 'pass',
    population: 1,
  },
];

const LOG_04: CheckCase[] = [
  { name: 'each seen', world: { events: KINDS }, state: 'pass', population: 7 },
  {
    name: 'reads of the log unseen',
    world: { events: without(2) },
    state: 'insufficient_data',
    population: 7,
    summary: /access to the audit log \(10\.2\.1\.3\)/,
  },
  {
    name: 'invalid attempts unseen',
    world: { events: without(3) },
    state: 'insufficient_data',
    population: 7,
    summary: /10\.2\.1\.4/,
  },
  {
    name: 'changes of identities unseen',
    world: { events: without(4) },
    state: 'insufficient_data',
    population: 7,
    summary: /10\.2\.1\.5/,
  },
  {
    name: 'starting of the log unseen',
    world: { events: without(5) },
    state: 'insufficient_data',
    population: 7,
    summary: /10\.2\.1\.6/,
  },
  {
    name: 'seen before the period',
    world: { events: KINDS },
    period: [2, 100],
    state: 'insufficient_data',
    population: 7,
    summary: /people's access to data/,
  },
  {
    name: 'unseen but tested on the last day',
    world: { events: without(2), records: evidence('LOG-04', '2026-04-10') },
    state: 'pass',
    population: 7,
    summary: /Not seen but tested/,
  },
  {
    name: 'tested a day after the period',
    world: { events: without(2), records: evidence('LOG-04', '2026-04-11') },
    state: 'insufficient_data',
    population: 7,
  },
  {
    name: 'a test that was withdrawn',
    world: { events: without(2), records: evidence('LOG-04', '2026-04-10', { withdrawn_at: iso(99) }) },
    state: 'insufficient_data',
    population: 7,
  },
  {
    name: 'denied elsewhere only',
    world: { events: [...without(3), act(9, { action: 'aws.s3.GetObject', outcome: 'denied' })] },
    state: 'insufficient_data',
    population: 7,
  },
];

const LOG_08: CheckCase[] = [
  {
    name: 'exactly 300 seconds, before and after',
    world: { events: [act(1, { occurred: 1 - 300 * SECOND }), act(2, { occurred: 2 + 300 * SECOND })] },
    state: 'pass',
    population: 2,
  },
  {
    name: 'a second more, either way',
    world: { events: [act(1, { occurred: 1 - 301 * SECOND }), act(2, { occurred: 2 + 301 * SECOND })] },
    state: 'fail',
    items: ['event 0', 'event 1'],
    population: 2,
  },
  {
    name: 'another limit',
    world: { events: [act(1, { occurred: 1 - 301 * SECOND })] },
    parameters: { skew_seconds: 301 },
    state: 'pass',
    population: 1,
  },
  {
    name: 'imported ones',
    world: { events: [act(1), act(2, { action: 'okta.user.session.start', occurred: -900 })] },
    state: 'pass',
    population: 1,
    summary: /1 imported event left out/,
  },
  {
    name: 'only imported ones',
    world: { events: [act(2, { action: 'aws.s3.GetObject', occurred: -900 })] },
    state: 'insufficient_data',
    population: 0,
  },
];

const LOG_10: CheckCase[] = [
  {
    name: 'a member, an account, the platform',
    world: {
      changes: [member(0, 'a'), { day: 0, kind: 'service_account', id: 's', data: anAccount('s') }],
      events: [act(1), act(2, { actor: 'service_account:s' }), act(3, { actor: 'system:platform' })],
    },
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'at the instant of the invitation',
    world: { changes: [member(5, 'a')], events: [act(5)] },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a second before it',
    world: { changes: [member(5, 'a')], events: [act(5 - SECOND)] },
    state: 'fail',
    items: ['actor user:u-a'],
    population: 1,
  },
  {
    name: 'after removal',
    world: { changes: [member(0, 'a'), { day: 5, kind: 'member', id: 'a', data: null }], events: [act(9)] },
    state: 'pass',
    population: 1,
  },
  {
    name: 'never there',
    world: { events: [act(1, { actor: 'user:ghost' }), act(2, { actor: 'service_account:ghost' })] },
    state: 'fail',
    items: ['actor service_account:ghost', 'actor user:ghost'],
    population: 2,
  },
  {
    name: 'refused in everything',
    world: { events: [act(1, { actor: 'user:ghost', outcome: 'denied' })] },
    state: 'insufficient_data',
    population: 0,
    summary: /1 actor refused in everything/,
  },
  {
    name: 'refused and let in',
    world: { events: [act(1, { actor: 'user:ghost', outcome: 'denied' }), act(2, { actor: 'user:ghost' })] },
    state: 'fail',
    items: ['actor user:ghost'],
    population: 1,
  },
  {
    name: 'of another system',
    world: { changes: [member(0, 'a')], events: [act(1), act(2, { actor: 'user:AIDA', action: 'aws.iam.GetUser' })] },
    state: 'pass',
    population: 1,
    summary: /1 actor of imported events alone/,
  },
];

itComesTo('LOG-03', LOG_03);
itComesTo('LOG-04', LOG_04);
itComesTo('LOG-08', LOG_08);
itComesTo('LOG-10', LOG_10);

it('has an event for each class of PCI DSS 10.2.1', () => {
  expect(EVENT_KINDS.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `10.2.1.${n}`));
  const outcomes = ['success', 'failure', 'denied'];
  const seen = KINDS.map(({ action, outcome = 'success' }, i) => EVENT_KINDS[i]!.is(action, outcomes.indexOf(outcome)));
  expect(seen).toEqual(KINDS.map(() => true));
});
