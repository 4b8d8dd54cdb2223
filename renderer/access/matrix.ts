/**
 * Roles against permissions as a grid of bytes: how each role holds each permission, decided by shared/rbac. One column is computed when
 * it comes into sight and kept, so that thousands of roles by ten thousand permissions cost what is looked at.
 */
import type { Output } from '../../shared/contract/index.ts';
import {
  type Catalog,
  grantsOfRole,
  isBuiltIn,
  makeCatalog,
  type Path,
  pathsOf,
  ROLES,
  type RoleBook,
} from '../../shared/rbac/index.ts';
import type { CatalogRole } from './people.ts';

export type RoleCatalog = Output<'access.catalog'>;

/** Bits of a cell. Without any of the first three the permission is not held. */
export const ALL = 1;
export const OWN = 2;
export const SHARED = 4;
/** What is held, the way left aside. */
export const HELD = ALL | OWN | SHARED;
/** Of the best way to it: its name stands in the grant, not a wildcard. */
export const NAMED = 8;
/** Of the best way to it: granted by the role itself, not by one it inherits from. */
export const DIRECT = 16;

export interface Resource {
  readonly name: string;
  /** Its permissions are those from `start` up to `end`, in the order of the matrix. */
  readonly start: number;
  readonly end: number;
}

export interface Matrix {
  /** Sorted by resource, then action. */
  readonly permissions: readonly string[];
  readonly at: ReadonlyMap<string, number>;
  readonly resources: readonly Resource[];
  /** Built-in ones as the platform ranks them, then those made here, then imported ones, by name. */
  readonly roles: readonly CatalogRole[];
  readonly book: RoleBook;
  readonly columns: Map<string, Uint8Array>;
}

function rank({ id, builtIn, source }: CatalogRole): number {
  if (builtIn) return (ROLES as readonly string[]).indexOf(id) - ROLES.length;
  return source === null ? 0 : 1;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Role book of a catalog as the contract answers it. */
export function bookOf({ permissions, roles }: RoleCatalog): RoleBook {
  const catalog: Catalog = makeCatalog(permissions.map(({ id, since }) => [id, since] as const));
  const custom = roles
    .filter(({ id }) => !isBuiltIn(id))
    .map(({ id, inherits, grants, catalogVersion }) => ({
      id,
      inherits,
      permissions: grants,
      catalog_version: catalogVersion,
    }));
  return { catalog, roles: new Map(custom.map((role) => [role.id, role])) };
}

export function buildMatrix(from: RoleCatalog): Matrix {
  const book = bookOf(from);
  const names = [...book.catalog.byResource.keys()].sort(collator.compare);
  const permissions: string[] = [];
  const resources = names.map((name): Resource => {
    const start = permissions.length;
    const actions = book.catalog.byResource.get(name)!.map(({ id }) => id);
    permissions.push(...actions.sort(collator.compare));
    return { name, start, end: permissions.length };
  });
  return {
    permissions,
    at: new Map(permissions.map((id, i) => [id, i])),
    resources,
    roles: from.roles.toSorted((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name)),
    book,
    columns: new Map(),
  };
}

const SCOPE_BIT = { own: OWN, shared: SHARED } as const;

/** The cell for the ways there are: what is held by all of them, how by the best (unscoped before scoped, direct before inherited, name before wildcard). */
export function cellOf(paths: readonly Path[]): number {
  let held = 0;
  let best = -1;
  for (const { scope, by, source } of paths) {
    held |= scope === null ? ALL : SCOPE_BIT[scope];
    const direct = source.through === undefined ? DIRECT : 0;
    const named = by === 'name' ? NAMED : 0;
    best = Math.max(best, (scope === null ? 32 : 0) | direct | named);
  }
  return best < 0 ? 0 : held | (best & (DIRECT | NAMED));
}

/** How a role holds each permission of the matrix; computed once and kept with it. */
export function columnOf(matrix: Matrix, roleId: string): Uint8Array {
  const kept = matrix.columns.get(roleId);
  if (kept !== undefined) return kept;
  const column = new Uint8Array(matrix.permissions.length);
  for (const [permission, paths] of waysOf(matrix.book, roleId)) {
    const row = matrix.at.get(permission);
    if (row !== undefined) column[row] = cellOf(paths);
  }
  matrix.columns.set(roleId, column);
  return column;
}

/** Every way of a role to every permission. */
export function waysOf(book: RoleBook, roleId: string): ReadonlyMap<string, readonly Path[]> {
  return pathsOf(grantsOfRole(roleId, book), book.catalog);
}

/** How many permissions of a resource a column holds in some way. */
export function heldIn(column: Uint8Array, { start, end }: Resource): number {
  let held = 0;
  for (let i = start; i < end; i++) if ((column[i]! & HELD) !== 0) held += 1;
  return held;
}

/** What a cell says, as words: `direct`, `wildcard, own`, `inherited`; `none` where it is not held. */
export function cellWords(cell: number): string {
  if ((cell & HELD) === 0) return 'none';
  const way = (cell & DIRECT) === 0 ? 'inherited' : (cell & NAMED) === 0 ? 'wildcard' : 'direct';
  return [way, ...scopesOf(cell)].join(', ');
}

/** Scopes a cell is held under; none where it is held unscoped. */
export function scopesOf(cell: number): readonly ('own' | 'shared')[] {
  if ((cell & ALL) !== 0) return [];
  return (['own', 'shared'] as const).filter((scope) => (cell & SCOPE_BIT[scope]) !== 0);
}
