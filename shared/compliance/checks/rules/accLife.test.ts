import { describe, expect, it } from 'vitest';
import {
  aMember,
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
const gone = (day: number, id: string): TestChange => ({ day, kind: 'member', id, data: null });
const act = (day: number, id: string, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day, action: 'thread.read', actor: `user:u-${id}`, ...more },
});
const SECOND = 1 / 86_400;
const ended = (id: string, day: number, more = {}) => ({
  id: `t-${id}`,
  user_id: `u-${id}`,
  ended_at: iso(day),
  source: 'HR',
  ...more,
});

const ACC_04: CheckCase[] = [
  {
    name: 'acted exactly 90 days before the end',
    world: { changes: [member(0, 'a')], events: [act(110, 'a')] },
    ...{ period: [100, 200], state: 'pass', population: 1 },
  },
  {
    name: 'acted a second longer ago',
    world: { changes: [member(0, 'a')], events: [act(110 - SECOND, 'a')] },
    ...{ period: [100, 200], state: 'fail', items: ['member a'] },
  },
  {
    name: 'what was denied is no act',
    world: { changes: [member(0, 'a')], events: [act(5, 'a'), act(150, 'a', { outcome: 'denied' })] },
    ...{ period: [100, 200], state: 'fail', items: ['member a'] },
  },
  {
    name: 'nor is a failed sign-in',
    world: {
      changes: [member(0, 'a')],
      events: [act(150, 'a', { action: 'auth.login', outcome: 'failure' })],
    },
    ...{ period: [100, 200], state: 'fail', items: ['member a'] },
  },
  {
    name: 'an act that failed is one',
    world: { changes: [member(0, 'a')], events: [act(150, 'a', { outcome: 'failure' })] },
    ...{ period: [100, 200], state: 'pass' },
  },
  {
    name: 'an act after the period is not of it',
    world: { changes: [member(0, 'a')], events: [act(201, 'a')] },
    ...{ period: [100, 200], state: 'fail', items: ['member a'] },
  },
  {
    name: 'joined lately, without any act',
    world: { changes: [member(150, 'a', { invited_at: iso(140), joined_at: iso(150) })] },
    ...{ period: [100, 200], state: 'pass' },
  },
  {
    name: 'let in again lately',
    world: { changes: [member(0, 'a'), member(50, 'a', { status: 'suspended' }), member(190, 'a')] },
    ...{ period: [100, 200], state: 'pass' },
  },
  {
    name: 'suspended: not active, not idle',
    world: { changes: [member(0, 'a', { status: 'suspended' }), member(150, 'b', { joined_at: iso(150) })] },
    ...{ period: [100, 200], state: 'pass', population: 1 },
  },
  {
    name: 'the log begins too late to tell, and who is seen in it is not idle',
    world: {
      ...{ begin: 9, events: [act(150, 'b')] },
      present: [
        { kind: 'member', id: 'a', data: aMember('a') },
        { kind: 'member', id: 'b', data: aMember('b') },
      ],
    },
    ...{ period: [100, 200], state: 'insufficient_data', population: 2, summary: /What 1 member did before/ },
  },
  {
    name: 'the log begins late, and everybody is seen in it',
    world: {
      ...{ begin: 9, events: [act(150, 'b')] },
      present: [{ kind: 'member', id: 'b', data: aMember('b') }],
    },
    ...{ period: [100, 200], state: 'pass', population: 1 },
  },
  {
    name: 'thirty days are asked for',
    world: { changes: [member(0, 'a')], events: [act(150, 'a')] },
    ...{ period: [100, 200], parameters: { idle_days: 30 }, state: 'fail', items: ['member a'] },
  },
  { name: 'nobody', world: {}, state: 'insufficient_data' },
];

const ACC_05: CheckCase[] = [
  {
    name: 'removed exactly 24 hours later',
    world: { changes: [member(0, 'a'), gone(11, 'a')], records: { termination: [ended('a', 10)] } },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'removed a second later than that',
    world: { changes: [member(0, 'a'), gone(11 + SECOND, 'a')], records: { termination: [ended('a', 10)] } },
    ...{ state: 'fail', items: ['member a'] },
  },
  {
    name: 'suspended in time',
    world: {
      changes: [member(0, 'a'), member(10.5, 'a', { status: 'suspended' })],
      records: { termination: [ended('a', 10)] },
    },
    state: 'pass',
  },
  {
    name: 'removed before',
    world: { changes: [member(0, 'a'), gone(9, 'a')], records: { termination: [ended('a', 10)] } },
    state: 'pass',
  },
  {
    name: 'never removed',
    world: { changes: [member(0, 'a')], records: { termination: [ended('a', 10)] } },
    ...{ state: 'fail', items: ['member a'] },
  },
  {
    name: 'ended before the period, access went on into it',
    world: { changes: [member(0, 'a'), gone(60, 'a')], records: { termination: [ended('a', 10)] } },
    ...{ period: [50, 100], state: 'fail', items: ['member a'] },
  },
  {
    name: 'ended and removed before the period',
    world: { changes: [member(0, 'a'), gone(10, 'a')], records: { termination: [ended('a', 10)] } },
    ...{ period: [50, 100], state: 'not_applicable' },
  },
  {
    name: 'taken back a month later, as another membership',
    world: {
      changes: [member(0, 'a'), gone(10.5, 'a'), member(40, 'a2', { user_id: 'u-a' })],
      records: { termination: [ended('a', 10)] },
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'not due yet is not judged',
    world: { changes: [member(0, 'a')], records: { termination: [ended('a', 99.5)] } },
    ...{ state: 'not_applicable', summary: /No termination is due yet/ },
  },
  { name: 'nobody left', world: { changes: [member(0, 'a')] }, state: 'not_applicable' },
  {
    name: 'somebody left and none is recorded',
    world: { changes: [member(0, 'a'), gone(10, 'a')] },
    ...{ state: 'insufficient_data', summary: /1 person left and no termination is recorded/ },
  },
  {
    name: 'one is recorded, another left without',
    world: {
      changes: [member(0, 'a'), member(0, 'b'), gone(10, 'a'), gone(12, 'b')],
      records: { termination: [ended('a', 10)] },
    },
    ...{ state: 'pass', population: 1, summary: /1 other person left without a record/ },
  },
  {
    name: 'what became of the membership was withheld',
    world: {
      changes: [member(0, 'a'), { day: 10.2, kind: 'member', id: 'a', data: 'unknown' }],
      records: { termination: [ended('a', 10)] },
    },
    state: 'insufficient_data',
  },
  {
    name: 'the log begins within the period',
    world: {
      ...{ begin: 3, events: [act(50, 'b')] },
      records: { termination: [ended('a', 10)] },
    },
    state: 'insufficient_data',
  },
  {
    name: '72 hours are allowed',
    world: { changes: [member(0, 'a'), gone(13, 'a')], records: { termination: [ended('a', 10)] } },
    ...{ parameters: { termination_hours: 72 }, state: 'pass' },
  },
];

describe.each([
  ['ACC-04', ACC_04],
  ['ACC-05', ACC_05],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});

describe('any day of the past', () => {
  it('is judged by what was then', () => {
    const world = checkWorld({ changes: [member(0, 'a')], events: [act(10, 'a'), act(150, 'a')] });
    const states = [50, 100, 101, 150, 151, 240, 241].map((day) => judge('ACC-04', world, days(day - 1, day)).state);
    expect(states).toEqual(['pass', 'pass', 'fail', 'fail', 'pass', 'pass', 'fail']);
  });

  it('names how long access went on', () => {
    const world = checkWorld({ changes: [member(0, 'a'), gone(12, 'a')], records: { termination: [ended('a', 10)] } });
    expect(judge('ACC-05', world, days(0, 100)).items[0]!.why).toBe(
      'Work ended 2026-01-11 00:00 UTC; kept access for 48 hours.',
    );
    expect(judge('ACC-05', world, days(0, 11.5)).items[0]!.why).toBe(
      'Work ended 2026-01-11 00:00 UTC; still has access 36 hours later.',
    );
  });
});
