/** A role being written: kept while one looks elsewhere, read into the command it comes to. */
import { create } from 'zustand';
import type { Command } from '../../shared/commands/index.ts';
import { RoleInput } from '../../shared/entities/index.ts';
import { type RoleBook, roleChain } from '../../shared/rbac/index.ts';
import type { CatalogRole } from './people.ts';
import { grantProblem } from './permissionTree.ts';

export interface RoleDraft {
  /** Id of the role: a new one's is made here, so that it can be named before it is sent. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly inherits: string | null;
  readonly grants: ReadonlySet<string>;
}

/** Drafts by what is edited: a role's id, `new`, or `new <id>` for a copy. */
export const useRoleDrafts = create<{ readonly drafts: Readonly<Record<string, RoleDraft>> }>()(() => ({ drafts: {} }));

export function keepDraft(key: string, draft: RoleDraft | null): void {
  useRoleDrafts.setState(({ drafts }) => {
    const { [key]: _former, ...rest } = drafts;
    return { drafts: draft === null ? rest : { ...rest, [key]: draft } };
  });
}

/** The draft to begin with: of a role as it is, of a copy of it under a new id, or empty. */
export function firstDraft(role: CatalogRole | null, copy: boolean, newId: string): RoleDraft {
  if (role === null) return { id: newId, name: '', description: '', inherits: null, grants: new Set() };
  return {
    id: copy ? newId : role.id,
    name: copy ? `${role.name} copy` : role.name,
    description: role.description,
    inherits: role.inherits,
    grants: new Set(role.grants),
  };
}

export interface RoleRead {
  readonly nameProblem: string | null;
  readonly descriptionProblem: string | null;
  readonly inheritsProblem: string | null;
  /** Grants the catalog does not have, each with why. */
  readonly grantProblems: readonly string[];
  /** Null where it changes nothing or has problems. */
  readonly command: Command | null;
  readonly changed: boolean;
}

function nameProblem(name: string, id: string, roles: readonly CatalogRole[]): string | null {
  if (name.trim() === '') return 'A role needs a name.';
  if (!RoleInput.shape.name.safeParse(name).success) return 'At most 120 characters, none of them a control character.';
  const same = roles.find((role) => role.id !== id && role.name.toLowerCase() === name.trim().toLowerCase());
  return same === undefined ? null : `There is a role named ${same.name} already.`;
}

function inheritsProblem(draft: RoleDraft, book: RoleBook): string | null {
  if (draft.inherits === null) return null;
  const roles = new Map(book.roles).set(draft.id, {
    ...{ id: draft.id, inherits: draft.inherits, permissions: [], catalog_version: 1 },
  });
  try {
    roleChain(draft.id, roles);
    return null;
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

function sameSet(a: ReadonlySet<string>, b: readonly string[]): boolean {
  return a.size === b.length && b.every((each) => a.has(each));
}

/** Reads a draft against the role it changes (`now`; null: a new one). */
export function readRole(
  draft: RoleDraft,
  now: CatalogRole | null,
  roles: readonly CatalogRole[],
  book: RoleBook,
): RoleRead {
  const permissions = [...draft.grants].sort();
  const problems = {
    nameProblem: nameProblem(draft.name, draft.id, roles),
    descriptionProblem: RoleInput.shape.description.safeParse(draft.description).success
      ? null
      : 'At most 4,096 characters.',
    inheritsProblem: inheritsProblem(draft, book),
    grantProblems: permissions.flatMap((grant) => {
      const why = grantProblem(grant, book);
      return why === null ? [] : [`${grant}: ${why}`];
    }),
  };
  const bad = Object.values(problems).some((problem) => problem !== null && problem.length > 0);
  const { id, name, description, inherits } = draft;
  const given = { name: name.trim(), description, inherits };
  if (now === null) {
    const command: Command = { type: 'role.create', id, input: { ...given, permissions } };
    return { ...problems, command: bad ? null : command, changed: true };
  }
  const patch = {
    ...(given.name === now.name ? {} : { name: given.name }),
    ...(description === now.description ? {} : { description }),
    ...(inherits === now.inherits ? {} : { inherits }),
    ...(sameSet(draft.grants, now.grants) ? {} : { permissions }),
  };
  const changed = Object.keys(patch).length > 0;
  return { ...problems, command: bad || !changed ? null : { type: 'role.update', id, patch }, changed };
}
