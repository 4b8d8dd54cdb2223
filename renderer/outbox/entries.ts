/** Changes of the outbox in words, their fields as texts, and what is typed over them. Pure. */
import { Command, type CommandType } from '../../shared/commands/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import type { Tone } from '../ui/Verdict.tsx';

export const STATES: Readonly<Record<OutboxEntry['state'], { readonly tone: Tone; readonly word: string }>> = {
  conflict: { tone: 'bad', word: 'conflict' },
  refused: { tone: 'bad', word: 'refused' },
  sending: { tone: 'accent', word: 'sending' },
  waiting: { tone: 'warn', word: 'waiting' },
};
/** What a person must decide first. */
export const GRAVITY: readonly OutboxEntry['state'][] = ['conflict', 'refused', 'sending', 'waiting'];

const SENTENCES: Readonly<Record<CommandType, (title: string) => string>> = {
  'organization.update': (title) => `Change organization ${title}`,
  'workspace.create': (title) => `Create workspace ${title}`,
  'workspace.update': (title) => `Change workspace ${title}`,
  'workspace.delete': (title) => `Remove workspace ${title}`,
  'member.create': (title) => `Invite ${title}`,
  'member.update': (title) => `Change access of ${title}`,
  'member.suspend': (title) => `Suspend ${title}`,
  'member.reactivate': (title) => `Reactivate ${title}`,
  'member.delete': (title) => `Remove member ${title}`,
  'role.create': (title) => `Create role ${title}`,
  'role.update': (title) => `Change role ${title}`,
  'role.delete': (title) => `Remove role ${title}`,
  'service_account.create': (title) => `Create service account ${title}`,
  'service_account.update': (title) => `Change service account ${title}`,
  'service_account.revoke': (title) => `Revoke service account ${title}`,
  'service_account.key.revoke': (title) => `Revoke a key of ${title}`,
  'access_review.create': (title) => `Start access review ${title}`,
  'access_review.decide': (title) => `Decide on ${title}`,
  'access_review.close': (title) => `Close access review ${title}`,
  'sla.create': (title) => `Create SLA ${title}`,
  'sla.update': (title) => `Change SLA ${title}`,
  'sla.end': (title) => `End SLA ${title}`,
  'sla_exclusion.create': (title) => `Announce maintenance ${title}`,
  'sla_exclusion.delete': (title) => `Cancel maintenance ${title}`,
  'sla_channel.update': (title) => `Change notification channel ${title}`,
  'sla_channel.delete': (title) => `Remove notification channel ${title}`,
  'compliance_mode.enable': (title) => `Set compliance mode ${title}`,
  'compliance_mode.disable': (title) => `Switch off compliance mode ${title}`,
  'framework.create': (title) => `Add framework ${title}`,
  'framework.delete': (title) => `Remove framework ${title}`,
  'control_mapping.create': (title) => `Map controls ${title}`,
  'control_mapping.delete': (title) => `Remove mapping ${title}`,
  'control_state.update': (title) => `Change control ${title}`,
  'control_exception.create': (title) => `Ask for exception ${title}`,
  'control_exception.approve': (title) => `Approve exception ${title}`,
  'control_exception.revoke': (title) => `Revoke exception ${title}`,
  'finding.create': (title) => `Record finding ${title}`,
  'finding.update': (title) => `Change finding ${title}`,
  'finding.close': (title) => `Close finding ${title}`,
  'finding.reopen': (title) => `Reopen finding ${title}`,
  'control_comment.create': (title) => `Comment on ${title}`,
  'control_comment.delete': (title) => `Remove comment on ${title}`,
  'check_settings.update': () => 'Change parameters of automated checks',
  'evidence.create': (title) => `Add evidence ${title}`,
  'evidence.update': (title) => `Change evidence ${title}`,
  'evidence.withdraw': (title) => `Withdraw evidence ${title}`,
  'evidence_request.create': (title) => `Request evidence ${title}`,
  'evidence_request.update': (title) => `Change request ${title}`,
  'retention_policy.create': (title) => `Create retention policy ${title}`,
  'retention_policy.update': (title) => `Change retention policy ${title}`,
  'retention_policy.delete': (title) => `Remove retention policy ${title}`,
  'legal_hold.create': (title) => `Place legal hold ${title}`,
  'legal_hold.release': (title) => `Release legal hold ${title}`,
  'data_request.create': (title) => `Record request of ${title}`,
  'data_request.update': (title) => `Change request of ${title}`,
  'transfer_mechanism.create': (title) => `Record transfer mechanism for ${title}`,
  'transfer_mechanism.update': (title) => `Change transfer mechanism for ${title}`,
  'termination.create': (title) => `Record end of work of ${title}`,
  'termination.delete': (title) => `Remove end of work of ${title}`,
  'incident.create': (title) => `Record incident ${title}`,
  'incident.update': (title) => `Change incident ${title}`,
  'log_review.create': (title) => `Record log review of ${title}`,
};

/** What was asked for, as a sentence: `Change access of Kofi Adeyemi`. */
export function sentence({ command, title }: Pick<OutboxEntry, 'command' | 'title'>): string {
  if (command.type === 'access_review.decide') {
    const { decision } = command.input;
    const verb = decision === null ? 'Take back the decision on' : decision === 'confirm' ? 'Confirm' : 'Revoke';
    return `${verb} access of ${title}`;
  }
  return SENTENCES[command.type](title);
}

/** Entries that wait for a person rather than for the platform. */
export function needsPerson({ state }: Pick<OutboxEntry, 'state'>): boolean {
  return state === 'conflict' || state === 'refused';
}

const FIELDS: Readonly<Record<string, string>> = {
  owner_id: 'Owner',
  mfa_required: 'Second factor required',
  workspace_id: 'Workspace',
  subscription_tier: 'Tier',
  inherits: 'Inherits from',
  due_at: 'Due',
  expires_at: 'Ends',
};

/** `max_users`: `Max users`. */
export function fieldName(field: string): string {
  const words = field.replaceAll('_', ' ');
  return FIELDS[field] ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Names of things that fields refer to by id. */
export type NameOf = (field: string, id: string) => string;

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** A value of a field as lines; empty for none. `nameOf` puts names in the place of ids. */
export function valueLines(field: string, value: unknown, nameOf: NameOf): readonly string[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap((one) => valueLines(field, one, nameOf));
  if (typeof value === 'boolean') return [value ? 'yes' : 'no'];
  if (typeof value === 'string')
    return [INSTANT.test(value) ? value.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC') : nameOf(field, value)];
  return [typeof value === 'number' ? value.toLocaleString('en-US') : JSON.stringify(value)];
}

export interface LineChange {
  readonly line: string;
  readonly kind: 'kept' | 'gone' | 'new';
}

/** From one list of lines to another: what went, then what came; what stayed is only counted. */
export function lineChanges(
  before: readonly string[],
  after: readonly string[],
): { readonly changes: readonly LineChange[]; readonly kept: number } {
  const gone = before.filter((line) => !after.includes(line)).map((line) => ({ line, kind: 'gone' as const }));
  const fresh = after.filter((line) => !before.includes(line)).map((line) => ({ line, kind: 'new' as const }));
  return { changes: [...gone, ...fresh], kept: after.length - fresh.length };
}

/** Why an entry cannot be edited or taken back now; null where it can. */
export function heldBack({ state, inDoubt }: Pick<OutboxEntry, 'state' | 'inDoubt'>): string | null {
  if (state === 'sending') return 'It is being sent.';
  return inDoubt ? 'It was sent and the answer is not known yet: sending again will tell.' : null;
}

/** The fields a person may type over: those of an update or a creation. */
export function bodyOf(command: Command): Readonly<Record<string, unknown>> | null {
  if ('patch' in command) return command.patch;
  return 'input' in command ? command.input : null;
}

/** A field's value as it is typed: a list has one a line. */
export function typedText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join('\n') : String(value);
}

/** What was typed in the place of a value, of that value's kind. Empty is null where it was null before, else an empty text or list. */
export function typedValue(text: string, was: unknown): unknown {
  if (Array.isArray(was))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  if (typeof was === 'number') return text.trim() === '' ? Number.NaN : Number(text);
  if (typeof was === 'boolean') return text === 'true';
  return was === null && text === '' ? null : text;
}

/** The command with other values, or why there is none such. */
export function retyped(command: Command, texts: Readonly<Record<string, string>>): Command | string {
  const body = bodyOf(command);
  if (body === null) return 'This change has no field to edit.';
  const next = Object.fromEntries(
    Object.entries(body).map(([field, was]) => [field, field in texts ? typedValue(texts[field]!, was) : was]),
  );
  const read = Command.safeParse('patch' in command ? { ...command, patch: next } : { ...command, input: next });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.findLast((part) => typeof part === 'string' && part in body);
  return `${field === undefined ? 'The change' : fieldName(String(field))}: ${issue?.message ?? 'not valid'}`;
}
