import { expect, it } from 'vitest';
import { act, at, daily, itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import { type CheckCase, compared, iso, type TestEvent } from '../../../../test/support/checkWorld.ts';

const HOUR = 1 / 24;
const recomputed = (day: number, size: number, matched = true) => ({ recomputed: { at: at(day), size, matched } });
const seqs = (...list: number[]): Uint32Array => Uint32Array.from(list);
const retention = (keep: string) => ({
  ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
  ...{ data_residency: null, audit_log_retention: keep, audit_log_retention_max: null, purpose: '' },
});
const mode = (keep: string, day = 0) => ({
  compliance_mode: [
    {
      ...{ id: 'soc2', enabled: true, settings: retention(keep), created_at: iso(day) },
      revisions: [{ at: iso(day), by: 'u', enabled: true, settings: retention(keep), reason: '' }],
    },
  ],
});
const pruned = (day: number, to: number) => ({
  pruning: [{ id: 'p', from: 0, to, root: '', shredded: 0, policies: [], event_seq: 1, at: iso(day), by: 'platform' }],
});
/** Columns to be changed by hand. */
function columnsOf(events: readonly TestEvent[]) {
  const code = () => Uint32Array.from(events, () => 0);
  return {
    ...{
      count: events.length,
      seq: Uint32Array.from(events, (_, i) => i),
      actor: code(),
      action: code(),
      target: code(),
    },
    recorded: Float64Array.from(events, ({ day }) => at(day)),
    occurred: Float64Array.from(events, ({ day }) => at(day)),
    ...{ outcome: new Uint8Array(events.length), origin: new Uint8Array(events.length).fill(1) },
  };
}

const LOG_01: CheckCase[] = [
  {
    name: 'hashed up to the last event',
    world: { events: daily(0, 100), log: recomputed(99, 100), asOf: 100 },
    state: 'pass',
    population: 100,
  },
  {
    name: 'exactly eight days ago',
    world: { events: daily(0, 100), log: recomputed(92, 100), asOf: 100 },
    state: 'pass',
    population: 100,
  },
  {
    name: 'a second more',
    world: { events: daily(0, 100), log: recomputed(92 - SECOND, 100), asOf: 100 },
    state: 'insufficient_data',
    population: 100,
    summary: /too long ago/,
  },
  {
    name: 'a past day, hashed since',
    world: { events: daily(0, 100), log: recomputed(60, 60), asOf: 300 },
    period: [10, 50],
    state: 'pass',
    population: 50,
  },
  {
    name: 'one event short',
    world: { events: daily(0, 100), log: recomputed(99, 99), asOf: 100 },
    state: 'insufficient_data',
    population: 100,
  },
  { name: 'never', world: { events: daily(0, 100) }, state: 'insufficient_data', population: 100, summary: /never/ },
  {
    name: 'another root',
    world: { events: daily(0, 100), log: recomputed(99, 100, false), asOf: 100 },
    state: 'fail',
    items: ['log'],
    population: 100,
  },
  { name: 'an empty log', world: { log: recomputed(99, 0), asOf: 100 }, state: 'insufficient_data', population: 0 },
];

const LOG_02: CheckCase[] = [
  { name: 'exactly 24 hours apart', world: { events: daily(0, 100) }, state: 'pass', population: 100 },
  {
    name: 'a second more',
    world: { events: [act(0), act(1 + SECOND), act(2)] },
    period: [0, 3],
    state: 'fail',
    items: [`silence ${iso(0)}`],
    population: 3,
  },
  {
    name: 'silence before the first of the period',
    world: { events: [act(0), act(3), act(4)] },
    period: [1, 5],
    state: 'fail',
    items: [`silence ${iso(0)}`],
    population: 2,
  },
  { name: 'a log that begins within the period', world: { events: daily(50, 100) }, state: 'pass', population: 50 },
  {
    name: 'silence up to the end',
    world: { events: daily(0, 99) },
    state: 'fail',
    items: [`silence ${iso(98)}`],
    population: 99,
  },
  { name: 'what is known ends earlier', world: { events: daily(0, 99), asOf: 99 }, state: 'pass', population: 99 },
  {
    name: 'a longer heartbeat',
    world: { events: daily(0, 99) },
    parameters: { heartbeat_hours: 48 },
    state: 'pass',
    population: 99,
  },
  {
    name: 'a day without an event',
    world: { events: [act(0), act(1), act(9)] },
    period: [3, 5],
    state: 'fail',
    items: [`silence ${iso(1)}`],
    population: 0,
  },
  {
    name: 'a missing number, and a counter that jumps',
    world: {
      events: daily(0, 3),
      log: { columns: { ...columnsOf(daily(0, 3)), seq: seqs(0, 2, 3) }, counterGaps: [3, 0] },
    },
    ...{ period: [1, 3], state: 'fail', items: ['event 2 sequence', 'event 3 counter'], population: 2 },
  },
  {
    name: 'events before were pruned',
    world: { events: daily(50, 100), begin: 256 },
    state: 'insufficient_data',
    population: 50,
    summary: /pruned/,
  },
  { name: 'an empty log', world: {}, state: 'insufficient_data', population: 0 },
];

const LOG_05: CheckCase[] = [
  {
    name: 'young, but nothing ever went',
    world: { events: [act(50)], records: mode('P6Y') },
    state: 'pass',
    population: 2,
    summary: /Nothing was ever pruned/,
  },
  { name: 'no mode', world: { events: [act(50)] }, state: 'pass', population: 1 },
  {
    name: 'pruned to exactly what must be kept',
    world: { events: [act(-265)], begin: 256, records: mode('P365D') },
    state: 'pass',
    population: 2,
  },
  {
    name: 'a second too much',
    world: { events: [act(-265 + SECOND)], begin: 256, records: mode('P365D') },
    state: 'fail',
    items: ['reach required'],
    population: 2,
  },
  {
    name: 'less than three months',
    world: { events: [act(50)], begin: 256 },
    state: 'fail',
    items: ['reach at-hand'],
    population: 1,
  },
  {
    name: 'the mode came after the period',
    world: { events: [act(-100)], begin: 256, records: mode('P6Y', 200) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'pruned after the period, complete then',
    world: { events: [act(90)], begin: 256, records: pruned(200, 256) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'pruned before and after',
    world: {
      events: [act(90)],
      begin: 512,
      records: { pruning: [...pruned(50, 256).pruning, { ...pruned(200, 512).pruning[0]!, id: 'q' }] },
    },
    state: 'insufficient_data',
    population: 1,
  },
  { name: 'an empty log', world: {}, state: 'insufficient_data', population: 1 },
];

itComesTo('LOG-01', LOG_01);
itComesTo('LOG-02', LOG_02);
itComesTo('LOG-05', LOG_05);

it('names hours as they are', () => {
  const { found } = compared('LOG-02', {
    name: '',
    world: { events: [act(0), act(25 * HOUR)] },
    period: [0, 1.5],
    state: 'fail',
    summary: /1 failing of 2/,
  });
  expect(found).toMatchObject({ state: 'fail', said: '' });
});
