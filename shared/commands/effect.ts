/**
 * What a command makes of its target, as far as the console can know: the pending look of a screen, and `mine` of a conflict. Fields only
 * the platform sets keep a neutral value until its answer is there.
 */

import { makesRecord, recordAfter } from '../compliance/records.ts';
import type { Sla } from '../entities/index.ts';
import { slaChange } from '../sla/terms.ts';
import type { Command } from './command.ts';
import { type ComplianceCommand, isComplianceCommand } from './complianceCommands.ts';

type Data = Readonly<Record<string, unknown>>;

/** A pending thing has no version yet. */
export const PENDING_VERSION = 0;

/** Fields an update sets; null for every other command. */
export function patchOf(command: Command): Data | null {
  return 'patch' in command ? command.patch : null;
}

/** The same update with only the fields named. */
export function narrowed(command: Command, fields: readonly string[]): Command {
  if (!('patch' in command)) return command;
  const kept = Object.entries(command.patch).filter(([field]) => fields.includes(field));
  return { ...command, patch: Object.fromEntries(kept) } as Command;
}

/** The thing a creation would make, asked for at `at` (RFC 3339); null for every other command. */
function created(command: Command, orgId: string, at: string): Data | null {
  const made = { org_id: orgId, created_at: at, updated_at: at, version: PENDING_VERSION };
  switch (command.type) {
    case 'workspace.create':
      return { ...made, id: command.id, ...command.input, threads: 0 };
    case 'member.create': {
      const { email, name = email, role, permissions, workspaces } = command.input;
      return {
        ...{
          id: command.id,
          org_id: orgId,
          user_id: '',
          email,
          name,
          role,
          permissions,
          catalog_version: 0,
          workspaces,
        },
        ...{ status: 'invited', mfa: false, external_id: null, invited_at: at, joined_at: null, suspended_at: null },
        version: PENDING_VERSION,
      };
    }
    case 'role.create':
      return { ...made, id: command.id, ...command.input, catalog_version: 0, source: null };
    case 'service_account.create':
      return {
        ...{ ...made, id: command.id, ...command.input },
        ...{ owner_id: '', owner_active: true, catalog_version: 0, revoked_at: null, keys: [] },
      };
    case 'access_review.create':
      return {
        ...{ id: command.id, org_id: orgId, ...command.input, created_at: at, created_by: '' },
        ...{ closed_at: null, closed_by: null, items: 0, decided: 0, revoked: 0, result: null },
        version: PENDING_VERSION,
      };
    case 'sla.create': {
      const { terms, ...input } = command.input;
      const revision = { revision: 1, terms, effective_from: at, made_at: at, made_by: '', reason: '' };
      return { ...made, id: command.id, ...input, revisions: [revision], ended_at: null };
    }
    case 'sla_exclusion.create':
      return {
        ...{ id: command.id, org_id: orgId, ...command.input, retroactive: command.input.from < at },
        ...{ created_at: at, created_by: '', version: PENDING_VERSION },
      };
    default:
      return null;
  }
}

interface KeyData {
  readonly id: string;
  readonly revoked_at: string | null;
}

/** Fields the command changes on a thing that is there; empty for a deletion, which changes none. */
function changed(command: Command, before: Data, at: string): Data {
  switch (command.type) {
    case 'member.suspend':
      return { status: 'suspended', suspended_at: at };
    case 'member.reactivate':
      return { status: before.joined_at == null ? 'invited' : 'active', suspended_at: null };
    case 'service_account.revoke':
      return { revoked_at: before.revoked_at ?? at };
    case 'service_account.key.revoke': {
      const keys = (before.keys ?? []) as readonly KeyData[];
      return {
        keys: keys.map((key) => (key.id === command.key_id ? { ...key, revoked_at: key.revoked_at ?? at } : key)),
      };
    }
    case 'access_review.decide': {
      const { decision, reason } = command.input;
      return { decision, reason, decided_at: decision === null ? null : at };
    }
    case 'access_review.close':
      return { closed_at: before.closed_at ?? at };
    case 'sla.end':
      return { ended_at: before.ended_at ?? at };
    case 'sla.update':
      return slaChange(command.patch, before as Pick<Sla, 'revisions'>, { at: Date.parse(at), by: '' });
    default:
      return patchOf(command) ?? {};
  }
}

function pendingRecord(command: ComplianceCommand, before: Data | null, orgId: string, at: string): Data | null {
  if (before === null && !makesRecord(command)) return null;
  if (before !== null && command.type.endsWith('.create')) return before;
  const after = recordAfter(command, before, orgId, { at, by: '' });
  return after === null ? before : { version: PENDING_VERSION, ...after };
}

/**
 * The target after the command, asked for at `at` (ms). `before` null: it is not there. A deletion leaves it as it is: that it goes
 * stands in its mark. Null when a command changes a thing that is not there.
 */
export function effectOf(command: Command, before: Data | null, orgId: string, at: number): Data | null {
  const time = new Date(at).toISOString();
  if (isComplianceCommand(command)) return pendingRecord(command, before, orgId, time);
  const fresh = created(command, orgId, time);
  if (fresh !== null) return before ?? fresh;
  return before === null ? null : { ...before, ...changed(command, before, time) };
}

/** True for a change that makes its target where it is not there. */
export function makesTarget(command: Command): boolean {
  return isComplianceCommand(command) && makesRecord(command);
}

/** Ids of other things a command names, which may be waiting to be made themselves. */
export function referencesOf(command: Command): readonly string[] {
  const body = ('patch' in command ? command.patch : 'input' in command ? command.input : {}) as Data;
  const single = [body.role, body.inherits, body.workspace_id, body.sla_id];
  const many = Array.isArray(body.workspaces) ? (body.workspaces as unknown[]) : [];
  return [...single, ...many].filter((id): id is string => typeof id === 'string');
}

/** A creation with a later update of the same thing taken in; null when the creation has no place for it. */
export function foldedInput(create: Command, update: Command): unknown {
  const patch = patchOf(update);
  if (patch === null || !('input' in create)) return null;
  return { ...create, input: { ...create.input, ...patch } };
}
