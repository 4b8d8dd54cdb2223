/** Who may do what to which member. */
import type { Member } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import {
  compilePolicy,
  expand,
  grantsOfMember,
  grantsOfRole,
  isWildcard,
  MEMBER_WORDS,
  managesUsers,
  type RoleBook,
  roleChain,
  stopsGoverning,
} from '../../shared/rbac/index.ts';
import { only, type Tx } from '../db/database.ts';
import { invalidField, Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { grantsFrom, refuseBeyond, refuseWorkspacesBeyond } from '../tenancy/escalation.ts';

/** Throws Problem invalid-request for a role that is not there. */
export function checkRole(role: string, book: RoleBook, path = '/role'): void {
  try {
    roleChain(role, book.roles);
  } catch (error) {
    if (error instanceof AppError) throw invalidField(path, error.message);
    throw error;
  }
}

/** Extra grants, sorted, each once. Throws Problem invalid-request for one the catalog does not have. */
export function checkExtras(texts: readonly string[], book: RoleBook): readonly string[] {
  grantsFrom(texts, book);
  return [...new Set(texts)].sort();
}

/** Role, extra grants and workspaces as they are to be. Throws Problem invalid-request or forbidden. */
export function checkGiven(
  context: OrgContext,
  before: Pick<Member, 'role' | 'permissions' | 'workspaces'> | null,
  after: Pick<Member, 'role' | 'permissions' | 'workspaces'>,
): void {
  const { book } = context;
  if (before?.role !== after.role) {
    checkRole(after.role, book);
    refuseBeyond(context, grantsOfRole(after.role, book));
  }
  const extras = grantsFrom(after.permissions, book);
  // A wildcard that stays is written anew, under the newest version: it may reach more than before.
  const held = new Set(before?.permissions);
  refuseBeyond(
    context,
    extras.filter(({ grant }, i) => !held.has(after.permissions[i]!) || isWildcard(grant)),
  );
  if (before === null || JSON.stringify(before.workspaces) !== JSON.stringify(after.workspaces)) {
    refuseWorkspacesBeyond(context, after.workspaces);
  }
}

/** Giving access back is giving it. Throws Problem forbidden. */
export function checkReactivation(context: OrgContext, member: Member): void {
  const { book } = context;
  const grants = grantsOfMember(member, book);
  refuseBeyond(
    context,
    grants.filter(({ grant, version }) => expand(grant, book.catalog, version).length > 0),
  );
  refuseWorkspacesBeyond(context, member.workspaces);
}

/** Throws Problem forbidden: nobody changes their own access. */
export function refuseSelf({ principal }: Pick<OrgContext, 'principal'>, member: Member): void {
  if (principal.type === 'user' && principal.memberId === member.id) {
    throw new Problem('forbidden', MEMBER_WORDS.self);
  }
}

/** The right to remove alone reaches nobody who manages users too. Throws Problem forbidden. */
export function refuseRemoval({ policy, book }: OrgContext, member: Member): void {
  if (policy.check('users:manage')) return;
  const theirs = compilePolicy(grantsOfMember(member, book), book.catalog);
  if (managesUsers(theirs)) throw new Problem('forbidden', MEMBER_WORDS.removal);
}

/**
 * An organization that nobody governs could never be governed again: its owner stays an active admin, and so does its last one.
 * Throws CONFLICT. `after` null: the member is removed.
 */
export async function keepGoverned(
  tx: Tx,
  before: Member,
  after: Pick<Member, 'role' | 'status'> | null,
): Promise<void> {
  if (!stopsGoverning(before, after)) return;
  const owned = await tx.query('SELECT 1 AS one FROM organization WHERE owner_id = $1', [before.user_id]);
  if (owned.length > 0) throw new AppError('CONFLICT', MEMBER_WORDS.owner);
  const rows = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM members WHERE role = 'admin' AND status = 'active' AND id <> $1`,
    [before.id],
  );
  if (only(rows).n === 0) throw new AppError('CONFLICT', MEMBER_WORDS.lastAdmin);
}
