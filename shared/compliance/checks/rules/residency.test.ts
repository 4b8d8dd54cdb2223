import { describe, expect, it } from 'vitest';
import {
  aMember,
  anOrganization,
  type CheckCase,
  compared,
  days,
  iso,
  type TestChange,
  type TestWorld,
} from '../../../../test/support/checkWorld.ts';
import type { Safeguards } from '../../../entities/index.ts';
import { inEea, uncovered } from './residency.ts';

const MS = 1 / 86_400_000;
const day = (n: number): string => iso(n).slice(0, 10);

const org = (at: number, region: string): TestChange => ({
  ...{ day: at, kind: 'organization', id: 'acme', data: anOrganization({ region }) },
});
const withheld = (at: number): TestChange => ({ day: at, kind: 'organization', id: 'acme', data: 'unknown' });
const operator = (region: string, at = 0): Safeguards => ({
  ...{ id: 'safeguards', org_id: 'acme', updated_at: iso(at), audit_logging: true, region, data_keys: [], version: 1 },
  at_rest: { on: true, basis: 'declared', detail: '' },
  in_transit: { on: true, basis: 'declared', detail: '' },
});
/** A mode by its revisions: from each day on the regions it allows; undefined: it is off. */
const mode = (id: string, ...revisions: (readonly [at: number, regions: string[] | null | undefined])[]) => {
  const all = revisions.map(([at, regions]) => ({
    ...{ at: iso(at), by: 'u-owner', enabled: regions !== undefined, reason: '' },
    settings: {
      ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
      ...{ data_residency: regions ?? null, audit_log_retention: 'P1Y', audit_log_retention_max: null, purpose: 'p' },
    },
  }));
  const last = all.at(-1)!;
  return { id, enabled: last.enabled, settings: last.settings, created_at: all[0]!.at, revisions: all };
};
type Modes = ReturnType<typeof mode>[];
const EU = mode('gdpr', [0, ['eu']]);
const world = (compliance_mode: Modes, changes: TestChange[], safeguards: Safeguards | null): TestWorld => ({
  ...{ changes, safeguards, records: { compliance_mode } },
});
const own = (region: string, at: number): string => `region ${region} organization ${iso(at)}`;
const declared = (region: string, at: number): string => `region ${region} platform ${iso(at)}`;
const forgotten = { ...EU, revisions: [] };

const RES_01: CheckCase[] = [
  { name: 'no mode', world: world([], [org(0, 'us-1')], operator('us-1')), state: 'not_applicable' },
  {
    name: 'a mode without regions',
    world: world([mode('soc2', [0, null])], [org(0, 'us-1')], operator('us-1')),
    state: 'not_applicable',
  },
  {
    name: 'both allowed',
    world: world([EU], [org(0, 'eu-central-1')], operator('eu-1')),
    state: 'pass',
    population: 2,
  },
  {
    name: 'the organization elsewhere',
    world: world([EU], [org(0, 'us-1')], operator('eu-1')),
    ...{ state: 'fail', items: [own('us-1', 0)], population: 2 },
  },
  {
    name: 'the operator elsewhere',
    world: world([EU], [org(0, 'eu-1')], operator('us-1')),
    ...{ state: 'fail', items: [declared('us-1', 0)] },
  },
  {
    name: 'a name that begins alike is another',
    world: world([EU], [org(0, 'europe-1')], operator('eu')),
    state: 'fail',
    items: [own('europe-1', 0)],
  },
  {
    name: 'a region that is not said is in no set',
    world: world([EU], [org(0, 'any')], operator('eu')),
    state: 'fail',
    items: [own('any', 0)],
  },
  {
    name: 'elsewhere for a millisecond',
    world: world([EU], [org(0, 'eu-1'), org(50, 'us-1'), org(50 + MS, 'eu-1')], operator('eu')),
    ...{ state: 'fail', items: [own('us-1', 50)], population: 4 },
  },
  {
    name: 'elsewhere up to the first instant',
    world: world([EU], [org(0, 'us-1'), org(20, 'eu-1')], operator('eu')),
    ...{ period: [20, 100], state: 'pass', population: 2 },
  },
  {
    name: 'a millisecond longer',
    world: world([EU], [org(0, 'us-1'), org(20 + MS, 'eu-1')], operator('eu')),
    ...{ period: [20, 100], state: 'fail', items: [own('us-1', 20)] },
  },
  {
    name: 'elsewhere from the end on',
    world: world([EU], [org(0, 'eu-1'), org(100, 'us-1')], operator('eu')),
    state: 'pass',
    population: 2,
  },
  {
    name: 'a demand that came within the period',
    world: world([mode('gdpr', [30, ['eu']])], [org(0, 'us-1')], operator('eu')),
    ...{ state: 'fail', items: [own('us-1', 30)], population: 2 },
  },
  {
    name: 'a demand that was dropped before it',
    world: world([mode('gdpr', [0, ['eu']], [20, undefined])], [org(0, 'us-1')], operator('eu')),
    ...{ period: [20, 100], state: 'not_applicable' },
  },
  {
    name: 'two modes that no region suits',
    world: world([EU, mode('hipaa', [0, ['us']])], [org(0, 'eu-1')], operator('eu-1')),
    ...{ state: 'fail', items: [own('eu-1', 0), declared('eu-1', 0)] },
  },
  {
    name: 'the operator said nothing',
    world: world([EU], [org(0, 'eu-1')], null),
    state: 'insufficient_data',
    summary: /was not declared/,
  },
  {
    name: 'the operator said so at the end',
    world: world([EU], [org(0, 'eu-1')], operator('us-1', 100)),
    ...{ state: 'insufficient_data', population: 1 },
  },
  {
    name: 'the operator said so a millisecond before the end',
    world: world([EU], [org(0, 'eu-1')], operator('us-1', 100 - MS)),
    ...{ state: 'fail', items: [declared('us-1', 100 - MS)] },
  },
  {
    name: 'no organization',
    world: world([EU], [], operator('eu')),
    state: 'insufficient_data',
    summary: /organization is not known/,
  },
  {
    name: 'a change was withheld',
    world: world([EU], [org(0, 'eu-1'), withheld(50)], operator('eu')),
    ...{ state: 'insufficient_data', summary: /is withheld/ },
  },
  {
    name: 'elsewhere before a withheld change, and what came of it is not judged',
    world: world([EU], [org(0, 'us-1'), withheld(50)], operator('eu')),
    ...{ period: [50, 100], state: 'insufficient_data', population: 1, summary: /is withheld/ },
  },
  {
    name: 'the first change was withheld',
    world: world([EU], [withheld(0), org(50, 'eu-1')], operator('eu')),
    ...{ state: 'insufficient_data', summary: /is withheld/ },
  },
  {
    name: 'what the mode was is not kept',
    world: world([forgotten], [org(0, 'eu-1')], operator('eu')),
    state: 'insufficient_data',
  },
];

const transfer = (subject: string, from: string, until: string | null, more = {}) => ({
  ...{
    id: `t ${subject} ${from}`,
    subject,
    mechanism: 'standard_clauses' as const,
    reference: 'r',
    from,
    until,
    ...more,
  },
});
const member = (at: number, more = {}): TestChange => ({ day: at, kind: 'member', id: 'm', data: aMember('m', more) });
const untoldMember: TestChange = { day: 50, kind: 'member', id: 'm', data: 'unknown' };
const abroad = (region: string, ...transfer_mechanism: ReturnType<typeof transfer>[]): TestWorld => ({
  ...world([EU], [org(0, region)], operator('eu')),
  records: { compliance_mode: [EU], transfer_mechanism },
});
const reading = (changes: TestChange[], ...transfer_mechanism: ReturnType<typeof transfer>[]): TestWorld => ({
  ...world([EU], [org(0, 'eu-1'), ...changes], operator('eu')),
  records: { compliance_mode: [EU], transfer_mechanism },
});
const US = [own('us-1', 0)];

const RES_02: CheckCase[] = [
  {
    name: 'the GDPR mode is not on',
    world: world([mode('soc2', [0, null])], [org(0, 'us-1')], operator('eu')),
    state: 'not_applicable',
  },
  {
    name: 'switched on at the end',
    world: world([mode('gdpr', [100, null])], [org(0, 'us-1')], operator('eu')),
    state: 'not_applicable',
  },
  {
    name: 'switched on a millisecond before',
    world: world([mode('gdpr', [100 - MS, null])], [org(0, 'us-1')], operator('eu')),
    state: 'fail',
    items: US,
  },
  { name: 'within the EEA', world: abroad('eu-west-1'), state: 'pass', population: 2 },
  {
    name: 'the United Kingdom under a European name',
    world: abroad('eu-west-2'),
    state: 'fail',
    items: [own('eu-west-2', 0)],
  },
  { name: 'outside, without a mechanism', world: abroad('us-1'), state: 'fail', items: US, population: 2 },
  {
    name: 'outside, with one',
    world: abroad('us-1', transfer('region us', day(0), null)),
    state: 'pass',
    population: 2,
  },
  {
    name: 'for another region',
    world: abroad('us-1', transfer('region us-2', day(0), null)),
    state: 'fail',
    items: US,
  },
  { name: 'up to the last day', world: abroad('us-1', transfer('region us-1', day(0), day(99))), state: 'pass' },
  {
    name: 'up to the day before',
    world: abroad('us-1', transfer('region us-1', day(0), day(98))),
    state: 'fail',
    items: US,
  },
  {
    name: 'from the second day on',
    world: abroad('us-1', transfer('region us-1', day(1), null)),
    state: 'fail',
    items: US,
  },
  {
    name: 'one follows the other',
    world: abroad('us-1', transfer('region us-1', day(40), null), transfer('region us-1', day(0), day(39))),
    state: 'pass',
  },
  {
    name: 'a day between two',
    world: abroad('us-1', transfer('region us-1', day(41), null), transfer('region us-1', day(0), day(39))),
    ...{ state: 'fail', items: US },
  },
  {
    name: 'recorded at the end of the period',
    world: abroad('us-1', transfer('region us-1', day(0), null, { created_at: iso(100) })),
    ...{ state: 'fail', items: US },
  },
  {
    name: 'a region that is not said',
    world: abroad('any'),
    state: 'insufficient_data',
    summary: /A region is not said/,
  },
  { name: 'a member nobody marked', world: reading([member(0)]), state: 'pass', population: 2 },
  {
    name: 'a member with a mechanism',
    world: reading([member(0)], transfer('member m', day(0), null)),
    state: 'pass',
    population: 3,
  },
  {
    name: 'whose mechanism ended',
    world: reading([member(0)], transfer('member m', day(0), day(50))),
    state: 'fail',
    items: ['member m'],
  },
  {
    name: 'who was suspended when it ended',
    world: reading([member(0), member(51, { status: 'suspended' })], transfer('member m', day(0), day(50))),
    ...{ state: 'pass', population: 3 },
  },
  {
    name: 'who was active a millisecond longer',
    world: reading([member(0), member(51 + MS, { status: 'suspended' })], transfer('member m', day(0), day(50))),
    ...{ state: 'fail', items: ['member m'] },
  },
  {
    name: 'who is named, and of whom a change is withheld',
    world: reading([member(0), untoldMember], transfer('member m', day(0), null)),
    ...{ state: 'insufficient_data', summary: /1 member who may be marked/ },
  },
  {
    name: 'of whom a change is withheld, and a domain is named',
    world: reading([untoldMember], transfer('domain acme.test', day(0), null)),
    state: 'insufficient_data',
  },
  {
    name: 'whom no mechanism can name, withheld',
    world: reading([member(0), untoldMember], transfer('member other', day(0), null)),
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'a whole domain',
    world: reading([member(0)], transfer('domain ACME.test', day(0), day(50))),
    state: 'fail',
    items: ['member m'],
  },
  { name: 'the operator said nothing', world: { ...abroad('eu-1'), safeguards: null }, state: 'insufficient_data' },
  {
    name: 'what the mode was is not kept',
    world: world([forgotten], [org(0, 'eu-1')], operator('eu')),
    state: 'insufficient_data',
  },
];

describe.each([
  ['RES-01', RES_01],
  ['RES-02', RES_02],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});

describe('inEea', () => {
  it.each([
    ...['eu', 'eu-north-1', 'europe-west3', 'de', 'de-fra', 'no-oslo', 'eea'].map((one) => [one, true] as const),
    ...['us-1', 'uk', 'gb', 'ch', 'eu-west-2', 'eu-central-2', 'europe-west2', 'europe-west6', 'any', ''].map(
      (one) => [one, false] as const,
    ),
  ])('%s: %s', (region, inside) => expect(inEea(region)).toBe(inside));
});

describe('uncovered', () => {
  const at = (from: number, until: number | null) => ({ from: day(from), until: until === null ? null : day(until) });
  it.each([
    ['nothing', [], 10],
    ['all', [at(0, null)], null],
    ['the first days', [at(0, 14)], 15],
    ['the last days', [at(15, null)], 10],
    ['a gap', [at(17, 30), at(5, 12), at(8, 14)], 15],
    ['the last day alone is open', [at(0, 18)], 19],
    ['each day', [at(0, 19)], null],
  ] as const)('%s', (_name, mechanisms, first) => {
    expect(uncovered(mechanisms, days(10, 20))).toBe(first === null ? null : days(first, 99).from);
  });
});
