/**
 * The catalog: every permission there is, each with the catalog version that brought it. A wildcard grant reaches only
 * what the catalog held when the grant was written, so that a new permission enters no role silently.
 */
import { AppError } from '../errors.ts';

export interface CatalogEntry {
  /** `resource:action`. */
  readonly id: string;
  readonly resource: string;
  readonly action: string;
  /** The first catalog version that has it, from 1. */
  readonly since: number;
}

export interface Catalog {
  /** The newest version, from 1. */
  readonly version: number;
  readonly entries: ReadonlyMap<string, CatalogEntry>;
  readonly byResource: ReadonlyMap<string, readonly CatalogEntry[]>;
  readonly byAction: ReadonlyMap<string, readonly CatalogEntry[]>;
}

const RESOURCE = /^[a-z0-9_][A-Za-z0-9_.\-/]{0,127}$/;
const ACTION = /^[A-Za-z0-9_.\-/]{1,64}$/;

/** True for a resource's name: 1 to 128 letters, digits and `_ . - /`; a slash parts an imported catalog from its names. */
export function isResource(text: string): boolean {
  return RESOURCE.test(text);
}

/** True for an action's name: 1 to 64 letters, digits and `_ . - /`. */
export function isAction(text: string): boolean {
  return ACTION.test(text);
}

function group(entries: Iterable<CatalogEntry>, by: 'resource' | 'action'): Map<string, CatalogEntry[]> {
  const groups = new Map<string, CatalogEntry[]>();
  for (const entry of entries) {
    const list = groups.get(entry[by]);
    if (list === undefined) groups.set(entry[by], [entry]);
    else list.push(entry);
  }
  return groups;
}

/**
 * A catalog of the permissions given, as `[resource:action, since]`; one named twice keeps the earlier version.
 * Throws INPUT_INVALID for a name that is none.
 */
export function makeCatalog(permissions: Iterable<readonly [id: string, since: number]>): Catalog {
  const entries = new Map<string, CatalogEntry>();
  let version = 1;
  for (const [id, since] of permissions) {
    const colon = id.indexOf(':');
    const resource = id.slice(0, Math.max(colon, 0));
    const action = id.slice(colon + 1);
    if (!isResource(resource) || !isAction(action) || !Number.isSafeInteger(since) || since < 1) {
      throw new AppError('INPUT_INVALID', `Not a permission of a catalog: ${id.slice(0, 80)}`);
    }
    const known = entries.get(id);
    if (known !== undefined && known.since <= since) continue;
    entries.set(id, { id, resource, action, since });
    version = Math.max(version, since);
  }
  return {
    version,
    entries,
    byResource: group(entries.values(), 'resource'),
    byAction: group(entries.values(), 'action'),
  };
}

/** One catalog of several: the built-in one and those an organization imported. Imported names never take a built-in one's place. */
export function joinCatalogs(first: Catalog, ...others: readonly Catalog[]): Catalog {
  const all = [first, ...others].flatMap(({ entries }) => [...entries.values()]);
  return makeCatalog(all.map(({ id, since }) => [id, since] as const));
}

/**
 * Distance between two versions of the built-in catalog. What an organization imports takes the versions between, so that a later
 * built-in permission is newer than every grant written before it.
 */
export const RELEASE = 1_000_000;

/** What the platform itself asks for. REQUIREMENTS, table of roles; release 2 brought the governance of access itself, release 3 service levels, release 4 compliance. */
export const BUILT_IN = makeCatalog([
  ['threads:create', RELEASE],
  ['threads:read', RELEASE],
  ['threads:update', RELEASE],
  ['threads:delete', RELEASE],
  ['logs:read', RELEASE],
  ['logs:delete', RELEASE],
  ['users:manage', RELEASE],
  ['users:invite', RELEASE],
  ['users:remove', RELEASE],
  ['org:manage', RELEASE],
  ['billing:manage', RELEASE],
  ['compliance:audit', RELEASE],
  ['settings:view', RELEASE],
  ['directives:read', RELEASE],
  ['scripts:execute', RELEASE],
  ['threads:share', 2 * RELEASE],
  ['users:view', 2 * RELEASE],
  ['roles:manage', 2 * RELEASE],
  ['accounts:manage', 2 * RELEASE],
  ['accounts:view', 2 * RELEASE],
  ['sla:view', 3 * RELEASE],
  ['sla:manage', 3 * RELEASE],
  ['metrics:write', 3 * RELEASE],
  ['compliance:view', 4 * RELEASE],
  ['compliance:manage', 4 * RELEASE],
  ['evidence:write', 4 * RELEASE],
  ['retention:manage', 4 * RELEASE],
  ['privacy:manage', 4 * RELEASE],
]);
