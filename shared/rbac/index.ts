/**
 * Roles and permissions: the one rule by which the platform decides and the console simulates. A permission is
 * `resource:action` or `resource:action:scope`; unscoped covers scoped, never the reverse. Deny by default.
 */
import { AppError } from '../errors.ts';

export const ROLES = ['admin', 'manager', 'developer', 'viewer', 'guest'] as const;
export type Role = (typeof ROLES)[number];

export const SCOPES = ['own', 'shared'] as const;
export type Scope = (typeof SCOPES)[number];

/** Every permission there is. A new one enters no wildcard silently: the test of the admin role lists them all. */
export const CATALOG = {
  threads: ['create', 'read', 'update', 'delete'],
  logs: ['read', 'delete'],
  users: ['manage', 'invite', 'remove'],
  org: ['manage'],
  billing: ['manage'],
  compliance: ['audit'],
  settings: ['view'],
  directives: ['read'],
  scripts: ['execute'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** REQUIREMENTS, table of roles; admin has every permission of the catalog. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly string[]>> = {
  admin: Object.entries(CATALOG).flatMap(([resource, actions]) => actions.map((action) => `${resource}:${action}`)),
  manager: ['threads:read', 'logs:read', 'users:invite', 'users:remove', 'settings:view'],
  developer: ['threads:create', 'threads:read', 'threads:update', 'logs:read:own'],
  viewer: ['threads:read', 'logs:read'],
  guest: ['threads:read:shared', 'logs:read:shared'],
};

export interface Permission {
  /** A resource of the catalog, or `*`. */
  readonly resource: string;
  readonly action: string;
  readonly scope: Scope | null;
}

/** Reads a permission or a grant with `*` in a whole segment. Throws INPUT_INVALID for an unknown resource, action or scope. */
export function parsePermission(text: string): Permission {
  const [resource, action, scope, ...rest] = text.split(':');
  const refused = new AppError('INPUT_INVALID', `Not a permission: ${text.slice(0, 80)}`);
  if (resource === undefined || action === undefined || rest.length > 0) throw refused;
  if (scope !== undefined && !(SCOPES as readonly string[]).includes(scope)) throw refused;
  const actions: readonly string[] =
    resource === '*'
      ? Object.values(CATALOG).flat()
      : Object.hasOwn(CATALOG, resource)
        ? CATALOG[resource as keyof typeof CATALOG]
        : [];
  if (actions.length === 0 || (action !== '*' && !actions.includes(action))) throw refused;
  return { resource, action, scope: (scope as Scope | undefined) ?? null };
}

function covers(grant: Permission, wanted: Permission): boolean {
  return (
    (grant.resource === '*' || grant.resource === wanted.resource) &&
    (grant.action === '*' || grant.action === wanted.action) &&
    (grant.scope === null || grant.scope === wanted.scope)
  );
}

/** Grants of a member: the role's and the extra ones. */
export function grantsOf(role: Role, extra: readonly string[] = []): readonly Permission[] {
  return [...ROLE_PERMISSIONS[role], ...extra].map(parsePermission);
}

/** True when some grant covers the wanted permission, which must name resource and action without a wildcard. */
export function allows(grants: readonly Permission[], wanted: string): boolean {
  const permission = parsePermission(wanted);
  if (permission.resource === '*' || permission.action === '*') {
    throw new AppError('INPUT_INVALID', 'A wildcard can be granted, not asked for.');
  }
  return grants.some((grant) => covers(grant, permission));
}
