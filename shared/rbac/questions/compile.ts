/**
 * Grants compiled for questions about everybody: sorted arrays of permission numbers with the scopes under which each is held. Who holds
 * the same role without extra grants shares one profile, so that a question costs by distinct profiles, not by holders.
 */

import { AppError } from '../../errors.ts';
import type { Catalog } from '../catalog.ts';
import { BUILT_IN } from '../catalog.ts';
import {
  covers,
  expand,
  formatPermission,
  isWildcard,
  type Permission,
  parsePermission,
  type Scope,
} from '../grant.ts';
import { type CustomRole, isBuiltIn, roleChain } from '../holder.ts';
import { ROLE_PERMISSIONS } from '../roles.ts';
import type { PairDiff } from './diff.ts';
import { type AccessState, type HolderRecord, holdsGrants } from './state.ts';

export const ALL = 1;
export const OWN = 2;
export const SHARED = 4;
const BIT: Readonly<Record<Scope, number>> = { own: OWN, shared: SHARED };

interface Store<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** The value kept under a key, made when there is none. */
export function kept<K, V>(store: Store<K, V>, key: K, make: () => V): V {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}

/** Numbers for permission ids, given once and never changed. */
export class PermissionNumbers {
  readonly ids: string[] = [];
  private readonly numbers = new Map<string, number>();
  private ranked = new Uint32Array(0);
  private order = new Uint32Array(0);

  of(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    this.numbers.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }

  /** -1 for one that was never seen. */
  find(id: string): number {
    return this.numbers.get(id) ?? -1;
  }

  /** Place of each number among the ids in order of text. */
  ranks(): Uint32Array {
    this.arrange();
    return this.ranked;
  }

  /** Numbers in order of their text. */
  ordered(): Uint32Array {
    this.arrange();
    return this.order;
  }

  private arrange(): void {
    if (this.ranked.length === this.ids.length) return;
    this.order = Uint32Array.from(this.ids, (_id, i) => i).sort((a, b) => (this.ids[a]! < this.ids[b]! ? -1 : 1));
    this.ranked = new Uint32Array(this.order.length);
    for (const [rank, number] of this.order.entries()) this.ranked[number] = rank;
  }
}

/** The grants of one place: a role without what it inherits, or what was granted beside a role. */
export interface Unit {
  /** Permissions granted by name and without a scope, sorted: nearly all of an imported role. */
  readonly named: Uint32Array;
  /** Wildcards and scoped grants. */
  readonly others: readonly { readonly grant: Permission; readonly version: number }[];
}

export interface UnitSource {
  readonly kind: 'role' | 'extra' | 'key';
  /** The role's id; empty for the holder's own grants. */
  readonly id: string;
  /** Roles between, the held one first. */
  readonly through: readonly string[];
  readonly unit: Unit;
}

export interface Profile {
  readonly sources: readonly UnitSource[];
  /** Permissions held, sorted by number. */
  readonly perms: Uint32Array;
  /** For each: ALL, OWN, SHARED. */
  readonly masks: Uint8Array;
}

export const NOTHING: Profile = { sources: [], perms: new Uint32Array(0), masks: new Uint8Array(0) };

/** Place of a value in a sorted array, or -1. */
export function indexIn(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle]!;
    if (at === value) return middle;
    if (at < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Scopes under which the profile holds the permission; 0: not at all. */
export function maskOf({ perms, masks }: Profile, permission: number): number {
  const at = indexIn(perms, permission);
  return at < 0 ? 0 : masks[at]!;
}

/** Compiled states kept of one role. */
const STATES_OF_ROLE = 4;

/** Compiles under one catalog; what was compiled is kept as long as the entity it came from. */
export class Compiler {
  readonly catalog: Catalog;
  readonly numbers: PermissionNumbers;
  /** Differences found of two profiles, before then after: asked again for every two days between which they changed. */
  readonly pairs = new WeakMap<Profile, WeakMap<Profile, PairDiff>>();
  private readonly units = new WeakMap<object, Unit>();
  private readonly roles = new Map<string, { readonly links: readonly object[]; readonly profile: Profile }[]>();
  private readonly lately = new WeakMap<readonly string[], { base: Profile; version: number; profile: Profile }>();
  private readonly combined = new WeakMap<Profile, Map<string, Profile>>();

  constructor(catalog: Catalog, numbers: PermissionNumbers) {
    this.catalog = catalog;
    this.numbers = numbers;
    for (const id of catalog.entries.keys()) numbers.of(id);
  }

  /** What the holder can do in this state; NOTHING when suspended, revoked or expired. */
  profile(holder: HolderRecord, roles: AccessState['roles']): Profile {
    if (!holdsGrants(holder)) return NOTHING;
    const base = holder.role === null ? NOTHING : this.role(holder.role, roles);
    const { permissions, catalogVersion } = holder;
    if (permissions.length === 0) return base;
    const kind = holder.type === 'member' ? 'extra' : 'key';
    // Entities are kept, not copied: the same array means the same grants, and spares joining and hashing a thousand texts.
    const last = this.lately.get(permissions);
    if (last?.base === base && last.version === catalogVersion) return last.profile;
    const known = kept(this.combined, base, () => new Map<string, Profile>());
    const profile = kept(known, `${kind} ${catalogVersion} ${permissions.join(' ')}`, () => {
      const own = { kind, id: '', through: [], unit: this.unit(permissions, catalogVersion) } as const;
      return this.build([...base.sources, own]);
    });
    this.lately.set(permissions, { base, version: catalogVersion, profile });
    return profile;
  }

  /** A role with what it inherits. One that cannot be resolved grants nothing: deny by default. */
  role(id: string, roles: ReadonlyMap<string, CustomRole>): Profile {
    const chain = chainOf(id, roles);
    const links = chain.map((link) => (isBuiltIn(link) ? ROLE_PERMISSIONS[link] : roles.get(link)!));
    const known = kept(this.roles, id, () => []);
    const same = known.find(
      (one) => one.links.length === links.length && links.every((link, i) => link === one.links[i]),
    );
    if (same !== undefined) return same.profile;
    const profile = this.build(
      chain.map((link, i) => ({
        ...{ kind: 'role', id: link, through: chain.slice(0, i) },
        unit: this.linkUnit(link, links[i]!),
      })),
    );
    // A question holds two states against each other, turn by turn: both must stay.
    known.push({ links, profile });
    if (known.length > STATES_OF_ROLE) known.shift();
    return profile;
  }

  private linkUnit(id: string, link: object): Unit {
    return kept(this.units, link, () => {
      const role = link as CustomRole;
      return isBuiltIn(id)
        ? this.unit(ROLE_PERMISSIONS[id], BUILT_IN.version)
        : this.unit(role.permissions, role.catalog_version);
    });
  }

  /** A text the catalog does not have grants nothing: its permission was taken away. */
  private unit(texts: readonly string[], version: number): Unit {
    const named = new Set<number>();
    const others: { grant: Permission; version: number }[] = [];
    // A text that stands twice is one path.
    for (const text of new Set(texts)) {
      if (this.catalog.entries.has(text)) named.add(this.numbers.of(text));
      else {
        const grant = readGrant(text, this.catalog);
        if (grant !== null) others.push({ grant, version });
      }
    }
    return { named: Uint32Array.from(named).sort(), others };
  }

  private build(sources: readonly UnitSource[]): Profile {
    const [first, ...more] = sources;
    if (first !== undefined && more.length === 0 && first.unit.others.length === 0) {
      const perms = first.unit.named;
      return { sources, perms, masks: new Uint8Array(perms.length).fill(ALL) };
    }
    const held = new Map<number, number>();
    for (const { unit } of sources) {
      for (const number of unit.named) held.set(number, (held.get(number) ?? 0) | ALL);
      for (const { grant, version } of unit.others) {
        const bit = grant.scope === null ? ALL : BIT[grant.scope];
        for (const id of expand(grant, this.catalog, version)) {
          const number = this.numbers.of(id);
          held.set(number, (held.get(number) ?? 0) | bit);
        }
      }
    }
    const perms = Uint32Array.from(held.keys()).sort();
    return { sources, perms, masks: Uint8Array.from(perms, (number) => held.get(number)!) };
  }
}

function readGrant(text: string, catalog: Catalog): Permission | null {
  try {
    return parsePermission(text, catalog);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The role and those it inherits from, nearest first; none for one that cannot be resolved. */
export function chainOf(id: string, roles: ReadonlyMap<string, CustomRole>): readonly string[] {
  try {
    return roleChain(id, roles);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** One way in which a profile reaches a permission. */
export interface ProfilePath {
  readonly source: UnitSource;
  /** The grant as written. */
  readonly grant: string;
  readonly by: 'name' | 'wildcard';
  readonly scope: Scope | null;
}

/** Every path of a profile to a permission. */
export function pathsTo(
  profile: Profile,
  permission: number,
  numbers: PermissionNumbers,
  catalog: Catalog,
): ProfilePath[] {
  const id = numbers.ids[permission]!;
  const paths: ProfilePath[] = [];
  for (const source of profile.sources) {
    const { named, others } = source.unit;
    if (indexIn(named, permission) >= 0) paths.push({ source, grant: id, by: 'name', scope: null });
    if (others.length === 0) continue;
    const since = catalog.entries.get(id)?.since ?? Infinity;
    const colon = id.indexOf(':');
    const asked = { resource: id.slice(0, colon), action: id.slice(colon + 1) };
    for (const { grant, version } of others) {
      const wild = isWildcard(grant);
      if ((wild && since > version) || !covers(grant, { ...asked, scope: grant.scope })) continue;
      paths.push({ source, grant: formatPermission(grant), by: wild ? 'wildcard' : 'name', scope: grant.scope });
    }
  }
  return paths;
}

/** A path as one line, the same as formatPath gives. */
export function pathText({ source, grant }: ProfilePath): string {
  return source.kind === 'role'
    ? `role ${[...source.through, source.id].join(' > ')} · ${grant}`
    : `${source.kind} · ${grant}`;
}
