import { describe, expect, it } from 'vitest';
import { aMember, type CheckCase, compared, iso, START, type TestWorld } from '../../../../test/support/checkWorld.ts';
import { type Incident, type Safeguards, type Sla, SlaTerms } from '../../../entities/index.ts';
import type { MirrorFacts } from '../world.ts';

const MS = 1 / 86_400_000;
const HOUR = 1 / 24;
const MINUTE = HOUR / 60;

const safeguards = (more: Partial<Safeguards> = {}): Safeguards => ({
  ...{ id: 'safeguards', org_id: 'acme', updated_at: iso(1), audit_logging: true, region: 'eu-central-1', version: 1 },
  at_rest: { on: true, basis: 'declared', detail: '' },
  in_transit: { on: true, basis: 'measured', detail: '' },
  data_keys: [],
  ...more,
});
const OFF = { on: false, basis: 'none', detail: 'no volume is' } as const;
const flagCases = (name: 'at_rest' | 'in_transit', said: RegExp): CheckCase[] => [
  { name: 'on', world: { safeguards: safeguards() }, state: 'pass', population: 1, summary: said },
  { name: 'off', world: { safeguards: safeguards({ [name]: OFF }) }, state: 'fail', items: [`safeguard ${name}`] },
  { name: 'not told', world: {}, state: 'insufficient_data', summary: /does not tell/ },
  {
    name: 'told a millisecond before the end',
    world: { safeguards: safeguards({ updated_at: iso(100 - MS), [name]: OFF }) },
    ...{ state: 'fail', items: [`safeguard ${name}`] },
  },
  {
    name: 'told at the end',
    world: { safeguards: safeguards({ updated_at: iso(100), [name]: OFF }) },
    ...{ state: 'insufficient_data', summary: /after the period/ },
  },
];
const keys = (...made: number[]): TestWorld => ({
  safeguards: safeguards({ data_keys: made.map((at) => ({ id: `k${at}`, purpose: 'data', created_at: iso(at) })) }),
});
const ENC_03: CheckCase[] = [
  { name: 'exactly a cryptoperiod old', world: keys(-265), state: 'pass', population: 1 },
  {
    name: 'a millisecond older',
    world: keys(-265 - MS, 0),
    state: 'fail',
    items: [`data_key k${-265 - MS}`],
    population: 2,
  },
  {
    name: 'a shorter cryptoperiod',
    world: keys(0, 50),
    parameters: { cryptoperiod_days: 90 },
    state: 'fail',
    items: ['data_key k0'],
  },
  { name: 'made at the end, it is not of the period', world: keys(100), state: 'insufficient_data', population: 0 },
  { name: 'no key', world: keys(), state: 'insufficient_data', population: 0 },
  { name: 'not told', world: {}, state: 'insufficient_data', summary: /does not tell/ },
];

const sla = (more: Partial<Sla> = {}) => ({
  ...{ id: 's', name: 'Api', description: '', workspace_id: null, service: null, ended_at: null },
  revisions: [
    {
      revision: 1,
      terms: SlaTerms.parse({ time_zone: 'UTC' }),
      effective_from: iso(0),
      made_at: iso(0),
      made_by: '',
      reason: '',
    },
  ],
  ...more,
});
const report = (month: string, verdict: string, unobserved = '0', availability_basis = 'time') => ({
  ...{ id: `s.${month}`, sla_id: 's', month, issue: 1, issued_at: iso(0), digest: '00'.repeat(32), supersedes: null },
  report: JSON.stringify({ verdict, unobserved_minutes: unobserved, terms: { availability_basis } }),
});
/** January to March end at days 31, 59 and 90; period and log end at day 90. */
const months = (slas: readonly ReturnType<typeof sla>[], ...issued: ReturnType<typeof report>[]): TestWorld => ({
  ...{ asOf: 90, records: { sla: slas, sla_report: issued } },
});
const KEPT = ['2026-01', '2026-02', '2026-03'].map((month) => report(month, 'compliant'));
const AVL_01: CheckCase[] = [
  { name: 'no agreement', world: months([]), state: 'not_applicable' },
  { name: 'each month held', world: months([sla()], ...KEPT), state: 'pass', population: 3 },
  {
    name: 'one did not',
    world: months([sla()], KEPT[0]!, report('2026-02', 'breached'), KEPT[2]!),
    ...{ state: 'fail', items: ['sla s 2026-02'], population: 3 },
  },
  {
    name: 'no report of one',
    world: months([sla()], KEPT[0]!, KEPT[2]!),
    state: 'insufficient_data',
    summary: /2026-02: no report/,
  },
  {
    name: 'nothing measured',
    world: months([sla()], KEPT[0]!, KEPT[1]!, report('2026-03', 'no_data')),
    state: 'insufficient_data',
  },
  {
    name: 'a missing interval',
    world: months([sla()], KEPT[0]!, KEPT[1]!, report('2026-03', 'compliant', '1')),
    ...{ state: 'insufficient_data', summary: /1 minutes were not observed/ },
  },
  {
    name: 'a time without requests is none',
    world: months([sla()], KEPT[0]!, KEPT[1]!, report('2026-03', 'compliant', '1', 'requests')),
    state: 'pass',
  },
  {
    name: 'a breach weighs more than a missing interval',
    world: months([sla()], report('2026-01', 'breached'), KEPT[1]!, report('2026-03', 'compliant', '9')),
    ...{ state: 'fail', items: ['sla s 2026-01'] },
  },
  {
    name: 'a report of another form',
    world: months([sla()], { ...KEPT[0]!, report: '{}' }, KEPT[1]!, KEPT[2]!),
    state: 'insufficient_data',
    summary: /cannot be read/,
  },
  {
    name: 'a report that is no JSON',
    world: months([sla()], { ...KEPT[0]!, report: '{' }, KEPT[1]!, KEPT[2]!),
    state: 'insufficient_data',
    summary: /cannot be read/,
  },
  {
    name: 'a month that ends a millisecond after what is known is not closed',
    world: { ...months([sla()], KEPT[0]!, KEPT[1]!), asOf: 90 - MS },
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'no month is closed',
    world: { ...months([sla()]), asOf: 20 },
    state: 'insufficient_data',
    population: 0,
    summary: /is closed yet/,
  },
  {
    name: 'a day within a month: the one before',
    world: months([sla()], KEPT[0]!),
    period: [40, 41],
    state: 'insufficient_data',
    summary: /2026-02/,
  },
  { name: 'made at the end', world: months([sla({ created_at: iso(50) })]), period: [20, 50], state: 'not_applicable' },
  {
    name: 'ended when the period begins',
    world: months([sla({ ended_at: iso(40) })]),
    period: [40, 90],
    state: 'not_applicable',
  },
  {
    name: 'ended a millisecond later',
    world: months([sla({ ended_at: iso(40 + MS) })], report('2026-02', 'breached')),
    ...{ period: [40, 90], state: 'fail', items: ['sla s 2026-02'] },
  },
];

const incident = (more: Partial<Incident> = {}) => ({
  ...{ id: 'i', title: 'Phishing', severity: 'high' as const, detected_at: iso(10), responded_at: iso(10 + HOUR) },
  ...{ resolved_at: null, personal_data: false, aware_at: null, authority_told_at: null, notice_reason: '', note: '' },
  ...more,
});
const one = (more: Partial<Incident>): TestWorld => ({ records: { incident: [incident(more)] } });
const breach = (more: Partial<Incident>): TestWorld => one({ personal_data: true, ...more });
const MISSED = ['incident i'];
const INC_01: CheckCase[] = [
  {
    name: 'answered after exactly 240 minutes',
    world: one({ responded_at: iso(10 + 4 * HOUR) }),
    state: 'pass',
    population: 1,
  },
  { name: 'a millisecond later', world: one({ responded_at: iso(10 + 4 * HOUR + MS) }), state: 'fail', items: MISSED },
  {
    name: 'another target',
    world: one({}),
    parameters: { incident_response_minutes: 59 },
    state: 'fail',
    items: MISSED,
  },
  { name: 'never answered', world: one({ responded_at: null }), state: 'fail', items: MISSED },
  {
    name: 'its time runs out at this instant',
    world: { ...one({ responded_at: null }), asOf: 10 + 240 * MINUTE },
    ...{ state: 'insufficient_data', summary: /1 open incident has not run out/ },
  },
  {
    name: 'and a millisecond later',
    world: { ...one({ responded_at: null }), asOf: 10 + 240 * MINUTE + MS },
    state: 'fail',
    items: MISSED,
  },
  { name: 'told after exactly 72 hours', world: breach({ authority_told_at: iso(13) }), state: 'pass', population: 1 },
  {
    name: 'told a millisecond later',
    world: breach({ authority_told_at: iso(13 + MS) }),
    state: 'fail',
    items: MISSED,
  },
  {
    name: '72 hours count from becoming aware',
    world: breach({ aware_at: iso(11), authority_told_at: iso(14) }),
    state: 'pass',
  },
  { name: 'never told', world: breach({}), state: 'fail', items: MISSED },
  { name: 'never told, with a reason', world: breach({ notice_reason: 'No risk to anybody.' }), state: 'pass' },
  { name: 'never told, with a blank reason', world: breach({ notice_reason: ' ' }), state: 'fail', items: MISSED },
  { name: '72 hours have not run out', world: { ...breach({}), asOf: 13 }, state: 'insufficient_data' },
  { name: 'and a millisecond later they have', world: { ...breach({}), asOf: 13 + MS }, state: 'fail', items: MISSED },
  {
    name: 'detected at the first instant',
    world: one({ responded_at: null }),
    period: [10, 20],
    state: 'fail',
    items: MISSED,
  },
  {
    name: 'detected at the end',
    world: one({ responded_at: null }),
    period: [5, 10],
    state: 'insufficient_data',
    population: 0,
  },
  { name: 'no incident', world: {}, state: 'insufficient_data', population: 0 },
];

const workspace = (id: string, threads: number, more = {}) => ({
  ...{ id, name: id, description: '', max_threads: 100, max_log_retention_days: 30, max_users: 10, threads, ...more },
});
const members = (n: number) => Array.from({ length: n }, (_, i) => aMember(`m${i}`, { workspaces: ['w'] }));
const quota = (threads: number, seats = 0, more = {}): TestWorld => ({
  ...{ asOf: 100, records: { workspace: [workspace('w', threads, more)], member: members(seats) } },
});
const CAP_01: CheckCase[] = [
  { name: 'exactly 80 percent of both', world: quota(80, 8), state: 'pass', population: 1 },
  { name: 'one thread more', world: quota(81), state: 'fail', items: ['workspace w'] },
  { name: 'one member more', world: quota(0, 9), state: 'fail', items: ['workspace w'] },
  { name: 'a raised limit', world: quota(81, 0, { max_threads: 102 }), state: 'pass', population: 1 },
  { name: 'none allowed, none used', world: quota(0, 0, { max_threads: 0 }), state: 'pass', population: 1 },
  { name: 'none allowed, one used', world: quota(1, 0, { max_threads: 0 }), state: 'fail', items: ['workspace w'] },
  { name: 'another share', world: quota(80), parameters: { quota_percent: 79 }, state: 'fail', items: ['workspace w'] },
  {
    name: 'ended exactly a day before what is known',
    world: { ...quota(81), asOf: 101 },
    state: 'fail',
    items: ['workspace w'],
  },
  {
    name: 'a millisecond longer',
    world: { ...quota(81), asOf: 101 + MS },
    ...{ state: 'insufficient_data', population: 0, summary: /present only/ },
  },
  { name: 'no workspace', world: { asOf: 100 }, state: 'insufficient_data', population: 0 },
  {
    name: 'action recorded as an exception',
    world: {
      asOf: 100,
      records: {
        workspace: [workspace('w', 90)],
        control_exception: [
          {
            ...{ id: 'e', title: 'Known', controls: [], checks: ['CAP-01'], subjects: ['workspace w'], reason: 'r' },
            ...{ compensating: '', expires_on: '2026-12-31', management_response: 'm', approved_at: iso(1) },
            ...{ approved_by: 'u-o', revoked_at: null, revoked_by: null },
          },
        ],
      },
    },
    ...{ state: 'exception', items: ['workspace w'] },
  },
];

const mirror = (more: Partial<MirrorFacts> = {}): TestWorld => ({
  asOf: 100,
  mirror: {
    ...{ syncedAt: START + 99 * 86_400_000, size: 5, signedSize: 5, rootMatches: true, alarms: 0, foreign: 0, ...more },
  },
});
const LAST_SYNC = START + 99 * 86_400_000;
const MIR_01: CheckCase[] = [
  { name: 'on the platform', world: {}, state: 'not_applicable' },
  { name: 'never synced', world: mirror({ syncedAt: null }), state: 'insufficient_data', summary: /never synced/ },
  { name: 'exactly 24 hours old', world: mirror(), state: 'pass', population: 5 },
  { name: 'a millisecond older', world: mirror({ syncedAt: LAST_SYNC - 1 }), state: 'fail', items: ['mirror age'] },
  {
    name: "by the console's own clock",
    world: mirror({ checkedAt: LAST_SYNC + 86_400_001 }),
    state: 'fail',
    items: ['mirror age'],
  },
  { name: 'another age', world: mirror(), parameters: { mirror_age_hours: 23 }, state: 'fail', items: ['mirror age'] },
  { name: 'an event short', world: mirror({ size: 4 }), state: 'fail', items: ['mirror size'] },
  { name: 'an event more than signed', world: mirror({ size: 6 }), state: 'fail', items: ['mirror size'] },
  { name: 'another root', world: mirror({ rootMatches: false }), state: 'fail', items: ['mirror root'] },
  { name: 'an alarm', world: mirror({ alarms: 1 }), state: 'fail', items: ['mirror alarms'] },
  { name: "another organization's", world: mirror({ foreign: 1 }), state: 'fail', items: ['mirror foreign'] },
  {
    name: 'everything at once',
    world: mirror({ syncedAt: LAST_SYNC - 1, size: 4, rootMatches: false, alarms: 2, foreign: 3 }),
    ...{ state: 'fail', items: ['mirror age', 'mirror alarms', 'mirror foreign', 'mirror root', 'mirror size'] },
  },
];

describe.each([
  ['ENC-01', flagCases('at_rest', /operator declares so/)],
  ['ENC-02', flagCases('in_transit', /knows so itself/)],
  ['ENC-03', ENC_03],
  ['AVL-01', AVL_01],
  ['INC-01', INC_01],
  ['CAP-01', CAP_01],
  ['MIR-01', MIR_01],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});
