import { act, evidence, itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import { type CheckCase, iso, type TestEvent } from '../../../../test/support/checkWorld.ts';

const reviews = (...list: readonly [day: string, made: number][]) => ({
  log_review: list.map(([day, made], i) => ({ id: `r${i}`, day, note: '', created_at: iso(made) })),
});
const signIn = (minute: number, outcome: TestEvent['outcome'] = 'failure', who = 'u-a'): TestEvent => ({
  ...{ day: 1 + minute / 1440, action: 'auth.login', actor: `user:${who}`, target: `user:${who}`, outcome: outcome! },
});
const failures = (n: number, from = 0): TestEvent[] => Array.from({ length: n }, (_, i) => signIn(from + i));
const readLog = (day: number, more: Partial<TestEvent> = {}): TestEvent =>
  act(day, { action: 'log.disclosures.read', ...more });

const LOG_06: CheckCase[] = [
  {
    name: 'reads and exports',
    world: { events: [readLog(1), readLog(2, { action: 'export.bundle.create' }), act(3)] },
    state: 'pass',
    population: 2,
  },
  {
    name: 'by nobody',
    world: { events: [readLog(1, { actor: 'system:platform' })] },
    state: 'fail',
    items: ['event 0'],
    population: 1,
  },
  {
    name: 'from nowhere',
    world: { events: [readLog(1, { origin: 0 })] },
    state: 'fail',
    items: ['event 0'],
    population: 1,
  },
  {
    name: 'a withheld place',
    world: { events: [readLog(1, { origin: 2 })] },
    state: 'insufficient_data',
    population: 1,
  },
  { name: 'no read', world: { events: [act(1)] }, state: 'insufficient_data', population: 0 },
  {
    name: 'no read, but tested',
    world: { events: [act(1)], records: evidence('LOG-06', '2026-02-01') },
    state: 'pass',
    population: 1,
  },
];

const LOG_07: CheckCase[] = [
  {
    name: 'each day, a Saturday too',
    world: { records: reviews(['2026-01-02', 1.5], ['2026-01-03', 2.5]) },
    period: [1, 3],
    state: 'pass',
    population: 2,
  },
  {
    name: 'exactly 72 hours after its end',
    world: { records: reviews(['2026-01-02', 5]) },
    period: [1, 2],
    state: 'pass',
    population: 1,
  },
  {
    name: 'a second later',
    world: { records: reviews(['2026-01-02', 5 + SECOND]) },
    period: [1, 2],
    state: 'fail',
    items: ['day 2026-01-02'],
    population: 1,
  },
  {
    name: 'a first one in time, a second late',
    world: { records: reviews(['2026-01-02', 9], ['2026-01-02', 3]) },
    period: [1, 2],
    state: 'pass',
    population: 1,
  },
  {
    name: 'a weekend left out',
    world: { records: reviews(['2026-01-02', 2], ['2026-01-05', 5]) },
    period: [1, 5],
    state: 'fail',
    items: ['day 2026-01-03', 'day 2026-01-04'],
    population: 4,
  },
  {
    name: 'its time has not run out',
    world: { asOf: 4, records: reviews(['2026-01-02', 2]) },
    period: [1, 4],
    state: 'insufficient_data',
    population: 3,
    summary: /2 days may still/,
  },
  {
    name: 'days before the log began',
    world: { events: [act(2.5)], records: reviews(['2026-01-03', 3]) },
    period: [0, 3],
    state: 'pass',
    population: 1,
  },
  { name: 'not a whole day', world: {}, period: [1, 1.5], state: 'insufficient_data', population: 0 },
];

const LOG_09: CheckCase[] = [
  {
    name: 'ten failures',
    world: { events: failures(10) },
    state: 'pass',
    population: 10,
    summary: /10 failed sign-ins/,
  },
  {
    name: 'an eleventh that was evaluated',
    world: { events: failures(11) },
    state: 'fail',
    items: ['event 10'],
    population: 11,
  },
  {
    name: 'an eleventh that was refused',
    world: { events: [...failures(10), signIn(10, 'denied')] },
    state: 'pass',
    population: 11,
  },
  {
    name: 'exactly 15 minutes after the first',
    world: { events: [...failures(10), signIn(15)] },
    state: 'pass',
    population: 11,
  },
  {
    name: 'a second earlier',
    world: { events: [...failures(10), signIn(15 - 1 / 60)] },
    state: 'fail',
    items: ['event 10'],
    population: 11,
  },
  {
    name: 'a success between',
    world: { events: [...failures(10), signIn(10, 'success'), ...failures(10, 11)] },
    state: 'pass',
    population: 21,
  },
  {
    name: 'eleven of two people',
    world: { events: [...failures(10), signIn(10, 'failure', 'u-b')] },
    state: 'pass',
    population: 11,
  },
  {
    name: 'ten before the period count',
    world: { events: failures(11) },
    period: [1 + 10 / 1440, 3],
    state: 'fail',
    items: ['event 10'],
    population: 1,
  },
  {
    name: 'a lower limit',
    world: { events: failures(4) },
    parameters: { failed_sign_ins: 3 },
    state: 'fail',
    items: ['event 3'],
    population: 4,
  },
  { name: 'no sign-in', world: { events: [act(1)] }, state: 'insufficient_data', population: 0 },
];

itComesTo('LOG-06', LOG_06);
itComesTo('LOG-07', LOG_07);
itComesTo('LOG-09', LOG_09);
