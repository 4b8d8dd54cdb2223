/**
 * Every change the console can ask the platform for, as data: what the outbox keeps while offline, what is shown as pending, and what is
 * sent with `If-Match`. A command names its target by id; the version it was made against and what the target looked like then
 * stand beside it in the outbox, so that a conflict can show mine, theirs and base.
 */
import { z } from 'zod';
import {
  AccessReviewInput,
  DecisionInput,
  EntityId,
  KeyInput,
  MemberInput,
  MemberPatch,
  OrganizationPatch,
  RoleInput,
  RolePatch,
  ServiceAccountInput,
  ServiceAccountPatch,
  SlaChannelPatch,
  SlaExclusionDraft,
  SlaInput,
  SlaPatch,
  WorkspaceInput,
  WorkspacePatch,
} from '../entities/index.ts';

import { COMPLIANCE_COMMANDS } from './complianceCommands.ts';

const id = EntityId;
/** Made by the console, so that a pending thing can be named and changed before it was sent. */
const newId = z.uuid();
const of = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape });

export const Command = z.discriminatedUnion('type', [
  of('organization.update', { patch: OrganizationPatch }),
  of('workspace.create', { id: newId, input: WorkspaceInput.omit({ id: true }) }),
  of('workspace.update', { id, patch: WorkspacePatch }),
  of('workspace.delete', { id }),
  of('member.create', { id: newId, input: MemberInput.omit({ id: true }) }),
  of('member.update', { id, patch: MemberPatch }),
  of('member.suspend', { id }),
  of('member.reactivate', { id }),
  of('member.delete', { id }),
  of('role.create', { id: newId, input: RoleInput.omit({ id: true }) }),
  of('role.update', { id, patch: RolePatch }),
  of('role.delete', { id }),
  of('service_account.create', { id: newId, input: ServiceAccountInput.omit({ id: true }) }),
  of('service_account.update', { id, patch: ServiceAccountPatch }),
  of('service_account.revoke', { id }),
  of('service_account.key.revoke', { id, key_id: z.string().regex(/^[0-9A-Za-z]{16}$/) }),
  of('access_review.create', { id: newId, input: AccessReviewInput.omit({ id: true }) }),
  of('access_review.decide', { id: newId, item_id: z.string().max(64), input: DecisionInput }),
  of('access_review.close', { id }),
  of('sla.create', { id: newId, input: SlaInput.omit({ id: true }) }),
  of('sla.update', { id, patch: SlaPatch }),
  of('sla.end', { id }),
  of('sla_exclusion.create', { id: newId, input: SlaExclusionDraft }),
  of('sla_exclusion.delete', { id }),
  of('sla_channel.update', { id, patch: SlaChannelPatch }),
  of('sla_channel.delete', { id }),
  ...COMPLIANCE_COMMANDS,
]);
export type Command = z.infer<typeof Command>;
export type CommandType = Command['type'];

/** Issuing a key answers a secret, which is shown once and never stored: it is asked for online and never waits in an outbox. */
export const IssueKey = z.strictObject({ account_id: id, input: KeyInput });
export type IssueKey = z.infer<typeof IssueKey>;
