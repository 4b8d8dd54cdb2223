/** Grants compiled to one lookup a check: a map from permission to the scopes under which it is held. */
import { AppError } from '../errors.ts';
import { BUILT_IN, type Catalog } from './catalog.ts';
import { expand, type Permission, parsePermission, type Scope } from './grant.ts';

/** How the asker stands to the thing asked for. What is not said is not so: a missing owner denies. */
export interface Relation {
  readonly own?: boolean;
  readonly shared?: boolean;
}

/** The rows a list may show: all of them, or those that are own, shared or both; null for none. */
export type Reach = 'all' | { readonly own: boolean; readonly shared: boolean } | null;

/** A grant under the catalog version it was written in; a wildcard reaches no later permission. */
export interface VersionedGrant {
  readonly grant: Permission;
  readonly version: number;
}

const ALL = 1;
const OWN = 2;
const SHARED = 4;
const BIT: Readonly<Record<Scope, number>> = { own: OWN, shared: SHARED };

export class Policy {
  private readonly held: ReadonlyMap<string, number>;

  constructor(held: ReadonlyMap<string, number>) {
    this.held = held;
  }

  /** True when `resource:action` may be done to a thing that stands so to the asker. Unknown permissions are denied. */
  check(permission: string, relation?: Relation): boolean {
    const mask = this.held.get(permission);
    if (mask === undefined) return false;
    if ((mask & ALL) !== 0 || relation === undefined) return (mask & ALL) !== 0;
    return (relation.own === true && (mask & OWN) !== 0) || (relation.shared === true && (mask & SHARED) !== 0);
  }

  /** What a list under this permission may show; the same rule as `check`, as a condition for SQL. */
  reach(permission: string): Reach {
    const mask = this.held.get(permission);
    if (mask === undefined) return null;
    return (mask & ALL) !== 0 ? 'all' : { own: (mask & OWN) !== 0, shared: (mask & SHARED) !== 0 };
  }

  /** True when the policy allows all that the permission does: `logs:read` is held only unscoped, `logs:read:own` either way. */
  holds({ resource, action, scope }: Permission): boolean {
    const mask = this.held.get(`${resource}:${action}`) ?? 0;
    return (mask & (scope === null ? ALL : ALL | BIT[scope])) !== 0;
  }

  /** Every permission held with its scopes, in no order. */
  *permissions(): Generator<{ readonly id: string; readonly scopes: 'all' | readonly Scope[] }> {
    for (const [id, mask] of this.held) {
      const scopes = (['own', 'shared'] as const).filter((scope) => (mask & BIT[scope]) !== 0);
      yield { id, scopes: (mask & ALL) !== 0 ? 'all' : scopes };
    }
  }
}

/** Compiles grants, wildcards expanded at their own catalog version. */
export function compilePolicy(grants: Iterable<VersionedGrant>, catalog: Catalog): Policy {
  const held = new Map<string, number>();
  for (const { grant, version } of grants) {
    const bit = grant.scope === null ? ALL : BIT[grant.scope];
    for (const id of expand(grant, catalog, version)) held.set(id, (held.get(id) ?? 0) | bit);
  }
  return new Policy(held);
}

/** True when some grant covers the wanted permission, which must name resource and action without a wildcard. */
export function allows(grants: readonly Permission[], wanted: string, catalog: Catalog = BUILT_IN): boolean {
  const permission = parsePermission(wanted, catalog);
  if (permission.resource === '*' || permission.action === '*') {
    throw new AppError('INPUT_INVALID', 'A wildcard can be granted, not asked for.');
  }
  const versioned = grants.map((grant) => ({ grant, version: catalog.version }));
  return compilePolicy(versioned, catalog).holds(permission);
}
