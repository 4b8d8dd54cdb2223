/** What a custom role may be. */
import type { Role } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import {
  grantsOfRole,
  isWildcard,
  newRoleRefusal,
  type RoleBook,
  roleChain,
  roleNameRefusal,
  roleRemovalRefusals,
} from '../../shared/rbac/index.ts';
import { only, type Tx } from '../db/database.ts';
import { invalidField } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { grantsFrom, refuseBeyond } from '../tenancy/escalation.ts';

/** Throws CONFLICT for a name that a custom or a built-in role has already, whatever its case; the caller holds the lock. */
export async function refuseTakenName(tx: Tx, role: Pick<Role, 'id' | 'name'>): Promise<void> {
  const namesakes = await tx.query<{ id: string }>('SELECT id FROM roles WHERE lower(name) = lower($1)', [role.name]);
  const words = roleNameRefusal(role, namesakes);
  if (words !== null) throw new AppError('CONFLICT', words);
}

/** Throws CONFLICT when the id is taken, a built-in role's name included, or the organization has as many roles as it may; under the lock. */
export async function refuseTakenId(tx: Tx, id: string): Promise<void> {
  const { taken, count } = only(
    await tx.query<{ taken: boolean; count: number }>(
      'SELECT EXISTS (SELECT 1 FROM roles WHERE id = $1) AS taken, (SELECT count(*)::int FROM roles) AS count',
      [id],
    ),
  );
  const words = newRoleRefusal(id, taken, count);
  if (words !== null) throw new AppError('CONFLICT', words);
}

/** Throws CONFLICT for a role that is held or inherited from; the caller holds the lock. */
export async function refuseInUse(tx: Tx, id: string): Promise<void> {
  const use = only(
    await tx.query<{ members: number; heirs: number }>(
      `SELECT (SELECT count(*)::int FROM members WHERE role = $1) AS members,
         (SELECT count(*)::int FROM roles WHERE inherits = $1) AS heirs`,
      [id],
    ),
  );
  const words = roleRemovalRefusals(use);
  if (words.length > 0) throw new AppError('CONFLICT', words.join(' '));
}

/** Every chain that passes through the role, its own included, still ends and stays short. Throws Problem invalid-request. */
function checkChains(role: Role, book: RoleBook): void {
  try {
    roleChain(role.id, book.roles);
    for (const [id, { inherits }] of book.roles) if (inherits !== null) roleChain(id, book.roles);
  } catch (error) {
    if (error instanceof AppError) throw invalidField('/inherits', error.message);
    throw error;
  }
}

/** The role as it is to be. Throws Problem invalid-request naming the field, or forbidden where it goes beyond its writer. */
export function checkRoleGiven(context: OrgContext, before: Role | null, after: Role): void {
  const { book } = context;
  const next: RoleBook = { catalog: book.catalog, roles: new Map(book.roles).set(after.id, after) };
  if (before?.inherits !== after.inherits) {
    checkChains(after, next);
    if (after.inherits !== null) refuseBeyond(context, grantsOfRole(after.inherits, next));
  }
  if (before !== null && before.catalog_version === after.catalog_version && same(before, after)) return;
  const held = new Set(before?.permissions);
  const grants = grantsFrom(after.permissions, book);
  // A wildcard that stays is written anew, under the newest version: it may reach more than before.
  refuseBeyond(
    context,
    grants.filter(({ grant }, i) => !held.has(after.permissions[i]!) || isWildcard(grant)),
  );
}

const same = (a: Role, b: Role): boolean => JSON.stringify(a.permissions) === JSON.stringify(b.permissions);
