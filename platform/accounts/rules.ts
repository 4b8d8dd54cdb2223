/** What may be given to a service account, and by whom. */
import type { ServiceAccount } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import {
  ACCOUNT_WORDS,
  accountNameRefusal,
  expand,
  grantsOfAccount,
  hasPassed,
  isWildcard,
  newAccountRefusal,
  WORKSPACE_WORDS,
} from '../../shared/rbac/index.ts';
import { only, type Tx } from '../db/database.ts';
import { invalidField, Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { grantsFrom, refuseBeyond, refuseWorkspacesBeyond } from '../tenancy/escalation.ts';
import { refuseReached } from '../workspaces/limits.ts';

const reach = (workspaceId: string | null): readonly string[] | null => (workspaceId === null ? null : [workspaceId]);

type Given = Pick<ServiceAccount, 'permissions' | 'workspace_id'>;

/**
 * Permissions and workspace as they are to be, held against what the giver holds. `before` null: a new account; otherwise grants it has
 * already by name may stay, but a wildcard that stays is written anew and may reach more.
 * Throws Problem invalid-request or forbidden.
 */
export function checkGrants(context: OrgContext, before: Given | null, after: Given): void {
  const held = new Set(before?.permissions);
  refuseBeyond(
    context,
    grantsFrom(after.permissions, context.book).filter(
      ({ grant }, i) => !held.has(after.permissions[i]!) || isWildcard(grant),
    ),
  );
  if (before?.workspace_id !== after.workspace_id) refuseWorkspacesBeyond(context, reach(after.workspace_id));
}

/** A key is all its account is: whoever issues one must hold what it opens. Throws Problem forbidden. */
export function checkIssuer(context: OrgContext, account: ServiceAccount): void {
  const { book } = context;
  const grants = grantsOfAccount(account, book);
  refuseBeyond(
    context,
    grants.filter(({ grant, version }) => expand(grant, book.catalog, version).length > 0),
  );
  refuseWorkspacesBeyond(context, reach(account.workspace_id));
}

/** Nobody touches an account that reaches where they may not go. Throws Problem forbidden. */
export function checkReach(context: OrgContext, account: ServiceAccount): void {
  refuseWorkspacesBeyond(context, reach(account.workspace_id));
}

/** An account that could change itself, or issue itself a longer key, would be bound by nothing. Throws Problem forbidden. */
export function refuseSelf({ principal }: Pick<OrgContext, 'principal'>, account: ServiceAccount): void {
  if (principal.type === 'service_account' && principal.accountId === account.id) {
    throw new Problem('forbidden', 'No service account changes itself or issues itself a key.');
  }
}

/** Throws Problem invalid-request for a workspace that is not there. */
export async function checkWorkspace(tx: Tx, workspaceId: string | null): Promise<void> {
  if (workspaceId === null) return;
  const rows = await tx.query('SELECT 1 AS one FROM workspaces WHERE id = $1', [workspaceId]);
  if (rows.length === 0) throw invalidField('/workspace_id', WORKSPACE_WORDS.absent);
}

/** Throws Problem invalid-request unless the user is an active member: somebody must answer for the account. */
export async function checkOwner(tx: Tx, userId: string): Promise<void> {
  const rows = await tx.query(`SELECT 1 AS one FROM members WHERE user_id = $1 AND status = 'active'`, [userId]);
  if (rows.length === 0) throw invalidField('/owner_id', ACCOUNT_WORDS.owner);
}

/** Throws Problem invalid-request for an end that has passed. */
export function checkExpiry(expiresAt: string | null, now: number): void {
  if (hasPassed(expiresAt, now)) throw invalidField('/expires_at', ACCOUNT_WORDS.passed);
}

/** Throws Problem conflict. */
export function refuseRevoked(account: ServiceAccount): void {
  if (account.revoked_at !== null) throw new Problem('conflict', ACCOUNT_WORDS.revoked);
}

/** Under the organization's lock, before one is made. Throws Problem limit-reached. */
export async function reserveAccount(tx: Tx): Promise<void> {
  const { used } = only(
    await tx.query<{ used: number }>('SELECT count(*)::int AS used FROM service_accounts WHERE revoked_at IS NULL'),
  );
  const reached = newAccountRefusal(used);
  refuseReached(reached === null ? [] : [reached]);
}

/** Under the organization's lock. Throws CONFLICT for a name that another account in force has already, whatever its case. */
export async function refuseTakenName(tx: Tx, { id, name }: Pick<ServiceAccount, 'id' | 'name'>): Promise<void> {
  const namesakes = await tx.query<{ id: string; revoked_at: Date | null }>(
    'SELECT id, revoked_at FROM service_accounts WHERE lower(name) = lower($1) AND revoked_at IS NULL',
    [name],
  );
  const words = accountNameRefusal(id, namesakes);
  if (words !== null) throw new AppError('CONFLICT', words);
}
