/** Who holds what at one instant: the input of every question about access. */
import type { Member, Organization, PermissionSet, Role, ServiceAccount } from '../../entities/index.ts';
import { BUILT_IN, type Catalog, joinCatalogs, makeCatalog } from '../catalog.ts';
import type { CustomRole } from '../holder.ts';

export type HolderStatus = 'invited' | 'active' | 'suspended' | 'revoked' | 'expired';

/** A member or a service account, with its own grants as written. */
export interface HolderRecord {
  /** `member <id>` or `service_account <id>`. */
  readonly key: string;
  readonly type: 'member' | 'service_account';
  readonly id: string;
  readonly name: string;
  /** E-mail of a member, owner's id of an account. */
  readonly detail: string;
  readonly status: HolderStatus;
  /** Null for a service account. */
  readonly role: string | null;
  /** Extra grants of a member, all grants of an account. */
  readonly permissions: readonly string[];
  readonly catalogVersion: number;
  /** Whether it may use named workspaces only. */
  readonly confined: boolean;
  /** How the log names it: `user:<user id>` or `service_account:<id>`. */
  readonly actor: string;
}

/** Entities of one instant, those that decide on access. */
export interface AccessEntities {
  readonly organization: Organization | null;
  readonly members: ReadonlyMap<string, Member>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly accounts: ReadonlyMap<string, ServiceAccount>;
  readonly sets: ReadonlyMap<string, PermissionSet>;
}

export interface AccessState {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By name, then key. */
  readonly holders: readonly HolderRecord[];
  readonly byKey: ReadonlyMap<string, HolderRecord>;
  /** Custom roles by id. */
  readonly roles: ReadonlyMap<string, CustomRole>;
  readonly catalog: Catalog;
}

/** Whether it holds its grants: who was invited does, as nothing but a sign-in is missing. */
export function holdsGrants({ status }: Pick<HolderRecord, 'status'>): boolean {
  return status === 'active' || status === 'invited';
}

export function memberRecord(member: Member): HolderRecord {
  return {
    key: `member ${member.id}`,
    type: 'member',
    id: member.id,
    name: member.name,
    detail: member.email,
    status: member.status,
    role: member.role,
    permissions: member.permissions,
    catalogVersion: member.catalog_version,
    confined: member.workspaces !== null,
    actor: `user:${member.user_id}`,
  };
}

/** An account that has passed its end holds nothing, though no event says so. */
export function accountRecord(account: ServiceAccount, at: number): HolderRecord {
  const expired = account.expires_at !== null && Date.parse(account.expires_at) <= at;
  return {
    key: `service_account ${account.id}`,
    type: 'service_account',
    id: account.id,
    name: account.name,
    detail: account.owner_id,
    status: account.revoked_at !== null ? 'revoked' : expired ? 'expired' : 'active',
    role: null,
    permissions: account.permissions,
    catalogVersion: account.catalog_version,
    confined: account.workspace_id !== null,
    actor: `service_account:${account.id}`,
  };
}

const byName = (a: HolderRecord, b: HolderRecord): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;

/** The holders by name, then key: the order of every answer. */
export function sortHolders(holders: Iterable<HolderRecord>): HolderRecord[] {
  return [...holders].sort(byName);
}

/** The built-in catalog with what was imported. A set whose names are none is left out: it grants nothing. */
export function catalogOf(sets: Iterable<PermissionSet>): Catalog {
  const imported = [...sets].map(({ permissions }) => makeCatalog(permissions));
  return imported.length === 0 ? BUILT_IN : joinCatalogs(BUILT_IN, ...imported);
}

export function stateOf(
  entities: AccessEntities,
  at: number,
  catalog = catalogOf(entities.sets.values()),
): AccessState {
  const holders = sortHolders([
    ...[...entities.members.values()].map(memberRecord),
    ...[...entities.accounts.values()].map((account) => accountRecord(account, at)),
  ]);
  return { at, holders, byKey: new Map(holders.map((one) => [one.key, one])), roles: entities.roles, catalog };
}
