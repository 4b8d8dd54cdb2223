import { createContext, useContext } from 'react';
import { namedWay } from './pathWords.ts';
import type { CatalogRole } from './people.ts';

/** Roles of the organization on show, for the names in ways; null while they are read. */
export const RoleNames = createContext<readonly CatalogRole[] | null>(null);

/** A role's name by its id; the id while roles are read, and where there is none of it. */
export function useRoleName(id: string | null): string | null {
  const roles = useContext(RoleNames);
  return roles?.find((role) => role.id === id)?.name ?? id;
}

/** Writes a way with the names of roles in it. */
export function useNamedWay(): (text: string) => string {
  const roles = useContext(RoleNames);
  return (text) => namedWay(text, roles);
}
