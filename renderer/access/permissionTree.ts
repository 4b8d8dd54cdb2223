/** The permissions of a role as a tree to be checked: everything, resources, actions; each with or without a scope. Pure. */
import { parsePermission, type RoleBook, SCOPES, type Scope } from '../../shared/rbac/index.ts';
import type { Matrix } from './matrix.ts';

/** A grant without its scope: `threads:read`, `threads:*`, `*:*`. */
export type Stem = string;

/** How a stem stands in the draft: not, unscoped, or under scopes. */
export type Held = 'none' | 'all' | readonly Scope[];

export const EVERYTHING: Stem = '*:*';

export function stemOf(grant: string): Stem {
  const [resource, action] = grant.split(':');
  return `${resource}:${action}`;
}

export function heldOf(grants: ReadonlySet<string>, stem: Stem): Held {
  if (grants.has(stem)) return 'all';
  const scopes = SCOPES.filter((scope) => grants.has(`${stem}:${scope}`));
  return scopes.length === 0 ? 'none' : scopes;
}

/** The grants with a stem held so, and in no other way. */
export function withHeld(grants: ReadonlySet<string>, stem: Stem, held: Held): ReadonlySet<string> {
  const next = new Set(grants);
  next.delete(stem);
  for (const scope of SCOPES) next.delete(`${stem}:${scope}`);
  if (held === 'all') next.add(stem);
  else if (held !== 'none') for (const scope of held) next.add(`${stem}:${scope}`);
  return next;
}

/** What a press of the scope key makes of it: all, own, shared, own and shared, all again. */
export function nextScope(held: Held): Held {
  if (held === 'none' || held === 'all') return ['own'];
  if (held.length === 2) return 'all';
  return held[0] === 'own' ? ['shared'] : ['own', 'shared'];
}

export interface TreeRow {
  readonly stem: Stem;
  readonly level: 1 | 2 | 3;
  /** What it is called: "Everything", the resource, the action. */
  readonly label: string;
  /** Null for a leaf. */
  readonly expanded: boolean | null;
  /** For a resource: permissions of it, and of those how many stand in the draft by name. */
  readonly size: number;
  readonly named: number;
}

function matches(id: string, wanted: readonly string[]): boolean {
  const hay = id.toLocaleLowerCase('en');
  return wanted.every((word) => hay.includes(word));
}

/** The rows of the tree on show. While searching, what matches is unfolded. */
export function treeRows(
  matrix: Matrix,
  grants: ReadonlySet<string>,
  unfolded: ReadonlySet<string>,
  text: string,
): readonly TreeRow[] {
  const wanted = text.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
  const named = new Map<string, number>();
  for (const stem of new Set([...grants].map(stemOf))) {
    const resource = stem.slice(0, stem.indexOf(':'));
    if (!stem.endsWith(':*')) named.set(resource, (named.get(resource) ?? 0) + 1);
  }
  const all = { label: 'Everything', expanded: null, size: matrix.permissions.length, named: 0 } as const;
  const rows: TreeRow[] = wanted.length === 0 ? [{ stem: EVERYTHING, level: 1, ...all }] : [];
  for (const { name, start, end } of matrix.resources) {
    const ids = matrix.permissions.slice(start, end);
    const found = wanted.length === 0 ? ids : ids.filter((id) => matches(id, wanted));
    if (found.length === 0) continue;
    const expanded = wanted.length > 0 || unfolded.has(name);
    rows.push({ stem: `${name}:*`, level: 1, label: name, expanded, size: ids.length, named: named.get(name) ?? 0 });
    if (!expanded) continue;
    for (const id of found) {
      rows.push({ stem: id, level: 2, label: id.slice(name.length + 1), expanded: null, size: 1, named: 0 });
    }
  }
  return rows;
}

/** Grants that no row of the tree stands for, such as `*:read`. */
export function besideTree(grants: ReadonlySet<string>): readonly string[] {
  return [...grants].filter((grant) => /^\*:[^*]/.test(grant)).sort();
}

/** Why a text is no grant of this catalog, as a sentence; null where it is one. */
export function grantProblem(text: string, book: RoleBook): string | null {
  try {
    parsePermission(text, book.catalog);
    return null;
  } catch {
    const [resource = '', action, scope] = text.split(':');
    if (action === undefined || action === '') return 'Write resource:action, such as threads:read or threads:*.';
    if (scope !== undefined && !(SCOPES as readonly string[]).includes(scope)) {
      return `The scope is own or shared, not ${scope === '' ? 'nothing' : `“${scope}”`}.`;
    }
    if (resource !== '*' && !book.catalog.byResource.has(resource)) return `There is no resource “${resource}”.`;
    return `“${resource}” has no action “${action}”.`;
  }
}

/** Grants to offer for what was typed so far: by name, then wildcards, then scopes of a whole name. At most `limit`. */
export function suggestGrants(text: string, matrix: Matrix, limit: number): readonly string[] {
  const typed = text.trim().toLocaleLowerCase('en');
  const exact = matrix.at.has(typed) || grantProblem(typed, matrix.book) === null;
  const found: string[] =
    exact && !typed.endsWith(':own') && !typed.endsWith(':shared') ? [typed, `${typed}:own`, `${typed}:shared`] : [];
  const push = (grant: string): void => {
    if (found.length < limit && !found.includes(grant)) found.push(grant);
  };
  for (const { name } of matrix.resources) {
    if (found.length >= limit) break;
    if (`${name}:*`.toLocaleLowerCase('en').includes(typed)) push(`${name}:*`);
  }
  const wildcards = found.length;
  // Names are what most people look for: at most a third of the list goes to wildcards.
  if (wildcards > limit / 3 && typed !== '') found.length = Math.max(3, Math.floor(limit / 3));
  for (const id of matrix.permissions) {
    if (found.length >= limit) break;
    if (id.toLocaleLowerCase('en').includes(typed)) push(id);
  }
  return found;
}
