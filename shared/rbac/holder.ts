/** What a holder is granted, role inheritance resolved: the input of every decision and of every question. */
import { AppError } from '../errors.ts';
import { BUILT_IN, type Catalog } from './catalog.ts';
import { parsePermission } from './grant.ts';
import type { GrantSource, SourcedGrant } from './paths.ts';
import { ROLE_PERMISSIONS, ROLES, type Role } from './roles.ts';

/** Roles a chain of inheritance may have, the first one included. */
export const ROLE_DEPTH_MAX = 5;

/** A custom role as far as decisions go. */
export interface CustomRole {
  readonly id: string;
  readonly inherits: string | null;
  readonly permissions: readonly string[];
  readonly catalog_version: number;
}

export interface RoleBook {
  readonly catalog: Catalog;
  /** Custom roles by id. */
  readonly roles: ReadonlyMap<string, CustomRole>;
}

/** True for the name of a built-in role; names of custom roles never equal one. */
export function isBuiltIn(id: string): id is Role {
  return (ROLES as readonly string[]).includes(id);
}

/**
 * The role and those it inherits from, nearest first. Throws INPUT_INVALID for a role that is not there, a circle, or more than
 * ROLE_DEPTH_MAX roles.
 */
export function roleChain(id: string, roles: ReadonlyMap<string, CustomRole>): readonly string[] {
  const chain: string[] = [];
  for (let next: string | null = id; next !== null; ) {
    if (chain.includes(next)) throw new AppError('INPUT_INVALID', `The role ${id} inherits from itself.`);
    if (chain.length === ROLE_DEPTH_MAX) {
      throw new AppError('INPUT_INVALID', `The role ${id} inherits through more than ${ROLE_DEPTH_MAX} roles.`);
    }
    chain.push(next);
    if (isBuiltIn(next)) break;
    const role: CustomRole | undefined = roles.get(next);
    if (role === undefined) throw new AppError('INPUT_INVALID', `There is no role ${next.slice(0, 80)}.`);
    next = role.inherits;
  }
  return chain;
}

/** Grants from texts under one source; a text the catalog does not have grants nothing (its permission was taken away). */
function sourced(
  texts: readonly string[],
  version: number,
  source: GrantSource,
  catalog: Catalog,
): readonly SourcedGrant[] {
  return texts.flatMap((text) => {
    try {
      return [{ grant: parsePermission(text, catalog), version, source }];
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  });
}

/** Grants of a role with its inheritance. A role that cannot be resolved grants nothing: deny by default. */
export function grantsOfRole(id: string, book: RoleBook): readonly SourcedGrant[] {
  let chain: readonly string[];
  try {
    chain = roleChain(id, book.roles);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
  return chain.flatMap((link, i) => {
    const source: GrantSource = { kind: 'role', id: link, ...(i === 0 ? {} : { through: chain.slice(0, i) }) };
    return isBuiltIn(link)
      ? sourced(ROLE_PERMISSIONS[link], BUILT_IN.version, source, book.catalog)
      : sourced(book.roles.get(link)!.permissions, book.roles.get(link)!.catalog_version, source, book.catalog);
  });
}

export interface MemberHolder {
  readonly id: string;
  readonly role: string;
  readonly permissions: readonly string[];
  readonly catalog_version: number;
}

/** Grants of a member: the role's, then the extra ones. Whether the member is active is the caller's to ask. */
export function grantsOfMember(member: MemberHolder, book: RoleBook): readonly SourcedGrant[] {
  const extra: GrantSource = { kind: 'extra', id: member.id };
  return [
    ...grantsOfRole(member.role, book),
    ...sourced(member.permissions, member.catalog_version, extra, book.catalog),
  ];
}

/** Grants of a service account, to be used by each of its keys. */
export function grantsOfAccount(account: Omit<MemberHolder, 'role'>, book: RoleBook): readonly SourcedGrant[] {
  return sourced(account.permissions, account.catalog_version, { kind: 'key', id: account.id }, book.catalog);
}
