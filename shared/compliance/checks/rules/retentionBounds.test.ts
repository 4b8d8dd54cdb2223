import { describe, expect, it } from 'vitest';
import { type CheckCase, compared, iso, type TestEvent } from '../../../../test/support/checkWorld.ts';
import type { DataRequest, LegalHold, RetentionPolicy } from '../../../entities/index.ts';
import type { ModeSettings } from '../../modes.ts';

const MS = 1 / 86_400_000;
const day = (n: number): string => iso(n).slice(0, 10);
const event = (at: number, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day: at, action: 'thread.create', actor: 'user:u-a', target: 'thread:t', ...more },
});

const mode = (id: string, settings: Partial<ModeSettings> = {}, at = 0, enabled = true) => {
  const whole = {
    ...{ audit_logging_enabled: true, encryption_at_rest: true, encryption_in_transit: true, mfa_required: true },
    ...{ data_residency: null, audit_log_retention: 'P1Y', audit_log_retention_max: null, purpose: 'Security.' },
    ...settings,
  };
  const revision = { at: iso(at), by: 'u-owner', enabled, settings: whole, reason: '' };
  return { ...{ id, enabled, settings: whole, created_at: iso(at) }, revisions: [revision] };
};
const forgotten = (id: string) => ({ ...mode(id), revisions: [] });
const policy = (id: string, keep: string, more: Partial<RetentionPolicy> = {}) => ({
  ...{ id, name: `Policy ${id}`, event_class: null, workspace_id: null, keep, max: null, purpose: 'Security.' },
  ...{ basis: 'policy' as const, citation: '', ...more },
});
type Modes = readonly ReturnType<typeof mode>[];
const rules = (compliance_mode: Modes, ...retention_policy: ReturnType<typeof policy>[]) => ({
  records: { compliance_mode, retention_policy },
});

const RET_01: CheckCase[] = [
  { name: 'no mode', world: rules([], policy('p', 'P1D')), state: 'not_applicable' },
  { name: 'kept without end', world: rules([mode('hipaa')]), state: 'pass', population: 1 },
  { name: 'exactly what is asked', world: rules([mode('pci-dss')], policy('p', 'P1Y')), state: 'pass', population: 2 },
  {
    name: '366 days are a year whatever the calendar',
    world: rules([mode('soc2')], policy('p', 'P366D')),
    ...{ state: 'pass', population: 2 },
  },
  {
    name: '365 days are a day short over a 29 February',
    world: rules([mode('pci-dss')], policy('p', 'P365D')),
    ...{ state: 'fail', items: ['retention_policy p'] },
  },
  {
    name: 'the law behind a mode that was set lower',
    world: rules([mode('hipaa', { audit_log_retention: 'P1Y' })], policy('p', 'P5Y'), policy('q', 'P6Y')),
    ...{ state: 'fail', items: ['retention_policy p'], population: 3 },
  },
  {
    name: 'the strictest of several modes',
    world: rules([mode('pci-dss'), mode('soc2', { audit_log_retention: 'P18M' })], policy('p', 'P17M')),
    ...{ state: 'fail', items: ['retention_policy p'] },
  },
  {
    name: 'a mode switched on a millisecond before the end',
    world: rules([mode('soc2', {}, 100 - MS)], policy('p', 'P1D')),
    state: 'fail',
    items: ['retention_policy p'],
  },
  {
    name: 'a mode switched on at the end',
    world: rules([mode('soc2', {}, 100)], policy('p', 'P1D')),
    state: 'not_applicable',
  },
  {
    name: 'a mode that is off',
    world: rules([mode('soc2', {}, 5, false)], policy('p', 'P1D')),
    state: 'not_applicable',
  },
  {
    name: 'a policy made at the end is not of the period',
    world: rules([mode('soc2')], policy('p', 'P1D', { created_at: iso(100), updated_at: iso(100) })),
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'a policy changed at the end',
    world: rules([mode('soc2')], policy('p', 'P1Y', { updated_at: iso(100) })),
    ...{ state: 'insufficient_data', summary: /Changed after the period: p/ },
  },
  {
    name: 'a policy changed a millisecond before it',
    world: rules([mode('soc2')], policy('p', 'P1Y', { updated_at: iso(100 - MS) })),
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'a policy was removed after the period',
    world: { ...rules([mode('soc2')]), events: [event(120, { action: 'retention_policy.delete' })] },
    ...{ state: 'insufficient_data', summary: /removed after the period/ },
  },
  {
    name: 'what was asked for is not kept',
    world: rules([forgotten('soc2')]),
    state: 'insufficient_data',
    summary: /soc2/,
  },
];

const bounded = (max: string | null, more: Partial<RetentionPolicy> = {}) => policy('p', 'P1Y', { max, ...more });
const gdpr = (settings: Partial<ModeSettings> = {}) => mode('gdpr', { audit_log_retention_max: 'P3Y', ...settings });
const RET_02: CheckCase[] = [
  { name: 'nothing sets a ceiling', world: rules([mode('soc2')], policy('p', 'P9Y')), state: 'not_applicable' },
  { name: 'its own ceiling, exactly', world: rules([], bounded('P1Y')), state: 'pass', population: 1 },
  { name: 'beyond its own ceiling', world: rules([], bounded('P11M')), state: 'fail', items: ['retention_policy p'] },
  { name: 'the ceiling of a mode, exactly', world: rules([gdpr()], bounded('P3Y')), state: 'pass', population: 2 },
  {
    name: 'a day beyond it',
    world: rules([gdpr()], bounded('P1097D')),
    ...{ state: 'fail', items: ['retention_policy p'], summary: /^1 failing of 2/ },
  },
  { name: 'GDPR and no ceiling', world: rules([gdpr()], bounded(null)), state: 'fail', items: ['retention_policy p'] },
  {
    name: 'GDPR and no purpose',
    world: rules([gdpr()], bounded('P2Y', { purpose: ' ' })),
    ...{ state: 'fail', items: ['retention_policy p'] },
  },
  {
    name: 'GDPR and a mode without a purpose',
    world: rules([gdpr({ purpose: '' })], bounded('P2Y')),
    state: 'fail',
    items: ['mode gdpr'],
  },
  {
    name: 'GDPR and a class of events without a policy',
    world: rules([gdpr()], bounded('P2Y', { event_class: 'access' })),
    ...{ state: 'fail', items: ['default'], population: 3 },
  },
  {
    name: 'a mode that must keep longer lifts the ceiling',
    world: rules([gdpr(), mode('hipaa', { audit_log_retention: 'P6Y' })], policy('p', 'P6Y', { max: 'P6Y' })),
    ...{ state: 'pass', population: 2 },
  },
  {
    name: 'no further than to what it must',
    world: rules([gdpr(), mode('hipaa', { audit_log_retention: 'P6Y' })], policy('p', 'P6Y', { max: 'P7Y' })),
    ...{ state: 'fail', items: ['retention_policy p'] },
  },
  { name: 'what was asked for is not kept', world: rules([forgotten('gdpr')]), state: 'insufficient_data' },
];

// A year before day 365 of 2026 is day 0.
const YEAR: readonly [number, number] = [300, 365];
const RET_03: CheckCase[] = [
  {
    name: 'no ceiling',
    world: { ...rules([], bounded(null)), events: [event(0)] },
    period: YEAR,
    state: 'not_applicable',
  },
  {
    name: 'exactly as old as allowed',
    world: { ...rules([], bounded('P1Y')), events: [event(0), event(1)] },
    ...{ period: YEAR, state: 'pass', population: 2 },
  },
  {
    name: 'a millisecond older',
    world: { ...rules([], bounded('P1Y')), events: [event(-MS), event(0)] },
    ...{ period: YEAR, state: 'fail', items: ['event 0'], population: 2 },
  },
  {
    name: 'the policy of its class comes before the one of all',
    world: {
      ...rules([], policy('p', 'P1M', { max: 'P1Y' }), policy('q', 'P1M', { max: 'P1M', event_class: 'access' })),
      events: [event(10), event(20, { action: 'member.update' }), event(360, { action: 'member.update' })],
    },
    ...{ period: YEAR, state: 'fail', items: ['event 1'], population: 3 },
  },
  {
    name: 'exactly as old as its class allows, before what another class allows',
    world: {
      ...rules([], policy('p', 'P1M', { max: 'P1Y' }), policy('q', 'P1M', { max: 'P1M', event_class: 'access' })),
      events: [event(0), event(334, { action: 'member.update' })],
    },
    ...{ period: YEAR, state: 'pass', population: 2 },
  },
  {
    name: 'policies of single workspaces are not looked at',
    world: {
      ...rules([], bounded('P1Y'), policy('w', 'P1M', { max: 'P1M', workspace_id: 'w' })),
      events: [event(1)],
    },
    ...{ period: YEAR, state: 'pass', population: 1, summary: /1 policy of single workspaces not looked at/ },
  },
  {
    name: 'pruned after the period',
    world: {
      ...{ events: [event(300)], begin: 256 },
      records: { ...rules([], bounded('P1Y')).records, pruning: [pruning('p', 256, 365)] },
    },
    ...{ period: YEAR, state: 'insufficient_data', summary: /were pruned later/ },
  },
  {
    name: 'a policy changed after the period',
    world: { ...rules([], bounded('P1Y', { updated_at: iso(365) })), events: [event(300)] },
    ...{ period: [300, 364], state: 'insufficient_data' },
  },
];

function pruning(id: string, to: number, at: number, more = {}) {
  const rest = { from: 0, root: '00'.repeat(32), shredded: 0, policies: [], event_seq: 900 + Math.floor(at), by: '' };
  return { id, to, at: iso(at), ...rest, ...more };
}
const hold = (more: Partial<LegalHold> = {}) => ({
  ...{ id: 'h', name: 'A matter', matter: 'm', reason: 'r', workspaces: null, subjects: null, from: null, to: null },
  ...{ released_at: null, released_by: null, release_reason: '', created_at: iso(10), ...more },
});
const request = (id: string, more: Partial<DataRequest> = {}) => ({
  ...{ id, kind: 'erasure' as const, law: 'gdpr' as const, subject: 'Somebody', user_id: null, received_on: day(20) },
  ...{ due_on: day(50), channel: 'mail', state: 'fulfilled' as const, note: '', denied_reason: '' },
  ...{ answered_on: day(40), erasure: null, ...more },
});
const erased = (user_id: string | null, at: number) =>
  request('d', { user_id, erasure: { at: iso(at), by: 'u-owner', disclosures: 1, events: 1, event_seq: 7 } });
const held = (one: Partial<LegalHold>, records: object) => ({ records: { legal_hold: [hold(one)], ...records } });
const erasing = (target: string) => event(50, { action: 'privacy.erase', target });

const RET_04: CheckCase[] = [
  { name: 'no hold', world: { records: { pruning: [pruning('p', 256, 50)] } }, state: 'not_applicable' },
  { name: 'nothing was deleted', world: held({}, {}), state: 'pass', population: 1 },
  { name: 'a pruning', world: held({}, { pruning: [pruning('p', 256, 50)] }), state: 'fail', items: ['legal_hold h'] },
  {
    name: 'an erasure',
    world: held({}, { data_request: [erased('u-a', 50)] }),
    state: 'fail',
    items: ['legal_hold h'],
  },
  {
    name: 'an erasure the log alone tells',
    world: { events: [erasing('user:u-a')], records: { legal_hold: [hold({ subjects: ['u-a'] })] } },
    ...{ state: 'fail', items: ['legal_hold h'] },
  },
  {
    name: 'one that was refused',
    world: { events: [{ ...erasing('user:u-a'), outcome: 'denied' }], records: { legal_hold: [hold()] } },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'of another person',
    world: held({ subjects: ['u-b'] }, { data_request: [erased('u-a', 50)] }),
    state: 'pass',
  },
  {
    name: 'in the instant the hold was made',
    world: held({}, { pruning: [pruning('p', 256, 10)] }),
    state: 'fail',
    items: ['legal_hold h'],
  },
  {
    name: 'a millisecond before it',
    world: held({}, { pruning: [pruning('p', 256, 10 - MS)] }),
    state: 'pass',
    population: 1,
  },
  {
    name: 'a millisecond before its release',
    world: held({ released_at: iso(50) }, { pruning: [pruning('p', 256, 50 - MS)] }),
    ...{ state: 'fail', items: ['legal_hold h'] },
  },
  {
    name: 'in the instant of its release',
    world: held({ released_at: iso(50) }, { pruning: [pruning('p', 256, 50)] }),
    state: 'pass',
  },
  {
    name: 'a hold released when the period begins',
    world: held({ released_at: iso(20) }, {}),
    period: [20, 100],
    state: 'not_applicable',
  },
  { name: 'a pruning at the end of the period', world: held({}, { pruning: [pruning('p', 256, 100)] }), state: 'pass' },
  {
    name: 'of events from the day after the deletion',
    world: held({ from: day(51) }, { pruning: [pruning('p', 256, 50)] }),
    state: 'pass',
  },
  {
    name: 'what went was all recorded before the first day of the hold',
    world: { events: [event(30)], begin: 256, ...held({ from: day(30) }, { pruning: [pruning('p', 256, 50)] }) },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'a millisecond of that day may have gone',
    world: { events: [event(30 + MS)], begin: 256, ...held({ from: day(30) }, { pruning: [pruning('p', 256, 50)] }) },
    ...{ state: 'insufficient_data', summary: /cannot be told any more: A matter/ },
  },
  {
    name: 'of one workspace',
    world: held({ workspaces: ['w'] }, { pruning: [pruning('p', 256, 50)] }),
    state: 'insufficient_data',
  },
  {
    name: 'of some people, and everything of a time went',
    world: held({ subjects: ['u-a'] }, { pruning: [pruning('p', 256, 50)] }),
    state: 'insufficient_data',
  },
];

RET_04.push(
  {
    name: 'a pruning at the first instant of the period',
    world: held({}, { pruning: [pruning('p', 256, 50)] }),
    ...{ period: [50, 100], state: 'fail', items: ['legal_hold h'] },
  },
  { name: 'a hold made at the end of the period', world: held({ created_at: iso(100) }, {}), state: 'not_applicable' },
  {
    name: 'a hold whose last day ends when what went does',
    world: held({ to: day(49) }, { pruning: [pruning('p', 256, 50)] }),
    ...{ state: 'fail', items: ['legal_hold h'] },
  },
);

const asked = (more: Partial<DataRequest>, modes: Modes = []) => ({
  records: { compliance_mode: modes, data_request: [request('d', more)] },
});
const open = { state: 'received', answered_on: null } as const;
const FAULTY: CheckCase['items'] = ['data_request d'];
const RET_05: CheckCase[] = [
  { name: 'no request and no privacy mode', world: rules([mode('soc2')]), state: 'not_applicable' },
  {
    name: 'a privacy mode and no request',
    world: rules([mode('ccpa')]),
    state: 'insufficient_data',
    summary: /No request is recorded/,
  },
  { name: 'answered on the day it was due', world: asked({ answered_on: day(50) }), state: 'pass', population: 1 },
  { name: 'answered on the day after', world: asked({ answered_on: day(51) }), state: 'fail', items: FAULTY },
  {
    name: 'open, due on the day after the period',
    world: asked({ ...open, due_on: day(100) }),
    state: 'pass',
    population: 1,
  },
  { name: 'open, due on its last day', world: asked({ ...open, due_on: day(99) }), state: 'fail', items: FAULTY },
  { name: 'withdrawn', world: asked({ ...open, state: 'withdrawn' }), state: 'pass', population: 1 },
  { name: 'names nobody', world: asked({ subject: ' ' }), state: 'fail', items: FAULTY },
  { name: 'does not say how it came', world: asked({ channel: '' }), state: 'fail', items: FAULTY },
  { name: 'fulfilled without a day', world: asked({ answered_on: null }), state: 'fail', items: FAULTY },
  { name: 'denied without a reason', world: asked({ state: 'denied' }), state: 'fail', items: FAULTY },
  { name: 'denied with one', world: asked({ state: 'denied', denied_reason: 'Not who they said.' }), state: 'pass' },
  {
    name: 'received 24 months before the end, and faulty',
    world: asked({ received_on: '2024-04-11', due_on: '2024-05-11', answered_on: '2024-06-01' }),
    ...{ state: 'fail', items: FAULTY },
  },
  {
    name: 'received a day earlier, answered then: not looked at',
    world: asked({ received_on: '2024-04-10', due_on: '2024-05-10', answered_on: '2024-06-01' }, [mode('gdpr')]),
    ...{ state: 'insufficient_data', population: 0 },
  },
  { name: 'received after the period', world: asked({ received_on: day(100) }), state: 'not_applicable' },
  {
    name: 'the log reaches back 24 months exactly',
    world: {
      ...asked({}),
      begin: 256,
      events: [event(Date.parse('2024-04-11') / 86_400_000 - Date.parse(iso(0)) / 86_400_000)],
    },
    ...{ state: 'pass', population: 1 },
  },
  {
    name: 'a millisecond less',
    world: {
      ...asked({}),
      begin: 256,
      events: [event(MS + Date.parse('2024-04-11') / 86_400_000 - Date.parse(iso(0)) / 86_400_000)],
    },
    ...{ state: 'insufficient_data', summary: /does not reach back 24 months/ },
  },
  {
    name: 'what the mode was is not kept',
    world: { records: { ...asked({}).records, compliance_mode: [forgotten('gdpr')] } },
    state: 'insufficient_data',
  },
];

RET_05.push(
  {
    name: 'received on the last day, and names nobody',
    world: asked({ ...open, received_on: day(99), due_on: day(120), subject: '' }),
    ...{ state: 'fail', items: FAULTY },
  },
  {
    name: 'received long ago, due on the first day and answered late',
    world: asked({ received_on: '2023-01-01', due_on: day(20), answered_on: day(21) }),
    ...{ period: [20, 100], state: 'fail', items: FAULTY },
  },
);

describe.each([
  ['RET-01', RET_01],
  ['RET-02', RET_02],
  ['RET-03', RET_03],
  ['RET-04', RET_04],
  ['RET-05', RET_05],
])('%s', (check, cases) => {
  it.each(cases)('$state: $name', (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
});
