import { act, itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import { type CheckCase, iso, type TestRecords } from '../../../../test/support/checkWorld.ts';

const rules = (...all: TestRecords[]): TestRecords => Object.assign({}, ...all);
/** The GDPR mode, on from the first day. */
const SETTINGS = {
  ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
  ...{ data_residency: null, audit_log_retention: 'P1Y', audit_log_retention_max: 'P3Y', purpose: 'audits' },
};
const GDPR: TestRecords = {
  compliance_mode: [
    {
      id: 'gdpr',
      enabled: true,
      settings: SETTINGS,
      revisions: [{ at: iso(0), by: 'u', enabled: true, settings: SETTINGS, reason: '' }],
    },
  ],
};
const hold = (more = {}) => ({
  legal_hold: [
    {
      ...{ id: 'h', name: 'Case', matter: 'm', reason: 'r', workspaces: null, subjects: null, from: null, to: null },
      released_at: null,
      released_by: null,
      release_reason: '',
      created_at: iso(10),
      ...more,
    },
  ],
});
const pruning = (day: number, more = {}) => ({
  pruning: [
    {
      ...{
        id: 'p',
        from: 0,
        to: 256,
        root: '',
        shredded: 0,
        policies: [],
        event_seq: 300,
        at: iso(day),
        by: 'platform',
      },
      ...more,
    },
  ],
});
const erasure = (day: number, user = 'u-a') => act(day, { action: 'privacy.erase', target: `user:${user}` });
const RET_04: CheckCase[] = [
  { name: 'no hold', world: { records: pruning(20) }, state: 'not_applicable', population: 0 },
  { name: 'nothing deleted', world: { records: hold() }, state: 'pass', population: 1 },
  {
    name: 'pruned under it',
    world: { records: rules(hold(), pruning(20)) },
    state: 'fail',
    items: ['legal_hold h'],
    population: 1,
  },
  {
    name: 'pruned at the instant it was made',
    world: { records: rules(hold(), pruning(10)) },
    state: 'fail',
    items: ['legal_hold h'],
    population: 1,
  },
  {
    name: 'pruned a second before',
    world: { records: rules(hold(), pruning(10 - SECOND)) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'pruned at its release',
    world: { records: rules(hold({ released_at: iso(20) }), pruning(20)) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'released after the period',
    world: { records: rules(hold({ released_at: iso(200) }), pruning(20)) },
    state: 'fail',
    items: ['legal_hold h'],
    population: 1,
  },
  {
    name: 'what went is older than it covers',
    world: { events: [act(15)], begin: 256, records: rules(hold({ from: '2026-01-16' }), pruning(20)) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'what went may be covered',
    world: { events: [act(15)], begin: 256, records: rules(hold({ from: '2026-01-15' }), pruning(20)) },
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'one workspace',
    world: { records: rules(hold({ workspaces: ['w'] }), pruning(20)) },
    state: 'insufficient_data',
    population: 1,
    summary: /Case/,
  },
  {
    name: 'an erasure by the log alone',
    world: { events: [erasure(20)], records: hold() },
    state: 'fail',
    items: ['legal_hold h'],
    population: 1,
  },
  {
    name: 'an erasure of somebody else',
    world: { events: [erasure(20, 'u-b')], records: hold({ subjects: ['u-a'] }) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'an erasure that was refused',
    world: { events: [{ ...erasure(20), outcome: 'denied' }], records: hold() },
    state: 'pass',
    population: 1,
  },
  {
    name: 'outside of the period',
    world: { records: rules(hold(), pruning(20)) },
    period: [30, 100],
    state: 'pass',
    population: 1,
  },
];

const request = (more = {}) => ({
  data_request: [
    {
      ...{
        id: 'd',
        kind: 'access' as const,
        law: 'gdpr' as const,
        subject: 'Ann',
        user_id: null,
        received_on: '2026-01-05',
        due_on: '2026-02-05',
        channel: 'mail',
      },
      ...{ state: 'fulfilled' as const, note: '', denied_reason: '', answered_on: '2026-02-05', erasure: null },
      ...more,
    },
  ],
});
const RET_05: CheckCase[] = [
  { name: 'answered on the last day', world: { records: request() }, state: 'pass', population: 1 },
  {
    name: 'a day late',
    world: { records: request({ answered_on: '2026-02-06' }) },
    state: 'fail',
    items: ['data_request d'],
    population: 1,
    summary: /1 failing of 1/,
  },
  {
    name: 'not answered',
    world: { records: request({ state: 'in_progress', answered_on: null }) },
    state: 'fail',
    items: ['data_request d'],
    population: 1,
  },
  {
    name: 'put off',
    world: { records: request({ state: 'in_progress', answered_on: null, due_on: '2026-04-11' }) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'due on the last day of the period',
    world: { records: request({ state: 'in_progress', answered_on: null, due_on: '2026-04-10' }) },
    state: 'fail',
    items: ['data_request d'],
    population: 1,
  },
  {
    name: 'withdrawn',
    world: { records: request({ state: 'withdrawn', answered_on: null }) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'denied without a reason',
    world: { records: request({ state: 'denied' }) },
    state: 'fail',
    items: ['data_request d'],
    population: 1,
  },
  {
    name: 'no way it came',
    world: { records: request({ channel: ' ' }) },
    state: 'fail',
    items: ['data_request d'],
    population: 1,
  },
  {
    name: 'before it was due',
    world: { records: request({ answered_on: '2026-02-06' }) },
    period: [0, 30],
    state: 'pass',
    population: 1,
  },
  { name: 'no request, no law', world: {}, state: 'not_applicable', population: 0 },
  {
    name: 'no request under GDPR',
    world: { records: GDPR },
    state: 'insufficient_data',
    population: 0,
    summary: /look alike/,
  },
  {
    name: 'a log that begins too late',
    world: { events: [act(-600)], begin: 256, records: request() },
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'a log that reaches back',
    world: { events: [act(-700)], begin: 256, records: request() },
    state: 'pass',
    population: 1,
  },
];

itComesTo('RET-04', RET_04);
itComesTo('RET-05', RET_05);
