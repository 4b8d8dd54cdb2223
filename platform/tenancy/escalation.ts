/** Grants asked for: whether they exist, and whether the one who gives them holds them. */
import { AppError } from '../../shared/errors.ts';
import { beyond, parsePermission, type RoleBook, type VersionedGrant } from '../../shared/rbac/index.ts';
import { invalidField, Problem } from '../http/problems.ts';
import type { OrgContext } from './context.ts';

const SHOWN_MAX = 5;

/** Texts of grants as they are written now, under the catalog's newest version. Throws Problem invalid-request naming the field. */
export function grantsFrom(texts: readonly string[], { catalog }: RoleBook, path = '/permissions'): VersionedGrant[] {
  return texts.map((text) => {
    try {
      return { grant: parsePermission(text, catalog), version: catalog.version };
    } catch (error) {
      if (error instanceof AppError) throw invalidField(path, error.message);
      throw error;
    }
  });
}

/** Nobody grants what they do not hold. Throws Problem forbidden naming the first few that go beyond. */
export function refuseBeyond(
  { policy, book }: Pick<OrgContext, 'policy' | 'book'>,
  grants: readonly VersionedGrant[],
): void {
  const more = beyond(policy, grants, book.catalog);
  if (more.length === 0) return;
  const rest = more.length > SHOWN_MAX ? ` and ${more.length - SHOWN_MAX} more` : '';
  throw new Problem('forbidden', `Goes beyond what you hold: ${more.slice(0, SHOWN_MAX).join(', ')}${rest}.`);
}

/** Nobody opens workspaces they may not use. Throws Problem forbidden. */
export function refuseWorkspacesBeyond(
  { workspaces }: Pick<OrgContext, 'workspaces'>,
  given: readonly string[] | null,
): void {
  if (workspaces === null) return;
  if (given === null || given.some((id) => !workspaces.includes(id))) {
    throw new Problem('forbidden', 'Goes beyond the workspaces you may use.');
  }
}
