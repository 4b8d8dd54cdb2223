/**
 * Nobody grants what they do not hold. Permissions of an imported catalog open nothing on this platform and nobody holds them by a
 * built-in role: who governs roles (`roles:manage`) grants them.
 */
import type { Catalog } from './catalog.ts';
import { expand, formatPermission, type Permission } from './grant.ts';
import type { Policy, VersionedGrant } from './policy.ts';

/**
 * The grants, as text, that go beyond what the granter holds. A wildcard is covered when every permission it reaches is held,
 * under the same scope or unscoped; one that reaches nothing is refused too, since it would grow with the catalog.
 */
export function beyond(holder: Policy, grants: readonly VersionedGrant[], catalog: Catalog): readonly string[] {
  return grants.filter((wanted) => !covered(holder, wanted, catalog)).map(({ grant }) => formatPermission(grant));
}

function covered(holder: Policy, { grant, version }: VersionedGrant, catalog: Catalog): boolean {
  const reached = expand(grant, catalog, version);
  const governs = holder.check('roles:manage');
  return reached.length > 0 && reached.every((id) => holder.holds(concrete(id, grant)) || (governs && isForeign(id)));
}

/** A slash parts an imported catalog's prefix from its names; no built-in resource has one. */
function isForeign(id: string): boolean {
  return id.slice(0, id.indexOf(':')).includes('/');
}

function concrete(id: string, { scope }: Permission): Permission {
  const colon = id.indexOf(':');
  return { resource: id.slice(0, colon), action: id.slice(colon + 1), scope };
}
