/** The five built-in roles and what each grants (REQUIREMENTS, table of roles). */
import { BUILT_IN } from './catalog.ts';
import { type Permission, parsePermission } from './grant.ts';

export const ROLES = ['admin', 'manager', 'developer', 'viewer', 'guest'] as const;
export type Role = (typeof ROLES)[number];

/** Admin has every permission of the built-in catalog, named one by one; none of them comes by a wildcard. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly string[]>> = {
  admin: [...BUILT_IN.entries.keys()],
  manager: ['threads:read', 'logs:read', 'users:invite', 'users:remove', 'settings:view'],
  developer: ['threads:create', 'threads:read', 'threads:update', 'logs:read:own'],
  viewer: ['threads:read', 'logs:read'],
  guest: ['threads:read:shared', 'logs:read:shared'],
};

/** Grants of a member: the role's and the extra ones. */
export function grantsOf(role: Role, extra: readonly string[] = []): readonly Permission[] {
  return [...ROLE_PERMISSIONS[role], ...extra].map((text) => parsePermission(text));
}
