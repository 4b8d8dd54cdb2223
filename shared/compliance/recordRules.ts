/** Why a change of a compliance record is refused, in words, with the field that is wrong: the platform refuses by them, the console foretells by them. */
import type { ComplianceCommand, RecordKind } from '../commands/complianceCommands.ts';
import type {
  ComplianceMode,
  ControlComment,
  ControlException,
  DataRequest,
  Evidence,
  EvidenceRequest,
  Finding,
  Incident,
  LegalHold,
  Organization,
  RetentionPolicy,
  TransferMechanism,
} from '../entities/index.ts';
import { conflict, type Fault, field, gone, limit } from '../fault.ts';
import { effectiveModes, effectiveWith, placeFaults } from './enforce.ts';
import { faultsOfFramework } from './framework.ts';
import { BUILT_IN_FRAMEWORKS } from './frameworks/index.ts';
import { faultsOfSettings, type ModeSettings } from './modes.ts';
import { atLeast, parsePeriod } from './period.ts';
import { makesRecord, recordAfter, recordKindOf } from './records.ts';

type Data = Readonly<Record<string, unknown>>;
const DAY = 86_400_000;

/** What is there, as far as a change of a record depends on it. */
export interface RecordBook {
  record(kind: RecordKind, id: string): Data | null;
  /** Records of a kind there are. */
  count(kind: RecordKind): number;
  readonly modes: readonly ComplianceMode[];
  readonly policies: readonly RetentionPolicy[];
  /** Whether a control of any framework, built in or own, has this id. */
  control(id: string): boolean;
  /** Whether a framework, built in or own, has this id. */
  framework(id: string): boolean;
  /** User ids of members who are not suspended. */
  readonly people: { has(userId: string): boolean };
  readonly workspaces: { has(id: string): boolean };
  /** Null: not known, so that nothing is said of where it is. */
  readonly organization: Pick<Organization, 'region'> | null;
  /** User or account id of who asks; null: not known, so that nothing is said of them. */
  readonly asker: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Records of a kind an organization may have, and what they are called. */
export const RECORD_LIMITS: Readonly<Record<RecordKind, { readonly max: number; readonly one: string }>> = {
  compliance_mode: { max: 50, one: 'compliance mode' },
  framework: { max: 20, one: 'framework' },
  control_mapping: { max: 5_000, one: 'mapping' },
  control_state: { max: 20_000, one: 'control' },
  control_exception: { max: 2_000, one: 'exception' },
  finding: { max: 10_000, one: 'finding' },
  control_comment: { max: 20_000, one: 'comment' },
  check_settings: { max: 1, one: 'settings' },
  evidence: { max: 20_000, one: 'evidence' },
  evidence_request: { max: 10_000, one: 'request' },
  retention_policy: { max: 200, one: 'retention policy' },
  legal_hold: { max: 500, one: 'legal hold' },
  data_request: { max: 20_000, one: 'request' },
  transfer_mechanism: { max: 5_000, one: 'transfer mechanism' },
  termination: { max: 20_000, one: 'termination' },
  incident: { max: 10_000, one: 'incident' },
  log_review: { max: 20_000, one: 'log review' },
};

/** An exception ends within this; a longer one is a decision to be made anew. */
const EXCEPTION_DAYS_MAX = 366;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const when = (condition: boolean, fault: () => Fault): Fault[] => (condition ? [fault()] : []);

function presence(command: ComplianceCommand, book: RecordBook): Fault[] {
  const kind = recordKindOf(command);
  const { max, one } = RECORD_LIMITS[kind];
  const before = book.record(kind, command.id);
  if (command.type.endsWith('.create') && before !== null) {
    return [conflict(`There is a ${one} of that id already.`, '/id')];
  }
  if (before !== null) return [];
  if (!makesRecord(command)) return gone(one);
  return limit(kind, max, book.count(kind), `An organization keeps at most ${max.toLocaleString('en')} of these.`);
}

/** Controls and people a record names. */
function references(after: Data, command: ComplianceCommand, book: RecordBook): Fault[] {
  const told = ('patch' in command ? command.patch : 'input' in command ? command.input : {}) as Data;
  // A framework brings its own controls; every other record names some.
  const controls = (command.type === 'framework.create' ? [] : (told.controls ?? [])) as readonly string[];
  const unknown = controls.find((id) => !book.control(id));
  const person = told.owner_id ?? told.assignee_id;
  const path = told.owner_id === undefined ? '/assignee_id' : '/owner_id';
  const workspace = told.workspace_id;
  const missing = Array.isArray(told.workspaces)
    ? (told.workspaces as string[]).find((id) => !book.workspaces.has(id))
    : undefined;
  return [
    ...when(unknown !== undefined, () => field('/controls', `There is no control ${unknown}.`)),
    ...when(typeof person === 'string' && !book.people.has(person), () =>
      field(path, 'No active member is this person.'),
    ),
    ...when(typeof workspace === 'string' && !book.workspaces.has(workspace), () =>
      field('/workspace_id', 'There is no such workspace.'),
    ),
    ...when(missing !== undefined, () => field('/workspaces', `There is no workspace ${missing}.`)),
    ...when(recordKindOf(command) === 'control_state' && !book.control(String(after.id)), () =>
      field('/id', 'There is no such control.'),
    ),
  ];
}

/** Whether settings ask for less than those before: then it is said why. */
function loosens(before: ModeSettings, after: ModeSettings): boolean {
  const off = (['audit_logging_enabled', 'encryption_at_rest', 'encryption_in_transit', 'mfa_required'] as const).some(
    (key) => before[key] && !after[key],
  );
  const shorter = atLeast(parsePeriod(after.audit_log_retention), parsePeriod(before.audit_log_retention)) !== 'always';
  const wider =
    before.data_residency !== null &&
    (after.data_residency === null || after.data_residency.some((region) => !before.data_residency!.includes(region)));
  return off || shorter || wider;
}

function modeFaults(command: ComplianceCommand, book: RecordBook): Fault[] {
  const before = book.record('compliance_mode', command.id) as ComplianceMode | null;
  if (command.type === 'compliance_mode.disable') {
    return when(before !== null && !before.enabled, () => conflict('The mode is off already.'));
  }
  if (command.type !== 'compliance_mode.enable') return [];
  const { settings, reason } = command.input;
  const effective = effectiveWith(book.modes, command.id, settings);
  // A ceiling below what another mode must keep is said, not refused: the longer one holds.
  const regions = effective!.data_residency;
  return [
    ...when(!book.framework(command.id), () => field('/id', 'There is no such framework.')),
    ...faultsOfSettings(command.id, settings)
      .filter(({ refused }) => refused)
      .map(({ path, message }) => field(`/settings/${path}`, message)),
    ...when(regions !== null && regions.length === 0, () =>
      field('/settings/data_residency', 'No region is allowed by this mode and those that are on.'),
    ),
    ...(regions !== null && regions.length === 0 ? [] : placeFaults(effective, book.organization)),
    ...when(before?.enabled === true && loosens(before.settings, settings) && reason.trim() === '', () =>
      field('/reason', 'Asking for less than before needs its reason.'),
    ),
  ];
}

function frameworkFaults(command: ComplianceCommand, book: RecordBook): Fault[] {
  if (command.type === 'framework.delete') {
    const mode = book.modes.find(({ id, enabled }) => id === command.id && enabled);
    return when(mode !== undefined, () => conflict('Its compliance mode is on; switch that off first.'));
  }
  if (command.type !== 'framework.create') return [];
  const clash = command.input.controls.find(({ id }) => book.control(id));
  return [
    ...when(command.id !== command.input.id, () => field('/id', 'Not the id of the framework.')),
    ...when(BUILT_IN_FRAMEWORKS.has(command.id), () => field('/id', 'A built-in framework has this id.')),
    ...faultsOfFramework(command.input).map((words) => field('/controls', words)),
    ...when(clash !== undefined, () => field('/controls', `Another framework has a control ${clash!.id} already.`)),
  ];
}

function exceptionFaults(command: ComplianceCommand, after: Data, book: RecordBook): Fault[] {
  const before = book.record('control_exception', command.id) as ControlException | null;
  const { controls, checks, expires_on } = after as ControlException;
  switch (command.type) {
    case 'control_exception.create':
      return [
        ...when(controls.length + checks.length === 0, () =>
          field('/controls', 'An exception names a control or a check.'),
        ),
        ...when(expires_on < dayOf(book.now), () => field('/expires_on', 'This day is past.')),
        ...when(expires_on > dayOf(book.now + EXCEPTION_DAYS_MAX * DAY), () =>
          field('/expires_on', 'An exception ends within a year; then it is decided anew.'),
        ),
      ];
    case 'control_exception.approve':
      return [
        ...when(before!.approved_at !== null, () => conflict('It is approved already.')),
        ...when(before!.revoked_at !== null, () => conflict('It was revoked.')),
        ...when(before!.expires_on < dayOf(book.now), () => conflict('It has expired.')),
        ...when(book.asker !== null && before!.created_by === book.asker, () =>
          conflict('Somebody else than who asked for it approves an exception.'),
        ),
      ];
    default:
      return when(before!.revoked_at !== null, () => conflict('It was revoked already.'));
  }
}

function evidenceFaults(command: ComplianceCommand, after: Data, book: RecordBook): Fault[] {
  const before = book.record('evidence', command.id) as Evidence | null;
  const { evidence_on, valid_until } = after as Evidence;
  return [
    ...when(before !== null && before.withdrawn_at !== null, () => conflict('This evidence was withdrawn.')),
    ...when(evidence_on > dayOf(book.now + DAY), () => field('/evidence_on', 'This day is to come.')),
    ...when(valid_until !== null && valid_until < evidence_on, () =>
      field('/valid_until', 'Ends before the day it is of.'),
    ),
  ];
}

function requestFaults(command: ComplianceCommand, after: Data, book: RecordBook): Fault[] {
  if (command.type !== 'evidence_request.update') return [];
  const { state, note, evidence } = after as EvidenceRequest;
  const asked = command.patch.state;
  const missing = command.patch.evidence?.find((id) => book.record('evidence', id) === null);
  return [
    ...when(missing !== undefined, () => field('/evidence', `There is no evidence ${missing}.`)),
    ...when(asked !== undefined && (state === 'provided' || state === 'accepted') && evidence.length === 0, () =>
      field('/evidence', 'Nothing is provided yet.'),
    ),
    ...when(asked === 'returned' && note.trim() === '', () => field('/note', 'Say what is missing.')),
  ];
}

function findingFaults(command: ComplianceCommand, book: RecordBook): Fault[] {
  const status = (book.record('finding', command.id) as Finding | null)?.status;
  if (command.type === 'finding.reopen') return when(status !== 'closed', () => conflict('The finding is open.'));
  return when(command.type !== 'finding.create' && status === 'closed', () => conflict('The finding is closed.'));
}

/** What must be kept by the modes that are on; null: nothing. */
export function retentionFloor(modes: readonly ComplianceMode[]): string | null {
  return effectiveModes(modes)?.audit_log_retention ?? null;
}

function policyFaults(command: ComplianceCommand, after: Data, book: RecordBook): Fault[] {
  if (command.type === 'retention_policy.delete') return [];
  const { id, keep, max, event_class, workspace_id } = after as RetentionPolicy;
  const floor = retentionFloor(book.modes);
  const same = book.policies.find(
    (one) => one.id !== id && one.event_class === event_class && one.workspace_id === workspace_id,
  );
  return [
    ...when(same !== undefined, () => conflict(`"${same!.name}" is for the same events already.`, '/event_class')),
    ...when(floor !== null && atLeast(parsePeriod(keep), parsePeriod(floor)) !== 'always', () =>
      field('/keep', `Shorter than ${floor}, which the compliance modes ask for.`),
    ),
    ...when(max !== null && atLeast(parsePeriod(max), parsePeriod(keep)) !== 'always', () =>
      field('/max', 'Shorter than what is kept.'),
    ),
  ];
}

function registerFaults(command: ComplianceCommand, after: Data, book: RecordBook): Fault[] {
  const today = dayOf(book.now);
  switch (recordKindOf(command)) {
    case 'legal_hold': {
      const { from, to } = after as LegalHold;
      const before = book.record('legal_hold', command.id) as LegalHold | null;
      return [
        ...when(from !== null && to !== null && to < from, () => field('/to', 'Ends before it begins.')),
        ...when(before !== null && before.released_at !== null, () => conflict('It was released already.')),
      ];
    }
    case 'data_request': {
      const { received_on, due_on, state, denied_reason, answered_on } = after as DataRequest;
      const answered = state === 'fulfilled' || state === 'denied';
      return [
        ...when(received_on > today, () => field('/received_on', 'This day is to come.')),
        ...when(due_on < received_on, () => field('/due_on', 'Due before it was received.')),
        ...when(answered && answered_on === null, () => field('/answered_on', 'Say when it was answered.')),
        ...when(state === 'denied' && denied_reason.trim() === '', () =>
          field('/denied_reason', 'A denial needs its reason.'),
        ),
      ];
    }
    case 'transfer_mechanism': {
      const { from, until } = after as TransferMechanism;
      return when(until !== null && until < from, () => field('/until', 'Ends before it begins.'));
    }
    case 'incident': {
      const { detected_at, responded_at, resolved_at, aware_at, authority_told_at } = after as Incident;
      const early = (at: string | null): boolean => at !== null && Date.parse(at) < Date.parse(detected_at);
      return [
        ...when(early(responded_at), () => field('/responded_at', 'Before it was detected.')),
        ...when(early(resolved_at), () => field('/resolved_at', 'Before it was detected.')),
        ...when(authority_told_at !== null && aware_at === null, () =>
          field('/aware_at', 'Say since when the breach was known.'),
        ),
      ];
    }
    case 'log_review':
      return when((after as { day: string }).day > today, () => field('/day', 'This day is to come.'));
    default:
      return [];
  }
}

function ownFaults(command: ComplianceCommand, after: Data, book: RecordBook): Fault[] {
  switch (recordKindOf(command)) {
    case 'compliance_mode':
      return modeFaults(command, book);
    case 'framework':
      return frameworkFaults(command, book);
    case 'control_mapping': {
      if (command.type !== 'control_mapping.create') return [];
      const { source, target } = command.input;
      return [
        ...when(!book.control(source), () => field('/source', 'There is no such control.')),
        ...when(!book.control(target) || source === target, () => field('/target', 'There is no such other control.')),
      ];
    }
    case 'control_exception':
      return exceptionFaults(command, after, book);
    case 'control_comment': {
      const { created_by } = (book.record('control_comment', command.id) ?? {
        created_by: book.asker,
      }) as ControlComment;
      const unknown = command.type === 'control_comment.create' && !book.control(command.input.control);
      return [
        ...when(unknown, () => field('/control', 'There is no such control.')),
        ...when(book.asker !== null && created_by !== book.asker, () =>
          conflict('Only who wrote a comment removes it.'),
        ),
      ];
    }
    case 'finding':
      return findingFaults(command, book);
    case 'evidence':
      return evidenceFaults(command, after, book);
    case 'evidence_request':
      return requestFaults(command, after, book);
    case 'retention_policy':
      return policyFaults(command, after, book);
    default:
      return registerFaults(command, after, book);
  }
}

/** Everything that speaks against a command; empty: nothing is known. */
export function recordFaults(command: ComplianceCommand, book: RecordBook): Fault[] {
  const there = presence(command, book);
  if (there.length > 0) return there;
  const before = book.record(recordKindOf(command), command.id);
  const made = { at: new Date(book.now).toISOString(), by: book.asker ?? '' };
  const after = recordAfter(command, before, '', made) ?? before ?? {};
  return [...references(after, command, book), ...ownFaults(command, after, book)];
}

/** Records beside its own that a command depends on, for whoever loads a book. */
export function recordsNamed(
  command: ComplianceCommand,
): readonly { readonly kind: RecordKind; readonly id: string }[] {
  const own = { kind: recordKindOf(command), id: command.id };
  const evidence = command.type === 'evidence_request.update' ? (command.patch.evidence ?? []) : [];
  return [own, ...evidence.map((id) => ({ kind: 'evidence' as const, id }))];
}
