/**
 * What a command makes of a compliance record: the platform keeps what this answers, the console shows it while it waits. Whether it may be stands in
 * `recordRules.ts`.
 */
import type { ComplianceCommand, RecordKind } from '../commands/complianceCommands.ts';
import { CheckParameters, MODE_REVISIONS_MAX } from '../entities/compliance.ts';

type Data = Readonly<Record<string, unknown>>;

/** Who makes a change, and when (RFC 3339, UTC). `by` empty: not known yet. */
export interface RecordMade {
  readonly at: string;
  readonly by: string;
}

/** Fields a new record has besides those it was asked for with. */
const FRESH: Partial<Readonly<Record<RecordKind, Data>>> = {
  control_exception: {
    ...{ management_response: '', approved_at: null, approved_by: null },
    ...{ revoked_at: null, revoked_by: null },
  },
  finding: { status: 'open', closed_at: null, closed_reason: '' },
  evidence: { withdrawn_at: null, withdrawn_reason: '' },
  evidence_request: { state: 'open', evidence: [], note: '' },
  legal_hold: { released_at: null, released_by: null, release_reason: '' },
  data_request: { state: 'received', denied_reason: '', answered_on: null, erasure: null },
};

/** Records that are there from the first change on: nobody creates them apart. */
const ABSENT: Partial<Readonly<Record<RecordKind, Data>>> = {
  control_state: {
    ...{ owner_id: null, due_on: null, applicable: true, applicability_reason: '' },
    ...{ design: null, operating: null, description: '' },
  },
  check_settings: CheckParameters.parse({}),
};

export function recordKindOf({ type }: Pick<ComplianceCommand, 'type'>): RecordKind {
  return type.slice(0, type.indexOf('.')) as RecordKind;
}

/** Verbs that make their record where there is none. */
export function makesRecord({ type }: Pick<ComplianceCommand, 'type'>): boolean {
  return (
    type.endsWith('.create') || /^(?:compliance_mode\.enable|(?:control_state|check_settings)\.update)$/.test(type)
  );
}

function modeRevised(
  before: Data | null,
  { at, by }: RecordMade,
  next: { enabled: boolean; settings: unknown; reason: string },
): Data {
  const revisions = ((before?.revisions ?? []) as readonly unknown[]).slice(1 - MODE_REVISIONS_MAX);
  const { enabled, settings, reason } = next;
  return { enabled, settings, revisions: [...revisions, { at, by, enabled, settings, reason }] };
}

const without = (patch: Data): Data =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

/** Fields the command sets; null: the record goes. */
function fieldsOf(command: ComplianceCommand, before: Data | null, made: RecordMade): Data | null {
  const { at, by } = made;
  switch (command.type) {
    case 'compliance_mode.enable':
      return modeRevised(before, made, { enabled: true, ...command.input });
    case 'compliance_mode.disable':
      return modeRevised(before, made, { enabled: false, settings: before?.settings, ...command.input });
    case 'framework.create':
      return { framework: command.input };
    case 'control_state.update': {
      const { design, operating, ...rest } = command.patch;
      const assessed = {
        ...(design && { design: { ...design, at, by } }),
        ...(operating && { operating: { ...operating, at, by } }),
      };
      return { ...without(rest), ...assessed };
    }
    case 'control_exception.approve':
      return { ...command.input, approved_at: at, approved_by: by };
    case 'control_exception.revoke':
      return { revoked_at: at, revoked_by: by };
    case 'finding.close':
      return { status: 'closed', closed_at: at, closed_reason: command.input.reason };
    case 'finding.reopen':
      return { status: 'open', closed_at: null, closed_reason: '' };
    case 'evidence.withdraw':
      return { withdrawn_at: at, withdrawn_reason: command.input.reason };
    case 'legal_hold.release':
      return { released_at: at, released_by: by, release_reason: command.input.reason };
    default:
      if (command.type.endsWith('.delete')) return null;
      if ('patch' in command) return without(command.patch as Data);
      return 'input' in command ? { ...FRESH[recordKindOf(command)], ...(command.input as Data) } : {};
  }
}

/**
 * The record after the command; null: it is removed. `before` null: there is none yet, which only commands that make one take.
 */
export function recordAfter(
  command: ComplianceCommand,
  before: Data | null,
  orgId: string,
  made: RecordMade,
): Data | null {
  const fields = fieldsOf(command, before, made);
  if (fields === null) return null;
  const { at, by } = made;
  const base = before ?? {
    ...ABSENT[recordKindOf(command)],
    ...{ id: command.id, org_id: orgId, created_at: at, created_by: by },
  };
  return { ...base, ...fields, id: command.id, updated_at: at, updated_by: by };
}
