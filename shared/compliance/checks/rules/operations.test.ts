import { expect, it } from 'vitest';
import { itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import { aMember, type CheckCase, DAY, iso, START } from '../../../../test/support/checkWorld.ts';
import { SlaTerms } from '../../../entities/index.ts';
import { closedMonths } from './availability.ts';

const at = (day: number): number => START + day * DAY;
const revision = (zone: string, basis: 'time' | 'requests' = 'time', from = 0) => ({
  ...{ revision: 1, effective_from: iso(from), made_at: iso(from), made_by: 'u', reason: '' },
  terms: SlaTerms.parse({ time_zone: zone, availability_basis: basis }),
});
const sla = (more = {}) => ({
  ...{ id: 's', name: 'API', description: '', workspace_id: null, service: null, revisions: [revision('UTC')] },
  ...{ ended_at: null, ...more },
});
const report = (month: string, verdict = 'compliant', unobserved = '0.000', basis = 'time') => ({
  ...{ id: `s.${month}`, sla_id: 's', month, issue: 1, issued_at: iso(0), digest: `d-${month}`, supersedes: null },
  report: JSON.stringify({ verdict, unobserved_minutes: unobserved, terms: { availability_basis: basis } }),
});
const issued = (...list: ReturnType<typeof report>[]) => ({ sla: [sla()], sla_report: list });
const [JAN, FEB, MAR] = ['2026-01', '2026-02', '2026-03'] as const;

const AVL_01: CheckCase[] = [
  { name: 'no agreement', world: {}, state: 'not_applicable', population: 0 },
  {
    name: 'each month held',
    world: { records: issued(report(JAN), report(FEB), report(MAR)), asOf: 100 },
    state: 'pass',
    population: 3,
  },
  {
    name: 'one did not',
    world: { records: issued(report(JAN), report(FEB, 'breached'), report(MAR)), asOf: 100 },
    state: 'fail',
    items: ['sla s 2026-02'],
    population: 3,
  },
  {
    name: 'a report is missing',
    world: { records: issued(report(JAN), report(MAR)), asOf: 100 },
    state: 'insufficient_data',
    population: 3,
    summary: /API, 2026-02: no report was issued/,
  },
  {
    name: 'a missing interval',
    world: { records: issued(report(JAN), report(FEB), report(MAR, 'compliant', '0.001')), asOf: 100 },
    state: 'insufficient_data',
    population: 3,
    summary: /0\.001 minutes/,
  },
  {
    name: 'no request is no missing interval',
    world: { records: issued(report(JAN), report(FEB), report(MAR, 'compliant', '60.000', 'requests')), asOf: 100 },
    state: 'pass',
    population: 3,
  },
  {
    name: 'nothing measured',
    world: { records: issued(report(JAN, 'no_data'), report(FEB), report(MAR)), asOf: 100 },
    state: 'insufficient_data',
    population: 3,
  },
  {
    name: 'a report that cannot be read',
    world: { records: { sla: [sla()], sla_report: [{ ...report(JAN), report: '{}' }] }, asOf: 40 },
    period: [0, 40],
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'a day is judged by the month before',
    world: { records: issued(report(JAN)), asOf: 41 },
    period: [40, 41],
    state: 'pass',
    population: 1,
  },
  {
    name: 'no month is closed',
    world: { records: issued(), asOf: 10 },
    period: [0, 10],
    state: 'insufficient_data',
    population: 0,
  },
  {
    name: 'ended before the period',
    world: { records: { sla: [sla({ ended_at: iso(10) })] } },
    period: [20, 60],
    state: 'not_applicable',
    population: 0,
  },
];

const incident = (more = {}) => ({
  incident: [
    {
      ...{
        id: 'i',
        title: 'Leak',
        severity: 'high' as const,
        detected_at: iso(10),
        responded_at: iso(10.1),
        resolved_at: null,
      },
      ...{ personal_data: false, aware_at: null, authority_told_at: null, notice_reason: '', note: '' },
      ...more,
    },
  ],
});
const MINUTE = 1 / 1440;
const breach = (more = {}) => incident({ personal_data: true, aware_at: iso(11), ...more });
const INC_01: CheckCase[] = [
  {
    name: 'exactly 240 minutes',
    world: { records: incident({ responded_at: iso(10 + 240 * MINUTE) }) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a second more',
    world: { records: incident({ responded_at: iso(10 + 240 * MINUTE + SECOND) }) },
    state: 'fail',
    items: ['incident i'],
    population: 1,
  },
  {
    name: 'never answered',
    world: { records: incident({ responded_at: null }) },
    state: 'fail',
    items: ['incident i'],
    population: 1,
  },
  {
    name: 'still within its time',
    world: { records: incident({ responded_at: null }), asOf: 10 + 240 * MINUTE },
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'the authority told after exactly 72 hours',
    world: { records: breach({ authority_told_at: iso(14) }) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a second later',
    world: { records: breach({ authority_told_at: iso(14 + SECOND) }) },
    state: 'fail',
    items: ['incident i'],
    population: 1,
  },
  {
    name: 'later, with the reason',
    world: { records: breach({ authority_told_at: iso(20), notice_reason: 'r' }) },
    state: 'pass',
    population: 1,
  },
  { name: 'never told', world: { records: breach() }, state: 'fail', items: ['incident i'], population: 1 },
  { name: 'not told yet', world: { records: breach(), asOf: 14 }, state: 'insufficient_data', population: 1 },
  {
    name: 'known since it was detected',
    world: { records: breach({ aware_at: null, authority_told_at: iso(13 + SECOND) }) },
    state: 'fail',
    items: ['incident i'],
    population: 1,
  },
  {
    name: 'an answer that came after what is known',
    world: { records: incident({ responded_at: iso(30) }), asOf: 20 },
    state: 'fail',
    items: ['incident i'],
    population: 1,
  },
  {
    name: 'detected before the period',
    world: { records: incident({ responded_at: null }) },
    period: [20, 100],
    state: 'insufficient_data',
    population: 0,
  },
];

const workspace = (threads: number, max_threads: number, max_users = 50) => ({
  workspace: [{ id: 'w', name: 'W', description: '', max_threads, max_users, max_log_retention_days: 365, threads }],
});
const CAP_01: CheckCase[] = [
  {
    name: 'exactly 80 percent',
    world: { records: workspace(80, 100) },
    period: [0, 365],
    state: 'pass',
    population: 1,
  },
  {
    name: 'one more',
    world: { records: workspace(81, 100) },
    period: [0, 365],
    state: 'fail',
    items: ['workspace w'],
    population: 1,
  },
  {
    name: 'members',
    world: { records: workspace(0, 100, 1), present: [{ kind: 'member', id: 'm', data: aMember('m') }] },
    period: [0, 365],
    state: 'fail',
    items: ['workspace w'],
    population: 1,
  },
  {
    name: 'members who are suspended',
    world: {
      records: workspace(0, 100, 1),
      present: [{ kind: 'member', id: 'm', data: aMember('m', { status: 'suspended' }) }],
    },
    period: [0, 365],
    state: 'pass',
    population: 1,
  },
  {
    name: 'a limit of none, not used',
    world: { records: workspace(0, 0) },
    period: [0, 365],
    state: 'pass',
    population: 1,
  },
  {
    name: 'another share',
    world: { records: workspace(50, 100) },
    period: [0, 365],
    parameters: { quota_percent: 49 },
    state: 'fail',
    items: ['workspace w'],
    population: 1,
  },
  { name: 'ended a day ago', world: { records: workspace(1, 100) }, period: [0, 364], state: 'pass', population: 1 },
  {
    name: 'ended longer ago',
    world: { records: workspace(1, 100) },
    period: [0, 364 - SECOND],
    state: 'insufficient_data',
    population: 0,
  },
  { name: 'no workspace', world: {}, period: [0, 365], state: 'insufficient_data', population: 0 },
];

const facts = { syncedAt: at(365), size: 10, signedSize: 10, rootMatches: true, alarms: 0, foreign: 0 };
const MIR_01: CheckCase[] = [
  { name: 'on the platform', world: {}, state: 'not_applicable', population: 0, summary: /console/ },
  { name: 'fresh and equal', world: { mirror: facts }, state: 'pass', population: 5 },
  { name: 'exactly 24 hours old', world: { mirror: { ...facts, checkedAt: at(366) } }, state: 'pass', population: 5 },
  {
    name: 'a second older',
    world: { mirror: { ...facts, checkedAt: at(366 + SECOND) } },
    state: 'fail',
    items: ['mirror age'],
    population: 5,
  },
  {
    name: 'everything else',
    world: { mirror: { ...facts, size: 9, rootMatches: false, alarms: 1, foreign: 2 } },
    state: 'fail',
    items: ['mirror alarms', 'mirror foreign', 'mirror root', 'mirror size'],
    population: 5,
  },
  { name: 'never synced', world: { mirror: { ...facts, syncedAt: null } }, state: 'insufficient_data', population: 0 },
];

itComesTo('AVL-01', AVL_01);
itComesTo('INC-01', INC_01);
itComesTo('CAP-01', CAP_01);
itComesTo('MIR-01', MIR_01);

it('closes months where their zone does', () => {
  const span = { from: at(0), to: at(59) };
  const months = (zone: string, asOf: number) =>
    closedMonths(sla({ revisions: [revision(zone, 'time', -60)] }), span, asOf).map(({ month }) => month);
  expect(months('UTC', at(59))).toEqual([JAN, FEB]);
  expect(months('UTC', at(59) - 1)).toEqual([JAN]);
  // West of Greenwich December still lasts when the period begins, and February when it ends.
  expect(months('America/New_York', at(59))).toEqual(['2025-12', JAN]);
});
