import { itComesTo, SECOND } from '../../../../test/support/checkLog.ts';
import { type CheckCase, iso, type TestEvent, type TestRecords } from '../../../../test/support/checkWorld.ts';
import type { RetentionPolicy } from '../../../entities/index.ts';
import type { ModeSettings } from '../../modes.ts';

const act = (day: number, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day, action: 'thread.update', actor: 'user:u-a', target: 'thread:t', ...more },
});
const policy = (id: string, more: Partial<RetentionPolicy> = {}) => ({
  ...{ id, name: id, event_class: null, workspace_id: null, keep: 'P1Y', max: null, purpose: 'audits' },
  ...{ basis: 'policy' as const, citation: '', ...more },
});
const SETTINGS: ModeSettings = {
  ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
  ...{ data_residency: null, audit_log_retention: 'P1Y', audit_log_retention_max: null, purpose: 'audits' },
};
type Revision = readonly [day: number, enabled: boolean, more?: Partial<ModeSettings>];
/** A mode and what it was from each day on. */
const mode = (id: string, ...list: readonly Revision[]) => {
  const revisions = list.map(([day, enabled, more]) => ({
    ...{ at: iso(day), by: 'u', enabled, settings: { ...SETTINGS, ...more }, reason: '' },
  }));
  const { enabled, settings } = revisions.at(-1)!;
  return { id, enabled, settings, revisions, created_at: iso(list[0]![0]) };
};
const modes = (...list: ReturnType<typeof mode>[]) => ({ compliance_mode: list });
const policies = (...list: ReturnType<typeof policy>[]) => ({ retention_policy: list });
const rules = (...all: TestRecords[]): TestRecords => Object.assign({}, ...all);

const HIPAA = modes(mode('hipaa', [0, true, { audit_log_retention: 'P6Y' }]));
const RET_01: CheckCase[] = [
  { name: 'no mode', world: { records: policies(policy('p')) }, state: 'not_applicable', population: 0 },
  { name: 'no policy: without end', world: { records: HIPAA }, state: 'pass', population: 1 },
  {
    name: 'six years',
    world: { records: rules(HIPAA, policies(policy('p', { keep: 'P6Y' }))) },
    state: 'pass',
    population: 2,
  },
  {
    name: '2,191 days, a day short over two 29 February',
    world: { records: rules(HIPAA, policies(policy('p', { keep: 'P2191D' }))) },
    state: 'fail',
    items: ['retention_policy p'],
    population: 2,
  },
  {
    name: '2,192 days',
    world: { records: rules(HIPAA, policies(policy('p', { keep: 'P2192D' }))) },
    state: 'pass',
    population: 2,
  },
  {
    name: 'a mode below its law',
    world: { records: rules(modes(mode('hipaa', [0, true, { audit_log_retention: 'P1Y' }])), policies(policy('p'))) },
    state: 'fail',
    items: ['retention_policy p'],
    population: 2,
  },
  {
    name: 'the strictest of two modes',
    world: {
      records: rules(
        modes(mode('soc2', [0, true, { audit_log_retention: 'P18M' }]), mode('pci-dss', [0, true])),
        policies(policy('p')),
      ),
    },
    state: 'fail',
    items: ['retention_policy p'],
    population: 2,
  },
  {
    name: 'a mode that came after the period',
    world: { records: rules(modes(mode('hipaa', [100, true])), policies(policy('p'))) },
    state: 'not_applicable',
    population: 0,
  },
  {
    name: 'a mode switched off after the period',
    world: { records: rules(modes(mode('hipaa', [0, true], [100, false])), policies(policy('p'))) },
    state: 'fail',
    items: ['retention_policy p'],
    population: 2,
  },
  {
    name: 'a mode switched off in it',
    world: { records: rules(modes(mode('hipaa', [0, true], [99, false])), policies(policy('p'))) },
    state: 'not_applicable',
    population: 0,
  },
  {
    name: 'a policy changed since',
    world: { records: rules(HIPAA, policies({ ...policy('p', { keep: 'P6Y' }), updated_at: iso(100) })) },
    state: 'insufficient_data',
    population: 2,
  },
  {
    name: 'a policy made since',
    world: { records: rules(HIPAA, policies({ ...policy('p'), created_at: iso(100) })) },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a policy removed since',
    world: { records: HIPAA, events: [act(120, { action: 'retention_policy.delete' })] },
    state: 'insufficient_data',
    population: 1,
  },
  {
    name: 'revisions that are gone',
    world: { records: modes({ ...mode('hipaa', [150, true]), created_at: iso(0) }) },
    state: 'insufficient_data',
    population: 1,
    summary: /hipaa at that time is not kept/,
  },
];

const GDPR = modes(mode('gdpr', [0, true, { audit_log_retention_max: 'P3Y' }]));
const RET_02: CheckCase[] = [
  { name: 'no ceiling anywhere', world: { records: policies(policy('p')) }, state: 'not_applicable', population: 0 },
  { name: 'at its ceiling', world: { records: policies(policy('p', { max: 'P1Y' })) }, state: 'pass', population: 1 },
  {
    name: 'beyond its ceiling by a leap day',
    world: { records: policies(policy('p', { max: 'P365D' })) },
    state: 'fail',
    items: ['retention_policy p'],
    population: 1,
  },
  {
    name: 'ceiling, purpose, three years',
    world: { records: rules(GDPR, policies(policy('p', { max: 'P3Y' }))) },
    state: 'pass',
    population: 2,
  },
  {
    name: 'longer than the mode allows',
    world: { records: rules(GDPR, policies(policy('p', { max: 'P37M' }))) },
    state: 'fail',
    items: ['retention_policy p'],
    population: 2,
  },
  {
    name: 'no ceiling under GDPR',
    world: { records: rules(GDPR, policies(policy('p'))) },
    state: 'fail',
    items: ['retention_policy p'],
    population: 2,
  },
  { name: 'no policy under GDPR', world: { records: GDPR }, state: 'fail', items: ['default'], population: 2 },
  {
    name: 'a class without one',
    world: { records: rules(GDPR, policies(policy('p', { max: 'P3Y', event_class: 'data' }))) },
    state: 'fail',
    items: ['default'],
    population: 3,
  },
  {
    name: 'no purpose',
    world: {
      records: rules(
        modes(mode('gdpr', [0, true, { purpose: ' ' }])),
        policies(policy('p', { max: 'P3Y', purpose: '' })),
      ),
    },
    state: 'fail',
    items: ['mode gdpr', 'retention_policy p'],
    population: 2,
  },
  {
    name: 'another mode must keep longer',
    world: {
      records: rules(
        modes(
          mode('gdpr', [0, true, { audit_log_retention_max: 'P3Y' }]),
          mode('hipaa', [0, true, { audit_log_retention: 'P6Y' }]),
        ),
        policies(policy('p', { keep: 'P6Y', max: 'P6Y' })),
      ),
    },
    state: 'pass',
    population: 2,
  },
  {
    name: 'a policy changed since',
    world: { records: policies({ ...policy('p', { max: 'P1Y' }), updated_at: iso(100) }) },
    state: 'insufficient_data',
    population: 1,
  },
];

const ceiling = (id: string, max: string, more: Partial<RetentionPolicy> = {}) =>
  policy(id, { keep: 'P1D', max, ...more });
const RET_03: CheckCase[] = [
  {
    name: 'no ceiling',
    world: { events: [act(1)], records: policies(policy('p')) },
    state: 'not_applicable',
    population: 0,
  },
  {
    name: 'exactly as old as allowed',
    world: { events: [act(70), act(80)], records: policies(ceiling('p', 'P30D')) },
    state: 'pass',
    population: 2,
  },
  {
    name: 'a second older',
    world: { events: [act(70 - SECOND), act(80)], records: policies(ceiling('p', 'P30D')) },
    state: 'fail',
    items: ['event 0'],
    population: 2,
  },
  {
    name: 'its class may be kept longer',
    world: {
      events: [act(50), act(51, { action: 'auth.login' })],
      records: policies(ceiling('p', 'P30D'), ceiling('a', 'P60D', { event_class: 'authentication' })),
    },
    state: 'fail',
    items: ['event 0'],
    population: 2,
  },
  {
    name: 'a class without a policy',
    world: {
      events: [act(1, { action: 'member.create' })],
      records: policies(ceiling('d', 'P1D', { event_class: 'data' })),
    },
    state: 'pass',
    population: 1,
  },
  {
    name: 'a past day',
    world: { events: [act(10), act(60)], records: policies(ceiling('p', 'P30D')), asOf: 300 },
    period: [0, 40],
    state: 'pass',
    population: 1,
  },
  {
    name: 'a policy of one workspace',
    world: { events: [act(1)], records: policies(ceiling('w', 'P1D', { workspace_id: 'w' }), ceiling('p', 'P1Y')) },
    state: 'pass',
    population: 1,
    summary: /1 policy of single workspaces not looked at/,
  },
  {
    name: 'pruned since',
    world: {
      events: [act(90)],
      begin: 256,
      records: {
        ...policies(ceiling('p', 'P30D')),
        pruning: [
          { id: 'q', from: 0, to: 256, root: '', shredded: 0, policies: [], event_seq: 9, at: iso(200), by: 'p' },
        ],
      },
    },
    state: 'insufficient_data',
    population: 1,
  },
  { name: 'no event', world: { records: policies(ceiling('p', 'P30D')) }, state: 'insufficient_data', population: 0 },
];

itComesTo('RET-01', RET_01);
itComesTo('RET-02', RET_02);
itComesTo('RET-03', RET_03);
