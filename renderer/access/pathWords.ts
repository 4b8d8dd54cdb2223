/** Ways to a permission as people read them: role names instead of ids, and what kind of way it is. */
import { formatPath, type Path } from '../../shared/rbac/index.ts';
import { type CatalogRole, roleName } from './people.ts';

export type PathKind = 'direct' | 'inherited' | 'wildcard' | 'extra' | 'key';

interface PathFacts {
  readonly source: 'role' | 'extra' | 'key';
  readonly by: 'name' | 'wildcard';
  readonly inherited: boolean;
}

/** What tells the way apart at a glance; inheritance before wildcard, as it says where to change it. */
export function pathKind({ source, by, inherited }: PathFacts): PathKind {
  if (source !== 'role') return source;
  if (inherited) return 'inherited';
  return by === 'wildcard' ? 'wildcard' : 'direct';
}

export const PATH_WORDS: Readonly<Record<PathKind, string>> = {
  direct: 'direct',
  inherited: 'inherited',
  wildcard: 'wildcard',
  extra: 'extra grant',
  key: 'own grant',
};

/** A way as the contract writes it, with the names of roles in place of their ids. */
export function namedWay(text: string, roles: readonly CatalogRole[] | null): string {
  const [head = '', grant] = text.split(' · ', 2);
  if (grant === undefined || !head.startsWith('role ') || roles === null) return text;
  const names = head
    .slice('role '.length)
    .split(' > ')
    .map((id) => roleName(id, roles));
  return `role ${names.join(' > ')} · ${grant}`;
}

/** `role ops > viewer · logs:*` with the roles' names. */
export function pathText(path: Path, roles: readonly CatalogRole[]): string {
  const named = (id: string): string => roleName(id, roles);
  const { source } = path;
  return formatPath({
    grant: path.grant,
    source:
      source.kind === 'role'
        ? { ...source, id: named(source.id), ...(source.through ? { through: source.through.map(named) } : {}) }
        : source,
  });
}
