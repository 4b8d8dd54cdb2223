import { expect, it } from 'vitest';
import { itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import {
  aMember,
  anOrganization,
  type CheckCase,
  DAY,
  iso,
  START,
  type TestChange,
} from '../../../../test/support/checkWorld.ts';
import type { Safeguards } from '../../../entities/index.ts';
import { inEea, uncovered } from './residency.ts';

const at = (day: number): number => START + day * DAY;
const mode = (id: string, regions: string[] | null, from: number, to: number | null = null) => {
  const settings = {
    ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
    ...{ data_residency: regions, audit_log_retention: 'P1Y', audit_log_retention_max: null, purpose: 'p' },
  };
  const of = (day: number, enabled: boolean) => ({ at: iso(day), by: 'u', enabled, settings, reason: '' });
  const revisions = [of(from, true), ...(to === null ? [] : [of(to, false)])];
  return { id, enabled: to === null, settings, revisions, created_at: iso(from) };
};
const EU = { compliance_mode: [mode('gdpr', ['eu'], 0)] };
const told = (more: Partial<Safeguards> = {}): Safeguards => ({
  ...{ id: 'safeguards', org_id: 'acme', updated_at: iso(0), audit_logging: true, region: 'eu-central-1', version: 1 },
  at_rest: { on: true, basis: 'measured', detail: '' },
  in_transit: { on: true, basis: 'declared', detail: '' },
  data_keys: [{ id: 'k', purpose: 'disclosures', created_at: iso(0) }],
  ...more,
});
const org = (day: number, region: string): TestChange => ({
  ...{ day, kind: 'organization', id: 'acme', data: anOrganization({ region }) },
});
const member = (day: number, email: string, more = {}): TestChange => ({
  ...{ day, kind: 'member', id: 'm', data: aMember('m', { email, ...more }) },
});
const mechanism = (subject: string, from: string, until: string | null = null) => ({
  transfer_mechanism: [{ id: 't', subject, mechanism: 'standard_clauses' as const, reference: 'r', from, until }],
});

const RES_01: CheckCase[] = [
  {
    name: 'inside',
    world: { changes: [org(0, 'eu-central-1')], safeguards: told(), records: EU },
    state: 'pass',
    population: 2,
  },
  {
    name: 'outside for a day',
    world: {
      changes: [org(0, 'eu-west-1'), org(50, 'us-east-1'), org(51, 'eu-west-1')],
      safeguards: told(),
      records: EU,
    },
    state: 'fail',
    items: [`region us-east-1 organization ${iso(50)}`],
    population: 4,
  },
  {
    name: 'outside before the period',
    world: { changes: [org(0, 'us-east-1'), org(10, 'eu-west-1')], safeguards: told(), records: EU },
    period: [10, 20],
    state: 'pass',
    population: 2,
  },
  {
    name: 'the operator elsewhere',
    world: { changes: [org(0, 'eu-west-1')], safeguards: told({ region: 'us-east-1' }), records: EU },
    state: 'fail',
    items: [`region us-east-1 platform ${iso(0)}`],
    population: 2,
  },
  {
    name: 'the mode came later',
    world: {
      changes: [org(0, 'us-east-1'), org(50, 'eu-west-1')],
      safeguards: told(),
      records: { compliance_mode: [mode('gdpr', ['eu'], 50)] },
    },
    state: 'pass',
    population: 2,
  },
  {
    name: 'the mode went in time',
    world: {
      changes: [org(0, 'eu-west-1'), org(50, 'us-east-1')],
      safeguards: told(),
      records: { compliance_mode: [mode('gdpr', ['eu'], 0, 50)] },
    },
    state: 'pass',
    population: 2,
  },
  {
    name: 'no mode limits regions',
    world: { changes: [org(0, 'us-east-1')], records: { compliance_mode: [mode('soc2', null, 0)] } },
    state: 'not_applicable',
    population: 0,
  },
  {
    name: 'nothing declared',
    world: { changes: [org(0, 'eu-west-1')], records: EU },
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'declared at the end',
    world: { changes: [org(0, 'eu-west-1')], safeguards: told({ updated_at: iso(100) }), records: EU },
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'anywhere is nowhere',
    world: { changes: [org(0, 'any')], safeguards: told(), records: EU },
    state: 'fail',
    items: [`region any organization ${iso(0)}`],
    population: 2,
  },
];

const US = { changes: [org(0, 'us-east-1')], safeguards: told({ region: 'us-east-1' }) };
const OPEN = [`region us-east-1 organization ${iso(0)}`, `region us-east-1 platform ${iso(0)}`];
const HOME = { changes: [org(0, 'eu-west-1')], safeguards: told() };
const RES_02: CheckCase[] = [
  { name: 'the mode is off', world: US, state: 'not_applicable', population: 0 },
  { name: 'within the EEA', world: { ...HOME, records: EU }, state: 'pass', population: 2 },
  { name: 'outside without a mechanism', world: { ...US, records: EU }, state: 'fail', items: OPEN, population: 2 },
  {
    name: 'outside with one',
    world: { ...US, records: { ...EU, ...mechanism('region us', '2026-01-01') } },
    state: 'pass',
    population: 2,
  },
  {
    name: 'one up to the last day',
    world: { ...US, records: { ...EU, ...mechanism('region us', '2026-01-01', '2026-04-10') } },
    state: 'pass',
    population: 2,
  },
  {
    name: 'one that ended a day early',
    world: { ...US, records: { ...EU, ...mechanism('region us', '2026-01-01', '2026-04-09') } },
    state: 'fail',
    items: OPEN,
    population: 2,
  },
  {
    name: 'a member named, while active',
    world: {
      ...HOME,
      changes: [...HOME.changes, member(0, 'a@b.test'), member(50, 'a@b.test', { status: 'suspended' })],
      records: { ...EU, ...mechanism('member m', '2026-01-01', '2026-02-19') },
    },
    state: 'pass',
    population: 3,
  },
  {
    name: 'a member whose mechanism ended',
    world: {
      ...HOME,
      changes: [...HOME.changes, member(0, 'a@b.test')],
      records: { ...EU, ...mechanism('domain b.test', '2026-01-01', '2026-02-19') },
    },
    state: 'fail',
    items: ['member m'],
    population: 3,
  },
  {
    name: 'a member nobody marked',
    world: { ...HOME, changes: [...HOME.changes, member(0, 'a@b.test')], records: EU },
    state: 'pass',
    population: 2,
  },
  {
    name: 'a region that is not said',
    world: { changes: [org(0, 'any')], safeguards: told(), records: EU },
    state: 'insufficient_data',
    population: 1,
  },
];

const flags = (name: 'at_rest' | 'in_transit', said: RegExp): CheckCase[] => [
  { name: 'on', world: { safeguards: told() }, state: 'pass', population: 1, summary: said },
  {
    name: 'off',
    world: { safeguards: told({ [name]: { on: false, basis: 'none', detail: 'no key' } }) },
    state: 'fail',
    items: [`safeguard ${name}`],
    population: 1,
  },
  { name: 'not told', world: {}, state: 'insufficient_data', population: 0 },
  {
    name: 'told at the end',
    world: { safeguards: told({ updated_at: iso(100) }) },
    state: 'insufficient_data',
    population: 0,
  },
  {
    name: 'told a second earlier',
    world: { safeguards: told({ updated_at: iso(100 - SECOND) }) },
    state: 'pass',
    population: 1,
  },
];
const keys = (...made: number[]) =>
  told({ data_keys: made.map((day, i) => ({ id: `k${i}`, purpose: 'p', created_at: iso(day) })) });
const ENC_03: CheckCase[] = [
  { name: 'exactly its cryptoperiod', world: { safeguards: keys(-265) }, state: 'pass', population: 1 },
  {
    name: 'a second older',
    world: { safeguards: keys(-265 - SECOND, 50) },
    state: 'fail',
    items: ['data_key k0'],
    population: 2,
  },
  { name: 'made after the period', world: { safeguards: keys(50, 120) }, state: 'pass', population: 1 },
  {
    name: 'a shorter one',
    world: { safeguards: keys(60) },
    parameters: { cryptoperiod_days: 30 },
    state: 'fail',
    items: ['data_key k0'],
    population: 1,
  },
  { name: 'no key', world: { safeguards: keys() }, state: 'insufficient_data', population: 0 },
  { name: 'not told', world: {}, state: 'insufficient_data', population: 0 },
];

itComesTo('RES-01', RES_01);
itComesTo('RES-02', RES_02);
itComesTo('ENC-01', flags('at_rest', /knows so itself/));
itComesTo('ENC-02', flags('in_transit', /operator declares so/));
itComesTo('ENC-03', ENC_03);

it('knows what lies in the EEA', () => {
  const regions = [
    'eu',
    'eu-central-1',
    'europe-west1',
    'de-fra',
    'no',
    'eu-west-2',
    'eu-central-2',
    'europe-west6',
    'us-east-1',
    'uk',
    'any',
    '',
  ];
  expect(regions.filter(inEea)).toEqual(regions.slice(0, 5));
});

it('finds the first instant that no mechanism covers', () => {
  const span = { from: at(0), to: at(10) };
  const two = [
    { from: '2026-01-05', until: null },
    { from: '2025-01-01', until: '2026-01-04' },
  ];
  expect(uncovered(two, span)).toBeNull();
  expect(uncovered([two[0]!], span)).toBe(at(0));
  expect(uncovered([two[1]!], span)).toBe(at(4));
  expect(uncovered([{ from: '2026-01-06', until: null }, two[1]!], span)).toBe(at(4));
});
