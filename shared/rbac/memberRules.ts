/** Rules about members that the platform decides by and the console foretells by, with the words in which both refuse. */
import type { Policy } from './policy.ts';

export const MEMBER_WORDS = {
  self: 'Nobody changes their own role, extra grants, workspaces or status.',
  owner: 'The owner of an organization stays an active admin.',
  lastAdmin: 'The last active admin of an organization stays one.',
  removal: 'Needs users:manage to remove a member who manages users.',
  suspended: 'The member is suspended already.',
  idle: 'The member is not suspended.',
  known: 'The user is a member already.',
  passOn: 'Only the owner passes ownership on.',
  newOwner: 'The new owner must be an active admin.',
} as const;

interface Standing {
  readonly role: string;
  readonly status: string;
}

/** True when a member governs the organization before a change and not after it; `after` null: removed. */
export function stopsGoverning(before: Pick<Standing, 'role'>, after: Standing | null): boolean {
  return before.role === 'admin' && !(after?.role === 'admin' && after.status !== 'suspended');
}

/** True when the policy reaches any right over members: `users:remove` alone does not reach such a member. */
export function managesUsers(policy: Policy): boolean {
  return ['users:manage', 'users:invite', 'users:remove'].some((permission) => policy.reach(permission) !== null);
}

/** Whether a member counts against `max_users` of a workspace: not suspended, and free to use it. */
export function takesSeat(
  { status, workspaces }: { readonly status: string; readonly workspaces: readonly string[] | null },
  workspaceId: string,
): boolean {
  return status !== 'suspended' && (workspaces === null || workspaces.includes(workspaceId));
}
