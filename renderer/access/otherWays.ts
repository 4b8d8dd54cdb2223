import { expand, grantsOfRole, isWildcard, parsePermission, pathsOf } from '../../shared/rbac/index.ts';
import type { Matrix } from './matrix.ts';
import { roleName } from './people.ts';
import { grantProblem } from './permissionTree.ts';

/**
 * How permissions are held besides their own names in the draft, in a few words: by a wildcard of it (under the newest catalog, as
 * saving writes it), or inherited.
 */
export function otherWays(
  matrix: Matrix,
  grants: ReadonlySet<string>,
  inherits: string | null,
): ReadonlyMap<string, string> {
  const { book } = matrix;
  const ways = new Map<string, string>();
  if (inherits !== null) {
    const from = `inherited from ${roleName(inherits, matrix.roles)}`;
    for (const [permission, paths] of pathsOf(grantsOfRole(inherits, book), book.catalog)) {
      const scoped = paths.every(({ scope }) => scope !== null);
      ways.set(
        permission,
        scoped ? `${from}, only ${[...new Set(paths.map(({ scope }) => scope))].join(' and ')}` : from,
      );
    }
  }
  for (const text of grants) {
    if (!text.includes('*') || grantProblem(text, book) !== null) continue;
    const grant = parsePermission(text, book.catalog);
    if (!isWildcard(grant)) continue;
    for (const permission of expand(grant, book.catalog, book.catalog.version)) {
      const former = ways.get(permission);
      if (former === undefined || former.startsWith('inherited')) ways.set(permission, `by ${text}`);
    }
  }
  return ways;
}
