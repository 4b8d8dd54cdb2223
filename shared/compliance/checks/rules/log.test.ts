import { describe, expect, it } from 'vitest';
import { type CheckCase, compared, iso, START, type TestEvent } from '../../../../test/support/checkWorld.ts';

const MS = 1 / 86_400_000;
const HOUR = 1 / 24;
const event = (day: number, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day, action: 'thread.create', actor: 'user:u-a', target: 'thread:t', ...more },
});
/** One event a day, at midnight, of days [from, to). */
const daily = (from: number, to: number): TestEvent[] => Array.from({ length: to - from }, (_, i) => event(from + i));
const hashed = (at: number, size: number, matched = true) => ({
  recomputed: { at: START + Math.round(at * 86_400_000), size, matched },
});
/** Of the revisions of a mode the one that is on from the beginning. */
const mode = (id: string, audit_log_retention: string, revisions = true) => {
  const settings = {
    ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
    ...{ data_residency: null, audit_log_retention, audit_log_retention_max: null, purpose: 'Security.' },
  };
  const first = { at: iso(0), by: 'u-owner', enabled: true, settings, reason: '' };
  return { id, enabled: true, settings, revisions: revisions ? [first] : [] };
};
const pruning = (to: number, at: number) => ({
  ...{
    id: `p-${at}`,
    from: 0,
    to,
    root: '00'.repeat(32),
    shredded: 0,
    policies: [],
    event_seq: to,
    at: iso(at),
    by: '',
  },
});

const LOG_01: CheckCase[] = [
  {
    name: 'hashed again up to the last event of the period',
    world: { asOf: 100, events: daily(0, 50), log: hashed(99, 50) },
    ...{ state: 'pass', population: 50 },
  },
  {
    name: 'another root',
    world: { asOf: 100, events: daily(0, 50), log: hashed(99, 50, false) },
    ...{ state: 'fail', items: ['log'] },
  },
  { name: 'never hashed again', world: { events: daily(0, 50) }, state: 'insufficient_data', summary: /never hashed/ },
  {
    name: 'one event short',
    world: { asOf: 100, events: daily(0, 50), log: hashed(99, 49) },
    ...{ state: 'insufficient_data', summary: /up to 49 events; the period's last is number 50/ },
  },
  {
    name: 'an event after the period need not be hashed',
    world: { events: daily(0, 101), log: hashed(100, 100) },
    ...{ state: 'pass', population: 100 },
  },
  {
    name: 'exactly 8 days ago',
    world: { asOf: 100, events: daily(0, 50), log: hashed(92, 50) },
    ...{ state: 'pass', population: 50 },
  },
  {
    name: 'a millisecond longer ago',
    world: { asOf: 100, events: daily(0, 50), log: hashed(92 - MS, 50) },
    ...{ state: 'insufficient_data', summary: /too long ago/ },
  },
  { name: 'an empty log', world: { log: hashed(100, 0) }, state: 'insufficient_data', population: 0 },
];

/** A hundred events a day apart, from the forty-first on numbered so much otherwise. */
const renumbered = (by: number) => ({
  columns: {
    ...{ count: 100, seq: Uint32Array.from({ length: 100 }, (_, i) => (i < 40 ? i : i + by)) },
    ...{ recorded: Float64Array.from({ length: 100 }, (_, i) => START + i * 86_400_000) },
    ...{ occurred: new Float64Array(100), actor: new Uint32Array(100), action: new Uint32Array(100) },
    ...{ target: new Uint32Array(100), outcome: new Uint8Array(100), origin: new Uint8Array(100) },
  },
});

const LOG_02: CheckCase[] = [
  { name: 'an event each 24 hours exactly', world: { events: daily(0, 100) }, state: 'pass', population: 100 },
  {
    name: 'a millisecond more than 24 hours',
    world: { events: [...daily(0, 50), event(50 + MS), ...daily(51, 100)] },
    ...{ state: 'fail', items: [`silence ${iso(49)}`] },
  },
  {
    name: 'silence up to the end',
    world: { events: daily(0, 99) },
    ...{ state: 'fail', items: [`silence ${iso(98)}`] },
  },
  {
    name: 'exactly 24 hours up to the end',
    world: { events: daily(0, 100) },
    ...{ period: [10, 100], state: 'pass', population: 90 },
  },
  {
    name: 'a silence that began before the period',
    world: { events: [...daily(0, 50), event(49 + HOUR), event(50 + 23 * HOUR), ...daily(51, 100)] },
    ...{ period: [50, 51], state: 'fail', items: [`silence ${iso(49 + HOUR)}`] },
  },
  {
    name: 'a silence of 46 hours, on its first day, which has an hour less than a day of it',
    world: { events: [...daily(0, 50), event(49 + HOUR), event(50 + 23 * HOUR)] },
    ...{ period: [49, 50], state: 'pass', population: 2 },
  },
  {
    name: 'the log begins in the period',
    world: { events: daily(30, 100) },
    ...{ state: 'pass', population: 70 },
  },
  {
    name: 'another limit',
    world: { events: daily(0, 100) },
    ...{
      parameters: { heartbeat_hours: 23 },
      period: [1, 2],
      state: 'fail',
      items: [`silence ${iso(0)}`, `silence ${iso(1)}`],
    },
  },
  {
    name: 'a number is missing',
    world: { log: renumbered(1) },
    ...{ state: 'fail', items: ['event 41 sequence'], summary: /^1 failing of 100 / },
  },
  {
    name: 'a number is there twice',
    world: { log: renumbered(-1) },
    ...{ state: 'fail', items: ['event 39 sequence'] },
  },
  {
    name: 'a number was missing before the period',
    world: { log: renumbered(1) },
    ...{ period: [60, 100], state: 'fail', items: ['event 41 sequence'] },
  },
  {
    name: "a producer's counter jumps in the period",
    world: { events: daily(0, 100), log: { counterGaps: [10, 60] } },
    ...{ period: [50, 100], state: 'fail', items: ['event 60 counter'] },
  },
  {
    name: 'pruned before the period',
    world: { events: daily(30, 100), begin: 256 },
    ...{ period: [30, 100], state: 'pass', population: 70 },
  },
  {
    name: 'pruned into the period',
    world: { events: daily(30, 100), begin: 256 },
    ...{ period: [30 - MS, 100], state: 'insufficient_data', summary: /before number 256 were pruned/ },
  },
  { name: 'an empty log', world: {}, state: 'insufficient_data', summary: /The log is empty/ },
];

LOG_02.push(
  {
    name: 'a counter jumps at the first instant of the period',
    world: { events: daily(0, 100), log: { counterGaps: [50] } },
    ...{ period: [50, 99], state: 'fail', items: ['event 50 counter'] },
  },
  {
    name: 'a counter jumps at its end',
    world: { events: daily(0, 100), log: { counterGaps: [50] } },
    ...{ period: [40, 50], state: 'pass', population: 10 },
  },
  {
    name: 'the very first event breaks its counter',
    world: { events: daily(0, 100), log: { counterGaps: [0] } },
    ...{ state: 'fail', items: ['event 0 counter'] },
  },
);

const LOG_03: CheckCase[] = [
  { name: 'all six', world: { events: daily(0, 5) }, state: 'pass', population: 5 },
  {
    name: 'no actor',
    world: { events: [event(1, { actor: 'user:' })] },
    state: 'fail',
    items: ['event 0'],
    summary: /1 failing/,
  },
  { name: 'no action', world: { events: [event(1, { action: '' })] }, state: 'fail', items: ['event 0'] },
  { name: 'no time', world: { events: [event(1, { occurred: Number.NaN })] }, state: 'fail', items: ['event 0'] },
  {
    name: 'no outcome',
    world: { events: [event(1, { outcome: 'other' as never })] },
    state: 'fail',
    items: ['event 0'],
  },
  { name: 'no origin', world: { events: [event(1, { origin: 0 })] }, state: 'fail', items: ['event 0'] },
  { name: 'no target', world: { events: [event(1, { target: '' })] }, state: 'fail', items: ['event 0'] },
  {
    name: 'the platform has no origin, sign-ins and lists no target, a summed-up refusal no single place',
    world: {
      events: [
        event(1, { actor: 'system:platform', origin: 0 }),
        event(2, { action: 'auth.login', target: '' }),
        event(3, { action: 'member.list', target: '' }),
        event(4, { action: 'aws.s3.ListBuckets', target: '' }),
        event(5, { action: 'service_account.key.limit', origin: 0 }),
      ],
    },
    ...{ state: 'pass', population: 5 },
  },
  {
    name: 'what is imported and changes something needs its target',
    world: { events: [event(1, { action: 'aws.s3.DeleteBucket', target: '' })] },
    ...{ state: 'fail', items: ['event 0'] },
  },
  {
    name: 'withheld origin',
    world: { events: [event(1), event(2, { origin: 2 })] },
    ...{ state: 'insufficient_data', population: 2, summary: /origin of 1 event is withheld/ },
  },
  {
    name: 'outside of the period, by a millisecond at either end',
    world: { events: [event(10 - MS, { origin: 0 }), event(10), event(20 - MS), event(20, { origin: 0 })] },
    ...{ period: [10, 20], state: 'pass', population: 2 },
  },
  {
    name: 'at the first and the last instant of the period',
    world: { events: [event(10, { origin: 0 }), event(20 - MS, { origin: 0 })] },
    ...{ period: [10, 20], state: 'fail', items: ['event 0', 'event 1'] },
  },
  { name: 'no event', world: {}, state: 'insufficient_data', population: 0 },
];

const CLASSES: TestEvent[] = [
  event(1, { action: 'organization.create', target: 'organization:acme' }),
  event(2, { action: 'thread.read' }),
  event(3, { action: 'member.update', target: 'member:m' }),
  event(4, { action: 'log.read', target: '' }),
  event(5, { action: 'thread.read', outcome: 'denied' }),
  event(6, { action: 'workspace.create', target: 'workspace:w' }),
];
const tested = (check: string, evidence_on: string, more = {}) => ({
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
      ...more,
    },
  ],
});
const day = (n: number): string => iso(n).slice(0, 10);

const LOG_04: CheckCase[] = [
  { name: 'all seen', world: { events: CLASSES }, state: 'pass', population: 7 },
  {
    name: 'the log was never read',
    world: { events: CLASSES.filter(({ action }) => action !== 'log.read') },
    ...{ state: 'insufficient_data', summary: /access to the audit log \(10\.2\.1\.3\)\.$/ },
  },
  {
    name: 'unseen in the period',
    world: { events: CLASSES },
    ...{ period: [1 + MS, 100], state: 'insufficient_data', summary: /10\.2\.1\.6/ },
  },
  {
    name: 'unseen but tested',
    world: { events: CLASSES.slice(1), records: tested('LOG-04', day(50)) },
    ...{ state: 'pass', population: 7, summary: /Not seen but tested/ },
  },
  {
    name: 'tested on the last day',
    world: { records: tested('LOG-04', day(99)) },
    ...{ state: 'pass' },
  },
  { name: 'tested on the day after', world: { records: tested('LOG-04', day(100)) }, state: 'insufficient_data' },
  {
    name: 'the test is of another check',
    world: { records: tested('LOG-06', day(50)) },
    state: 'insufficient_data',
  },
  {
    name: 'the test was withdrawn a millisecond before the end',
    world: { records: tested('LOG-04', day(50), { withdrawn_at: iso(100 - MS) }) },
    state: 'insufficient_data',
  },
  {
    name: 'the test was withdrawn at the end',
    world: { records: tested('LOG-04', day(50), { withdrawn_at: iso(100) }) },
    state: 'pass',
  },
  {
    name: 'imported events do not count',
    world: {
      events: [
        ...CLASSES.filter(({ outcome }) => outcome !== 'denied'),
        event(9, { action: 'aws.s3.GetObject', outcome: 'denied' }),
      ],
    },
    ...{ state: 'insufficient_data', summary: /invalid access attempts \(10\.2\.1\.4\)\.$/ },
  },
];

// A year before day 365 of 2026 is day 0; three months before it are day 273.
const YEAR_END: readonly [number, number] = [300, 365];
const LOG_05: CheckCase[] = [
  {
    name: 'nothing was ever pruned',
    world: { events: daily(360, 365) },
    period: YEAR_END,
    state: 'pass',
    summary: /Nothing was ever pruned/,
  },
  {
    name: 'exactly three months',
    world: { events: daily(273, 365), begin: 256, records: { pruning: [pruning(256, 290)] } },
    ...{ period: YEAR_END, state: 'pass', population: 1 },
  },
  {
    name: 'a millisecond less',
    world: { events: [event(273 + MS)], begin: 256, records: { pruning: [pruning(256, 290)] } },
    ...{ period: YEAR_END, state: 'fail', items: ['reach at-hand'] },
  },
  {
    name: 'exactly the year that a mode asks for',
    world: {
      events: daily(0, 5),
      begin: 256,
      records: { compliance_mode: [mode('pci-dss', 'P1Y')], pruning: [pruning(256, 290)] },
    },
    ...{ period: YEAR_END, state: 'pass', population: 2 },
  },
  {
    name: 'a millisecond less than that year',
    world: {
      events: [event(MS)],
      begin: 256,
      records: { compliance_mode: [mode('pci-dss', 'P1Y')], pruning: [pruning(256, 290)] },
    },
    ...{ period: YEAR_END, state: 'fail', items: ['reach required'] },
  },
  {
    name: 'the strictest of two modes',
    world: {
      ...{ events: daily(0, 5), begin: 256 },
      records: { compliance_mode: [mode('pci-dss', 'P1Y'), mode('hipaa', 'P6Y')], pruning: [pruning(256, 290)] },
    },
    ...{ period: YEAR_END, state: 'fail', items: ['reach required'] },
  },
  {
    name: 'pruned after the period',
    world: { events: daily(280, 365), begin: 256, records: { pruning: [pruning(128, 200), pruning(256, 364)] } },
    ...{ period: [300, 360], state: 'insufficient_data', summary: /Pruning after the period's end/ },
  },
  { name: 'no event at hand', world: {}, period: YEAR_END, state: 'insufficient_data' },
  {
    name: 'what a mode asked for is not kept',
    world: { events: daily(0, 5), records: { compliance_mode: [mode('pci-dss', 'P1Y', false)] } },
    ...{ period: YEAR_END, state: 'insufficient_data', summary: /pci-dss/ },
  },
];

describe.each([
  ['LOG-01', LOG_01],
  ['LOG-02', LOG_02],
  ['LOG-03', LOG_03],
  ['LOG-04', LOG_04],
  ['LOG-05', LOG_05],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});
