/** Through what a permission is held: each grant that reaches it, where the grant comes from, and how it reaches. */
import type { Catalog } from './catalog.ts';
import { expand, formatPermission, isWildcard, type Permission, type Scope } from './grant.ts';

export interface GrantSource {
  /** `role`: by the role held; `extra`: granted to the person beside the role; `key`: granted to a service account. */
  readonly kind: 'role' | 'extra' | 'key';
  /** The role's id; for `extra` and `key` the holder's. */
  readonly id: string;
  /** For a grant that comes by inheritance: the roles between, the held one first. */
  readonly through?: readonly string[];
}

export interface SourcedGrant {
  readonly grant: Permission;
  /** The catalog version the grant was written under. */
  readonly version: number;
  readonly source: GrantSource;
}

export interface Path {
  readonly source: GrantSource;
  /** The grant as it was written, such as `threads:*`. */
  readonly grant: string;
  /** Whether a wildcard reaches the permission, or its name stands there. */
  readonly by: 'name' | 'wildcard';
  readonly scope: Scope | null;
}

/** Every path to every permission the grants reach, by `resource:action`. */
export function pathsOf(grants: Iterable<SourcedGrant>, catalog: Catalog): Map<string, Path[]> {
  const paths = new Map<string, Path[]>();
  for (const { grant, version, source } of grants) {
    const by = isWildcard(grant) ? 'wildcard' : 'name';
    const path: Path = { source, grant: formatPermission(grant), by, scope: grant.scope };
    for (const id of expand(grant, catalog, version)) {
      const list = paths.get(id);
      if (list === undefined) paths.set(id, [path]);
      else list.push(path);
    }
  }
  return paths;
}

/** A path as one line of text, equal for equal paths: `role manager · threads:*`, `role ops > viewer · logs:read`. */
export function formatPath({ source, grant }: Pick<Path, 'source' | 'grant'>): string {
  if (source.kind !== 'role') return `${source.kind} · ${grant}`;
  return `role ${[...(source.through ?? []), source.id].join(' > ')} · ${grant}`;
}
