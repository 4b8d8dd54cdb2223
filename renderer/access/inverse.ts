/** The command that takes a command back, made from what its target was before. */
import type { Command } from '../../shared/commands/index.ts';

/** The fields of `before` that a patch names, so that sending them restores it. */
function restored(patch: object, before: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  const fields = Object.keys(patch);
  if (fields.length === 0 || fields.some((field) => before[field] === undefined)) return null;
  return Object.fromEntries(fields.map((field) => [field, before[field]]));
}

/**
 * What undoes a command that was carried out; null for what cannot be undone by another (a removal takes history with it, an
 * ownership handed over is the new owner's). `before`: the target as it was; null where it was not there.
 */
export function inverseOf(command: Command, before: Readonly<Record<string, unknown>> | null): Command | null {
  switch (command.type) {
    case 'workspace.create':
      return { type: 'workspace.delete', id: command.id };
    case 'member.create':
      return { type: 'member.delete', id: command.id };
    case 'role.create':
      return { type: 'role.delete', id: command.id };
    case 'sla_exclusion.create':
      return { type: 'sla_exclusion.delete', id: command.id };
    case 'termination.create':
      return { type: 'termination.delete', id: command.id };
    case 'sla.update':
      // Agreed terms are taken back by agreeing on the former ones, which is a decision of its own.
      if (before === null || 'terms' in command.patch) return null;
      return patched({ type: command.type, id: command.id }, restored(command.patch, before));
    case 'member.suspend':
      return { type: 'member.reactivate', id: command.id };
    case 'member.reactivate':
      return { type: 'member.suspend', id: command.id };
    case 'organization.update':
      if (before === null || 'owner_id' in command.patch) return null;
      return patched({ type: command.type }, restored(command.patch, before));
    case 'workspace.update':
    case 'member.update':
    case 'role.update':
    case 'service_account.update':
    case 'sla_channel.update':
    case 'data_request.update':
    case 'incident.update':
    case 'transfer_mechanism.update':
      return before === null ? null : patched({ type: command.type, id: command.id }, restored(command.patch, before));
    default:
      return null;
  }
}

function patched(head: Record<string, unknown>, patch: Record<string, unknown> | null): Command | null {
  return patch === null ? null : ({ ...head, patch } as Command);
}
