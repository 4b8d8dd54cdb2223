/** One valid request for each command about compliance records. */
import { COMPLIANCE_COMMANDS } from '../../shared/commands/complianceCommands.ts';
import { COMPLIANCE_COLLECTIONS, type RecordKind } from '../../shared/commands/index.ts';
import { presetOf } from '../../shared/compliance/modes.ts';

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const at = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** What making a record of each kind takes; `n` makes it another one. */
export const MAKING: Readonly<Partial<Record<RecordKind, (n: string) => Readonly<Record<string, unknown>>>>> = {
  framework: (n) => ({
    ...{ id: `own-${n}`, title: `Own ${n}`, edition: '1', revision: 1, issuer: 'Us', source: 'Written here' },
    controls: [
      { id: `own-${n}-1`, ref: '1', title: 'Keep it', parent: null, kind: 'control', obligation: null, citation: null },
    ],
  }),
  control_mapping: () => ({ source: 'soc2-cc1.1', target: 'gdpr-25', relation: 'intersects-with', reason: 'Both.' }),
  control_exception: (n) => ({ title: `X ${n}`, checks: ['ACC-01'], reason: 'For now.', expires_on: day(30) }),
  finding: (n) => ({ title: `F ${n}`, controls: ['soc2-cc6.1'], severity: 'low', condition: 'As found.' }),
  control_comment: () => ({ control: 'soc2-cc6.1', text: 'Seen.' }),
  evidence: (n) => ({ kind: 'link', title: `E ${n}`, url: 'https://evidence.example/1', evidence_on: day(-1) }),
  evidence_request: (n) => ({ title: `R ${n}`, controls: ['soc2-cc6.1'], due_on: day(9) }),
  retention_policy: (n) => ({ name: `P ${n}`, keep: 'P7Y', purpose: 'Proof.' }),
  legal_hold: (n) => ({ name: `H ${n}`, matter: 'A dispute', reason: 'Counsel asks.' }),
  data_request: () => ({
    ...{ kind: 'access', law: 'gdpr', subject: 'A person', received_on: day(-2), due_on: day(28), channel: 'Mail' },
  }),
  transfer_mechanism: (n) => ({
    ...{ subject: `region us-${n}`, mechanism: 'standard_clauses', reference: 'SCC 2021/914', from: day(-9) },
  }),
  termination: (n) => ({ user_id: `user-${n}`, ended_at: at(-1), source: 'Personnel' }),
  incident: (n) => ({ title: `I ${n}`, severity: 'low', detected_at: at(-1) }),
  log_review: () => ({ day: day(-1), note: 'Nothing unusual.' }),
};

/** Bodies of what is done to a record that is there. */
export const CHANGING: Readonly<Record<string, object>> = {
  'compliance_mode.enable': { settings: { ...presetOf('soc2').suggested, mfa_required: false } },
  'compliance_mode.disable': { reason: 'No longer wanted.' },
  'control_state.update': { description: 'How we do it.' },
  'control_exception.approve': { management_response: 'Accepted.' },
  'control_exception.revoke': {},
  'finding.update': { recommendation: 'Mend it.' },
  'finding.close': { reason: 'Mended.' },
  'finding.reopen': {},
  'check_settings.update': { admins_max: 7 },
  'evidence.update': { description: 'As of then.' },
  'evidence.withdraw': { reason: 'Another one.' },
  'evidence_request.update': { note: 'Soon.' },
  'retention_policy.update': { purpose: 'Proof and security.' },
  'legal_hold.release': { reason: 'Settled.' },
  'data_request.update': { state: 'in_progress' },
  'transfer_mechanism.update': { reference: 'SCC 2021/914, module 2' },
  'incident.update': { note: 'A false alarm.' },
};

export interface SampleRoute {
  readonly type: string;
  readonly kind: RecordKind;
  readonly verb: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below the organization, with `{id}` where the record is named. */
  readonly path: string;
}

/** The routes of all commands, as the platform's interface names them. */
export const SAMPLE_ROUTES: readonly SampleRoute[] = COMPLIANCE_COMMANDS.map((schema): SampleRoute => {
  const type = schema.shape.type.value;
  const [kind, verb] = type.split('.') as [RecordKind, string];
  const collection = `/${COMPLIANCE_COLLECTIONS[kind]}`;
  if (verb === 'create') return { type, kind, verb, method: 'POST', path: collection };
  if (verb === 'update') return { type, kind, verb, method: 'PATCH', path: `${collection}/{id}` };
  if (verb === 'delete') return { type, kind, verb, method: 'DELETE', path: `${collection}/{id}` };
  return { type, kind, verb, method: 'POST', path: `${collection}/{id}/${verb}` };
});

/** Records that are there from their first change on, by the id samples use. */
export const STANDING: Readonly<Partial<Record<RecordKind, string>>> = {
  compliance_mode: 'soc2',
  control_state: 'soc2-cc6.1',
  check_settings: 'settings',
};

/** What must have been done to a record before a sample of the command fits it. */
export const BEFORE: Readonly<Record<string, string>> = {
  'compliance_mode.disable': 'compliance_mode.enable',
  'finding.reopen': 'finding.close',
};
