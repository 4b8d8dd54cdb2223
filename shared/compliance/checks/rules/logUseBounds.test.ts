import { describe, expect, it } from 'vitest';
import {
  aMember,
  anAccount,
  type CheckCase,
  compared,
  iso,
  type TestChange,
  type TestEvent,
} from '../../../../test/support/checkWorld.ts';

const MS = 1 / 86_400_000;
const SECOND = 1 / 86_400;
const MINUTE = 1 / 1_440;
const HOUR = 1 / 24;
const event = (day: number, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day, action: 'thread.create', actor: 'user:u-a', target: 'thread:t', ...more },
});
const day = (n: number): string => iso(n).slice(0, 10);

const read = (at: number, more: Partial<TestEvent> = {}): TestEvent => event(at, { action: 'log.read', ...more });
const tested = (check: string, evidence_on: string) => ({
  evidence: [
    {
      ...{
        id: 'e',
        title: 'A test',
        description: '',
        kind: 'link' as const,
        file: null,
        query: null,
        url: 'https://x.test',
      },
      ...{ evidence_on, valid_until: null, controls: [], checks: [check], withdrawn_at: null, withdrawn_reason: '' },
    },
  ],
});

const LOG_06: CheckCase[] = [
  { name: 'a person, from somewhere', world: { events: [read(1), event(2)] }, state: 'pass', population: 1 },
  {
    name: 'nobody, or from nowhere',
    world: {
      events: [read(1), read(2, { actor: 'system:platform' }), read(3, { action: 'export.create', origin: 0 })],
    },
    ...{ state: 'fail', items: ['event 1', 'event 2'] },
  },
  { name: 'no read', world: { events: [event(1)] }, state: 'insufficient_data', summary: /No read of the log/ },
  {
    name: 'no read, but a test',
    world: { records: tested('LOG-06', day(50)) },
    ...{ state: 'pass', population: 1, summary: /was tested/ },
  },
  {
    name: 'a test of the day before',
    world: { records: tested('LOG-06', day(9)) },
    period: [10, 100],
    state: 'insufficient_data',
  },
  {
    name: 'withheld',
    world: { events: [read(1, { origin: 2 })] },
    state: 'insufficient_data',
    summary: /1 read is withheld/,
  },
  {
    name: 'a read at the end is of the next period',
    world: { events: [read(100 - MS), read(100, { origin: 0 })] },
    ...{ state: 'pass', population: 1 },
  },
];

const reviewed = (n: number, late: number) => ({ id: `r-${n}`, day: day(n), note: '', created_at: iso(n + 1 + late) });
const week = Array.from({ length: 7 }, (_, i) => i);
const LOG_07: CheckCase[] = [
  {
    name: 'each day, weekends too',
    world: { records: { log_review: week.map((n) => reviewed(n, HOUR)) } },
    ...{ period: [0, 7], state: 'pass', population: 7 },
  },
  {
    name: 'one day is missing',
    world: { records: { log_review: week.filter((n) => n !== 3).map((n) => reviewed(n, HOUR)) } },
    ...{ period: [0, 7], state: 'fail', items: [`day ${day(3)}`], summary: /^1 failing of 7 days/ },
  },
  {
    name: 'exactly 72 hours after the end of the day',
    world: { records: { log_review: [reviewed(5, 3)] } },
    ...{ period: [5, 6], state: 'pass', population: 1 },
  },
  {
    name: 'a millisecond later',
    world: { records: { log_review: [reviewed(5, 3 + MS)] } },
    ...{ period: [5, 6], state: 'fail', items: [`day ${day(5)}`] },
  },
  {
    name: 'the earliest of several reviews counts',
    world: { records: { log_review: [{ ...reviewed(5, 9), id: 'again' }, reviewed(5, 1)] } },
    ...{ period: [5, 6], state: 'pass', population: 1 },
  },
  {
    name: 'may still be reviewed, at its last instant',
    world: { asOf: 9 },
    ...{ period: [5, 6], state: 'insufficient_data', summary: /1 day may still be reviewed/ },
  },
  {
    name: 'a millisecond later it may not',
    world: { asOf: 9 + MS },
    period: [5, 6],
    state: 'fail',
    items: [`day ${day(5)}`],
  },
  {
    name: 'not before the log began',
    world: { events: [event(5.5)], records: { log_review: [reviewed(5, 1)] } },
    ...{ period: [0, 6], state: 'pass', population: 1 },
  },
  { name: 'no whole day', world: {}, period: [5, 5.5], state: 'insufficient_data', population: 0 },
];

const LOG_08: CheckCase[] = [
  {
    name: 'exactly five minutes, either way',
    world: { events: [event(1, { occurred: 1 - 5 * MINUTE }), event(2, { occurred: 2 + 5 * MINUTE })] },
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'a millisecond more, either way',
    world: { events: [event(1, { occurred: 1 - 5 * MINUTE - MS }), event(2, { occurred: 2 + 5 * MINUTE + MS })] },
    ...{ state: 'fail', items: ['event 0', 'event 1'] },
  },
  {
    name: 'imported events are left out',
    world: { events: [event(1), event(5, { action: 'okta.user.login', occurred: 2 })] },
    ...{ state: 'pass', population: 1, summary: /1 imported event left out/ },
  },
  {
    name: 'imported alone',
    world: { events: [event(5, { action: 'okta.login', occurred: 2 })] },
    state: 'insufficient_data',
  },
  {
    name: 'another limit',
    world: { events: [event(1, { occurred: 1 - 2 * SECOND })] },
    ...{ parameters: { skew_seconds: 1 }, state: 'fail', items: ['event 0'] },
  },
];

/** Failed sign-ins of one account, a second apart, from an instant on. */
const failures = (n: number, at: number, target = 'user:u-a'): TestEvent[] =>
  Array.from({ length: n }, (_, i) =>
    event(at + i * SECOND, { action: 'auth.login', actor: 'system:door', target, outcome: 'failure' }),
  );
const signedIn = (at: number): TestEvent => event(at, { action: 'auth.login', target: 'user:u-a' });

const LOG_09: CheckCase[] = [
  { name: 'ten failures', world: { events: failures(10, 1) }, state: 'pass', population: 10 },
  { name: 'an eleventh was evaluated', world: { events: failures(11, 1) }, state: 'fail', items: ['event 10'] },
  {
    name: 'the eleventh was refused',
    world: {
      events: [...failures(10, 1), event(1 + MINUTE, { action: 'auth.login', target: 'user:u-a', outcome: 'denied' })],
    },
    ...{ state: 'pass', population: 11 },
  },
  {
    name: 'the eleventh 15 minutes after the first',
    world: { events: [...failures(10, 1), ...failures(1, 1 + 15 * MINUTE)] },
    ...{ state: 'pass', population: 11 },
  },
  {
    name: 'the eleventh a millisecond less after it',
    world: { events: [...failures(10, 1), ...failures(1, 1 + 15 * MINUTE - MS)] },
    ...{ state: 'fail', items: ['event 10'] },
  },
  {
    name: 'a success begins anew',
    world: { events: [...failures(10, 1), signedIn(1 + 11 * SECOND), ...failures(10, 1 + 12 * SECOND)] },
    ...{ state: 'pass', population: 21 },
  },
  {
    name: 'two accounts are counted apart',
    world: { events: [...failures(6, 1), ...failures(6, 1 + 10 * SECOND, 'user:u-b')] },
    ...{ state: 'pass', population: 12 },
  },
  {
    name: 'the first ones were before the period',
    world: { events: failures(11, 10 - 5 * SECOND) },
    ...{ period: [10, 20], state: 'fail', items: ['event 10'], population: 6 },
  },
  {
    name: 'a lower limit',
    world: { events: failures(6, 1) },
    parameters: { failed_sign_ins: 5 },
    state: 'fail',
    items: ['event 5'],
  },
  { name: 'nobody signed in', world: { events: [event(1)] }, state: 'insufficient_data', population: 0 },
];

const member = (at: number, id: string, more = {}): TestChange => ({
  ...{ day: at, kind: 'member', id, data: aMember(id, more) },
});
const LOG_10: CheckCase[] = [
  {
    name: 'a member and an account',
    world: {
      changes: [member(0, 'a'), { day: 0, kind: 'service_account', id: 's', data: anAccount('s') }],
      events: [event(1), event(2), event(3, { actor: 'service_account:s' })],
    },
    ...{ state: 'pass', population: 2 },
  },
  { name: 'a stranger', world: { events: [event(1)] }, state: 'fail', items: ['actor user:u-a'] },
  {
    name: 'an account nobody made',
    world: { changes: [member(0, 'a')], events: [event(1), event(2, { actor: 'service_account:x' })] },
    ...{ state: 'fail', items: ['actor service_account:x'] },
  },
  {
    name: 'removed since',
    world: { changes: [member(0, 'a'), { day: 5, kind: 'member', id: 'a', data: null }], events: [event(1)] },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'in the instant of joining',
    world: { changes: [member(5, 'a')], events: [event(5)] },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a millisecond before it',
    world: { changes: [member(5, 'a')], events: [event(5 - MS)] },
    ...{ state: 'fail', items: ['actor user:u-a'] },
  },
  {
    name: 'refused in everything, imported, or the platform itself',
    world: {
      changes: [member(0, 'a')],
      events: [
        event(1),
        event(2, { actor: 'user:stranger', outcome: 'denied' }),
        event(3, { actor: 'user:elsewhere', action: 'github.push' }),
        event(4, { actor: 'system:platform' }),
      ],
    },
    ...{ state: 'pass', population: 1, summary: /1 actor of imported events alone left out. 1 actor refused/ },
  },
  {
    name: 'refused first, let in later',
    world: { events: [event(1, { outcome: 'denied' }), event(2)] },
    ...{ state: 'fail', items: ['actor user:u-a'] },
  },
  {
    name: 'who a member is was withheld in the instant of the act',
    world: { changes: [{ day: 5, kind: 'member', id: 'm', data: 'unknown' }], events: [event(5)] },
    ...{ state: 'insufficient_data', population: 1, summary: /may be one of 1 actor/ },
  },
  {
    name: 'withheld a millisecond after the act',
    world: { changes: [{ day: 5, kind: 'member', id: 'm', data: 'unknown' }], events: [event(5 - MS)] },
    ...{ state: 'fail', items: ['actor user:u-a'] },
  },
  {
    name: 'an account whose making is withheld is one',
    world: {
      changes: [{ day: 0, kind: 'service_account', id: 's', data: 'unknown' }],
      events: [event(1, { actor: 'service_account:s' })],
    },
    ...{ state: 'pass', population: 1 },
  },
  { name: 'nobody acted', world: { changes: [member(0, 'a')] }, state: 'insufficient_data', population: 0 },
];

describe.each([
  ['LOG-06', LOG_06],
  ['LOG-07', LOG_07],
  ['LOG-08', LOG_08],
  ['LOG-09', LOG_09],
  ['LOG-10', LOG_10],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});
