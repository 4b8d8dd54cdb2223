/** Compliance of the demo: what administrators and auditors of an organization recorded, through the services the routes use. */
import { ComplianceCommand } from '../../shared/commands/complianceCommands.ts';
import { presetOf } from '../../shared/compliance/modes.ts';
import { carryOut } from '../compliance/routes.ts';
import type { Core } from '../core.ts';
import { DEMO_ORGANIZATIONS, type DemoPerson } from './organizations.ts';
import { act, type DemoStep } from './story.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

export interface ComplianceScene {
  readonly orgId: string;
  readonly region: string;
  /** Last instant of the demo's events. */
  readonly end: number;
  readonly workspaces: readonly { readonly id: string }[];
  /** Members from the start, the administrators first. */
  readonly members: readonly DemoPerson[];
}

/** A command as it is written here; what may be left out is filled in by its schema. */
type Told = { readonly type: ComplianceCommand['type']; readonly id: string } & Readonly<Record<string, unknown>>;

/** Ids that are the same at each generation: organization, kind and number. */
function idOf(org: number, kind: number, n: number): string {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  return `c0${hex(org, 6)}-${hex(kind, 4)}-4000-8000-${hex(n, 12)}`;
}

class Script {
  readonly steps: DemoStep[] = [];
  private readonly core: Core;
  private readonly scene: ComplianceScene;
  private readonly org: number;
  private readonly used = new Map<number, number>();

  constructor(core: Core, scene: ComplianceScene) {
    this.core = core;
    this.scene = scene;
    this.org = DEMO_ORGANIZATIONS.findIndex(({ id }) => id === scene.orgId);
  }

  /** The next id of a kind of record. */
  id(kind: number): string {
    const n = (this.used.get(kind) ?? 0) + 1;
    this.used.set(kind, n);
    return idOf(this.org, kind, n);
  }

  /** So many days before the end, somebody by their place does it. */
  tell(daysBefore: number, place: number, command: Told): void {
    const { orgId, end, members } = this.scene;
    const person = members[place % members.length]!;
    this.steps.push({
      at: Math.floor(end - daysBefore * DAY),
      run: () =>
        act(this.core, orgId, person, async (context) => {
          const { event } = await carryOut(context, ComplianceCommand.parse(command), () => undefined);
          return [event];
        }),
    });
  }

  day(daysBefore: number): string {
    return new Date(this.scene.end - daysBefore * DAY).toISOString().slice(0, 10);
  }

  at(daysBefore: number): string {
    return new Date(Math.floor(this.scene.end - daysBefore * DAY)).toISOString();
  }

  userId(place: number): string {
    return this.scene.members[place % this.scene.members.length]!.id;
  }
}

/** Frameworks by where the organization is. Nobody of the demo is locked out for want of a second factor. */
function modes(script: Script, { orgId, region }: ComplianceScene): void {
  const frameworks = region.startsWith('eu') ? ['soc2', 'gdpr'] : region.startsWith('us') ? ['soc2', 'ccpa'] : ['soc2'];
  if (orgId === 'northwind-health') frameworks.push('hipaa');
  if (orgId === 'meridian-bank') frameworks.push('pci-dss');
  for (const [n, id] of frameworks.entries()) {
    const { suggested } = presetOf(id);
    const settings = {
      ...{ ...suggested, mfa_required: false, purpose: 'Security of the service and proof towards auditors.' },
      // Neither HIPAA nor CCPA has a rule of place: only the data of the European organizations stays where it is.
      data_residency: id === 'gdpr' ? suggested.data_residency : null,
    };
    script.tell(86 - n, 0, { type: 'compliance_mode.enable', id, input: { settings, reason: '' } });
  }
  const patch = { own_domains: ['demo.example'], admins_max: 6 };
  script.tell(84, 0, { type: 'check_settings.update', id: 'settings', patch });
  const keep = frameworks.includes('hipaa') ? 'P6Y' : 'P24M';
  const policy = { name: 'All events', keep, purpose: 'Security of the service and proof towards auditors.' };
  script.tell(83, 0, {
    type: 'retention_policy.create',
    id: script.id(1),
    input: { ...policy, citation: 'Policy R-1' },
  });
}

const EFFECTIVE = [
  ['soc2-cc1.1', 'Code of conduct signed by everybody; read on joining and each year.'],
  ['soc2-cc1.3', 'Organization chart and duties looked through with the chief of operations.'],
  ['soc2-cc2.1', 'The sources of the monthly control report were traced for three months.'],
  ['soc2-cc3.2', 'Risk register of September read; twelve risks, each with an owner.'],
  ['soc2-cc5.3', 'Policies R-1 to R-9 are in force and known to the people asked.'],
  ['soc2-cc6.4', 'Doors and visitor lists of both sites inspected.'],
  ['soc2-cc7.5', 'Recovery exercise of October: restored in 41 minutes.'],
  ['soc2-cc8.1', 'Twenty-five changes sampled; each reviewed by a second person.'],
] as const;

function controls(script: Script): void {
  for (const [n, [id, reason]] of EFFECTIVE.entries()) {
    const patch = { owner_id: script.userId(n % 3), due_on: script.day(-30 - n) };
    script.tell(70 - n, 0, { type: 'control_state.update', id, patch });
    script.tell(45 - n, 1, { type: 'control_state.update', id, patch: { design: { state: 'effective', reason } } });
    if (n % 3 === 2) continue;
    const operating = { state: 'effective', reason, period: { from: script.day(75), to: script.day(45) } };
    script.tell(30 - n, 1, { type: 'control_state.update', id, patch: { operating } });
  }
  const ineffective = { state: 'ineffective', reason: 'Two of five vendors have no assessment of this year.' };
  script.tell(21, 1, { type: 'control_state.update', id: 'soc2-cc9.2', patch: { operating: ineffective } });
  const none = { applicable: false, applicability_reason: 'No payment cards are taken: the processor does.' };
  script.tell(60, 0, { type: 'control_state.update', id: 'soc2-pi1.5', patch: none });
  const late = { owner_id: script.userId(2), due_on: script.day(12) };
  script.tell(58, 0, { type: 'control_state.update', id: 'soc2-cc9.1', patch: late });
}

function findings(script: Script): void {
  const vendor = {
    ...{ title: 'Vendor assessments are missing', controls: ['soc2-cc9.2'], severity: 'medium' },
    condition: 'Two of five vendors with access to customer data have no assessment of this year.',
    criteria: 'Policy R-7: each vendor with access is assessed once a year.',
    cause: 'The person who did it left in June; nobody took it over.',
    effect: 'A weakness at a vendor could stay unknown.',
    recommendation: 'Name an owner and assess both before the end of the quarter.',
    ...{ owner_id: script.userId(2), due_on: script.day(-20) },
  };
  const id = script.id(2);
  script.tell(20, 1, { type: 'finding.create', id, input: vendor });
  const response = 'Agreed. Operations takes it over; both assessments are ordered.';
  script.tell(14, 0, { type: 'finding.update', id, patch: { management_response: response } });
  const old = script.id(2);
  const input = {
    ...{ title: 'Shared sign-in of the front desk', controls: ['soc2-cc6.1'], checks: ['ACC-08'], severity: 'high' },
    condition: 'The front desk used one sign-in for three people.',
  };
  script.tell(62, 1, { type: 'finding.create', id: old, input });
  script.tell(40, 1, {
    type: 'finding.close',
    id: old,
    input: { reason: 'Each has an account of their own since day 45.' },
  });
  const exception = script.id(3);
  const asked = {
    ...{ title: 'Old keys of the metering robots', controls: ['soc2-cc6.1'], checks: ['SVC-01'] },
    reason: 'The devices in the field take a new key only with their next firmware.',
    compensating: 'The keys are confined to one workspace and watched daily.',
    expires_on: script.day(-60),
  };
  script.tell(50, 0, { type: 'control_exception.create', id: exception, input: asked });
  const approval = { management_response: 'Accepted until the firmware of January.' };
  script.tell(48, 1, { type: 'control_exception.approve', id: exception, input: approval });
  const waiting = {
    ...{ title: 'Second factor of field staff', controls: ['soc2-cc6.1'], checks: ['ACC-01'] },
    ...{ reason: 'Security keys arrive in December.', expires_on: script.day(-35) },
  };
  script.tell(9, 0, { type: 'control_exception.create', id: script.id(3), input: waiting });
  const comment = {
    control: 'soc2-cc6.1',
    text: 'The auditor asked for the list of people with access as of 30 September.',
  };
  script.tell(8, 1, { type: 'control_comment.create', id: script.id(4), input: comment });
}

function evidence(script: Script): void {
  const policy = {
    ...{
      kind: 'link',
      title: 'Information security policy, edition 4',
      url: 'https://policies.demo.example/security/4',
    },
    ...{ evidence_on: script.day(80), valid_until: script.day(-285), controls: ['soc2-cc5.3', 'soc2-cc1.1'] },
  };
  script.tell(55, 0, { type: 'evidence.create', id: script.id(5), input: policy });
  const chart = {
    ...{ kind: 'link', title: 'Organization chart', url: 'https://people.demo.example/chart' },
    ...{ evidence_on: script.day(88), valid_until: script.day(3), controls: ['soc2-cc1.3'] },
  };
  script.tell(54, 2, { type: 'evidence.create', id: script.id(5), input: chart });
  const provided = script.id(6);
  const wanted = {
    title: 'Risk register of the third quarter',
    controls: ['soc2-cc3.2'],
    assignee_id: script.userId(2),
    due_on: script.day(25),
  };
  script.tell(40, 1, { type: 'evidence_request.create', id: provided, input: wanted });
  const register = {
    ...{ kind: 'link', title: 'Risk register, third quarter', url: 'https://risk.demo.example/2026-q3' },
    ...{ evidence_on: script.day(60), controls: ['soc2-cc3.2'] },
  };
  const made = script.id(5);
  script.tell(32, 2, { type: 'evidence.create', id: made, input: register });
  script.tell(31, 2, { type: 'evidence_request.update', id: provided, patch: { state: 'provided', evidence: [made] } });
  script.tell(29, 1, { type: 'evidence_request.update', id: provided, patch: { state: 'accepted' } });
  const open = {
    title: 'Minutes of the board on internal control',
    controls: ['soc2-cc1.2'],
    assignee_id: script.userId(0),
    due_on: script.day(4),
  };
  script.tell(18, 1, { type: 'evidence_request.create', id: script.id(6), input: open });
}

function registers(script: Script, { workspaces }: ComplianceScene): void {
  const hold = {
    ...{
      name: 'Billing dispute 2026-14',
      matter: 'Dispute with a supplier',
      reason: 'Counsel asked to keep everything of that workspace.',
    },
    ...{ workspaces: [workspaces[0]!.id], from: script.day(85), to: script.day(60) },
  };
  script.tell(35, 0, { type: 'legal_hold.create', id: script.id(7), input: hold });
  const incident = {
    ...{ title: 'Stolen laptop of a developer', severity: 'high', detected_at: script.at(52) },
    ...{ responded_at: script.at(52 - 1 / 24), resolved_at: script.at(51), personal_data: true },
    ...{
      aware_at: script.at(52),
      authority_told_at: script.at(50),
      note: 'Disk encrypted; sessions ended within the hour.',
    },
  };
  script.tell(50, 0, { type: 'incident.create', id: script.id(8), input: incident });
  const request = script.id(9);
  const asked = {
    ...{ kind: 'access', law: 'gdpr', subject: 'A former customer, by letter', received_on: script.day(44) },
    ...{ due_on: script.day(14), channel: 'Letter' },
  };
  script.tell(43, 0, { type: 'data_request.create', id: request, input: asked });
  const answered = { state: 'fulfilled', answered_on: script.day(30), note: 'Nothing was held of this person.' };
  script.tell(30, 0, { type: 'data_request.update', id: request, patch: answered });
  const erasure = {
    ...{ kind: 'erasure', law: 'gdpr', subject: 'A developer who left', received_on: script.day(9) },
    ...{ due_on: script.day(-21), channel: 'E-mail' },
  };
  script.tell(8, 0, { type: 'data_request.create', id: script.id(9), input: erasure });
}

/** Somebody looks through each day's log, but for some days. */
function logReviews(script: Script, days: number): void {
  for (let before = days; before >= 2; before--) {
    if (before % 17 === 5) continue;
    const input = {
      day: script.day(before),
      note: before % 9 === 0 ? 'Bursts of refused sign-ins; known penetration test.' : '',
    };
    script.tell(before - 1 + (2 * HOUR) / DAY, 2, { type: 'log_review.create', id: script.id(10), input });
  }
}

/** Everything of one organization; `rich`: with an auditor's work, else modes and reviews of the log alone. */
export function complianceSteps(core: Core, scene: ComplianceScene, rich: boolean): DemoStep[] {
  const script = new Script(core, scene);
  modes(script, scene);
  if (!rich) return script.steps;
  controls(script);
  findings(script);
  evidence(script);
  registers(script, scene);
  logReviews(script, 60);
  return script.steps;
}
