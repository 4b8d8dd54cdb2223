/** Names of people and roles, as these screens write them. */
import type { Output } from '../../shared/contract/index.ts';
import type { Member } from '../../shared/entities/index.ts';

export type CatalogRole = Output<'access.catalog'>['roles'][number];

/** A person's name, or the address where there is none yet (invited). */
export function memberName({ name, email }: Pick<Member, 'name' | 'email'>): string {
  return name.trim() === '' ? email : name;
}

/** Name of a role by id; the id itself where the role is not there. */
export function roleName(id: string, roles: readonly Pick<CatalogRole, 'id' | 'name'>[] | null): string {
  return roles?.find((role) => role.id === id)?.name ?? id;
}
