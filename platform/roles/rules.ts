/** What a custom role may be. */
import type { Role } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { grantsOfRole, isBuiltIn, isWildcard, type RoleBook, roleChain } from '../../shared/rbac/index.ts';
import type { Tx } from '../db/database.ts';
import { invalidField, Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { grantsFrom, refuseBeyond } from '../tenancy/escalation.ts';

/** Custom roles of one organization: bounds memory and the time of a decision's first compile. */
export const ROLES_MAX = 10_000;

/** Throws CONFLICT for a name that a custom or a built-in role has already, whatever its case. */
export async function refuseTakenName(tx: Tx, role: Pick<Role, 'id' | 'name'>): Promise<void> {
  const taken =
    isBuiltIn(role.name.toLowerCase()) ||
    (await tx.query('SELECT 1 AS one FROM roles WHERE lower(name) = lower($1) AND id <> $2', [role.name, role.id]))
      .length > 0;
  if (taken) throw new AppError('CONFLICT', 'There is a role of that name already.');
}

/** Throws CONFLICT when the id is taken, a built-in role's name included, or the organization has as many roles as it may. */
export async function refuseTakenId(tx: Tx, id: string): Promise<void> {
  if (isBuiltIn(id) || (await tx.query('SELECT 1 AS one FROM roles WHERE id = $1', [id])).length > 0) {
    throw new AppError('CONFLICT', 'There is a role of that id already.');
  }
  const rows = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM roles');
  if ((rows[0]?.n ?? 0) >= ROLES_MAX) throw new Problem('conflict', `At most ${ROLES_MAX} custom roles.`);
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
