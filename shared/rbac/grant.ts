/**
 * The language of grants: `resource:action` or `resource:action:scope`, where `*` stands for one whole segment, of resource
 * or action. Unscoped covers scoped, never the reverse. A scope is a condition on the thing asked for, not part of its name.
 */
import { AppError } from '../errors.ts';
import { BUILT_IN, type Catalog, isAction, isResource } from './catalog.ts';

export const SCOPES = ['own', 'shared'] as const;
/** `own`: the asker owns the thing; `shared`: it was shared with the asker. */
export type Scope = (typeof SCOPES)[number];

export interface Permission {
  /** A resource of the catalog, or `*`. */
  readonly resource: string;
  readonly action: string;
  readonly scope: Scope | null;
}

function refuse(text: string): never {
  throw new AppError('INPUT_INVALID', `Not a permission: ${text.slice(0, 80)}`);
}

/**
 * Reads a permission or a grant with `*` in a whole segment. Throws INPUT_INVALID for bad syntax and for a resource, action or
 * pair that the catalog does not have.
 */
export function parsePermission(text: string, catalog: Catalog = BUILT_IN): Permission {
  const [resource = '', action = '', scope, ...rest] = text.split(':');
  if (rest.length > 0) refuse(text);
  if (scope !== undefined && !(SCOPES as readonly string[]).includes(scope)) refuse(text);
  if (resource !== '*' && !isResource(resource)) refuse(text);
  if (action !== '*' && !isAction(action)) refuse(text);
  if (!known(resource, action, catalog)) refuse(text);
  return { resource, action, scope: (scope as Scope | undefined) ?? null };
}

function known(resource: string, action: string, catalog: Catalog): boolean {
  if (resource === '*') return action === '*' || catalog.byAction.has(action);
  if (action === '*') return catalog.byResource.has(resource);
  return catalog.entries.has(`${resource}:${action}`);
}

/** The text of a permission, as parsePermission reads it. */
export function formatPermission({ resource, action, scope }: Permission): string {
  return scope === null ? `${resource}:${action}` : `${resource}:${action}:${scope}`;
}

/** True when a segment of the grant is `*`. */
export function isWildcard({ resource, action }: Permission): boolean {
  return resource === '*' || action === '*';
}

/** True when every use that `wanted` allows is one that `grant` allows, the catalog version left aside. */
export function covers(grant: Permission, wanted: Permission): boolean {
  return (
    (grant.resource === '*' || grant.resource === wanted.resource) &&
    (grant.action === '*' || grant.action === wanted.action) &&
    (grant.scope === null || grant.scope === wanted.scope)
  );
}

/**
 * The permissions (`resource:action`) a grant reaches: itself, or for a wildcard what the catalog held at the version the grant
 * was written under.
 */
export function expand(grant: Permission, catalog: Catalog, version: number): readonly string[] {
  if (!isWildcard(grant)) return [`${grant.resource}:${grant.action}`];
  const candidates =
    grant.resource !== '*'
      ? (catalog.byResource.get(grant.resource) ?? [])
      : grant.action !== '*'
        ? (catalog.byAction.get(grant.action) ?? [])
        : [...catalog.entries.values()];
  return candidates.filter(({ since }) => since <= version).map(({ id }) => id);
}

/** What a role's wildcards would reach more, were it saved again under the catalog's newest version: to be shown before. */
export function wildcardDelta(grants: readonly Permission[], catalog: Catalog, version: number): readonly string[] {
  const delta = new Set<string>();
  for (const grant of grants) {
    const now = new Set(expand(grant, catalog, version));
    for (const id of expand(grant, catalog, catalog.version)) if (!now.has(id)) delta.add(id);
  }
  return [...delta].sort();
}
