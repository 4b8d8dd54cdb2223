/** What can be done to members, one or many at once. Pure. */
import type { Command } from '../../shared/commands/index.ts';
import type { Member } from '../../shared/entities/index.ts';

export const ACTS = ['role', 'suspend', 'reactivate', 'remove'] as const;
export type Act = (typeof ACTS)[number];

/** The command of an act on one member; null where it would change nothing. */
export function commandOf(act: Act, member: Member, role: string): Command | null {
  const { id, status } = member;
  switch (act) {
    case 'role':
      return role === '' || role === member.role ? null : { type: 'member.update', id, patch: { role } };
    case 'suspend':
      return status === 'suspended' ? null : { type: 'member.suspend', id };
    case 'reactivate':
      return status === 'suspended' ? { type: 'member.reactivate', id } : null;
    case 'remove':
      return { type: 'member.delete', id };
  }
}
