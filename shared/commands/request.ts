/** Command to request and to the entity it is about: the same table for sending, for pending marks and for conflicts. */
import type { EntityKind } from '../entities/index.ts';
import type { Command } from './command.ts';
import {
  COMPLIANCE_COLLECTIONS,
  type ComplianceCommand,
  isComplianceCommand,
  type RecordKind,
} from './complianceCommands.ts';

export interface CommandRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1/orgs/{org}`, ids percent-encoded. */
  readonly path: string;
  readonly body: unknown;
}

/** The entity a command makes, changes or removes. */
export interface CommandTarget {
  readonly kind: EntityKind;
  readonly id: string;
  readonly op: 'create' | 'update' | 'delete';
}

const at = (collection: string, id: string, verb = ''): string => `/${collection}/${encodeURIComponent(id)}${verb}`;

/** Making and changing as everywhere; a framework brings its id with it, and every other verb stands below the record. */
function recordRequest(command: ComplianceCommand): CommandRequest {
  const [kind, verb] = command.type.split('.') as [RecordKind, string];
  const collection = COMPLIANCE_COLLECTIONS[kind];
  const path = at(collection, command.id);
  if (command.type === 'framework.create') return { method: 'POST', path: `/${collection}`, body: command.input };
  if ('patch' in command) return { method: 'PATCH', path, body: command.patch };
  if (verb === 'delete') return { method: 'DELETE', path, body: undefined };
  const body = 'input' in command ? command.input : {};
  if (verb === 'create') return { method: 'POST', path: `/${collection}`, body: { id: command.id, ...body } };
  return { method: 'POST', path: `${path}/${verb}`, body };
}

export function requestOf(command: Command): CommandRequest {
  if (isComplianceCommand(command)) return recordRequest(command);
  const post = (path: string, body: unknown = {}): CommandRequest => ({ method: 'POST', path, body });
  const patch = (path: string, body: unknown): CommandRequest => ({ method: 'PATCH', path, body });
  const remove = (path: string): CommandRequest => ({ method: 'DELETE', path, body: undefined });
  switch (command.type) {
    case 'organization.update':
      return patch('', command.patch);
    case 'workspace.create':
      return post('/workspaces', { id: command.id, ...command.input });
    case 'workspace.update':
      return patch(at('workspaces', command.id), command.patch);
    case 'workspace.delete':
      return remove(at('workspaces', command.id));
    case 'member.create':
      return post('/members', { id: command.id, ...command.input });
    case 'member.update':
      return patch(at('members', command.id), command.patch);
    case 'member.suspend':
      return post(at('members', command.id, '/suspend'));
    case 'member.reactivate':
      return post(at('members', command.id, '/reactivate'));
    case 'member.delete':
      return remove(at('members', command.id));
    case 'role.create':
      return post('/roles', { id: command.id, ...command.input });
    case 'role.update':
      return patch(at('roles', command.id), command.patch);
    case 'role.delete':
      return remove(at('roles', command.id));
    case 'service_account.create':
      return post('/service-accounts', { id: command.id, ...command.input });
    case 'service_account.update':
      return patch(at('service-accounts', command.id), command.patch);
    case 'service_account.revoke':
      return post(at('service-accounts', command.id, '/revoke'));
    case 'service_account.key.revoke':
      return post(at('service-accounts', command.id, `${at('keys', command.key_id)}/revoke`));
    case 'access_review.create':
      return post('/access-reviews', { id: command.id, ...command.input });
    case 'access_review.decide':
      return post(at('access-review-items', command.item_id, '/decision'), command.input);
    case 'access_review.close':
      return post(at('access-reviews', command.id, '/close'));
    case 'sla.create':
      return post('/slas', { id: command.id, ...command.input });
    case 'sla.update':
      return patch(at('slas', command.id), command.patch);
    case 'sla.end':
      return post(at('slas', command.id, '/end'));
    case 'sla_exclusion.create':
      return post('/sla-exclusions', { id: command.id, ...command.input });
    case 'sla_exclusion.delete':
      return remove(at('sla-exclusions', command.id));
    case 'sla_channel.update':
      return patch(at('sla-channels', command.id), command.patch);
    case 'sla_channel.delete':
      return remove(at('sla-channels', command.id));
  }
}

export function targetOf(command: Command, orgId: string): CommandTarget {
  const [kind, verb] = command.type.split(/\.(.*)/s) as [string, string];
  if (command.type === 'organization.update') return { kind: 'organization', id: orgId, op: 'update' };
  if (command.type === 'access_review.decide') return { kind: 'access_review_item', id: command.item_id, op: 'update' };
  const op = verb === 'create' ? 'create' : verb === 'delete' ? 'delete' : 'update';
  return { kind: kind as EntityKind, id: (command as { id: string }).id, op };
}
