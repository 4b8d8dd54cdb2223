/** A change carried out on a copy of the entities, so that what it would do can be shown before it is asked for. */
import type { Command } from '../../commands/index.ts';
import type { Member, Role, ServiceAccount } from '../../entities/index.ts';
import { BUILT_IN, type Catalog } from '../catalog.ts';
import { expand, isWildcard, parsePermission } from '../grant.ts';
import type { AccessEntities } from './state.ts';

/** Instants of things that are not there yet; never shown. */
const SOON = '1970-01-01T00:00:00.000Z';

interface Draft {
  readonly members: Map<string, Member>;
  readonly roles: Map<string, Role>;
  readonly accounts: Map<string, ServiceAccount>;
}

function change<T>(map: Map<string, T>, id: string, patch: Partial<T> | null): void {
  const old = map.get(id);
  if (old === undefined) return;
  if (patch === null) map.delete(id);
  else map.set(id, { ...old, ...patch });
}

/** Fields that are there, without those left undefined. */
function given<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as never;
}

/** Grants written anew stand under the newest version of the catalog. */
function rewritten<T extends { permissions?: readonly string[] | undefined }>(patch: T, version: number) {
  return patch.permissions === undefined ? given(patch) : { ...given(patch), catalog_version: version };
}

function applyMember(
  draft: Draft,
  command: Command & { type: `member.${string}` },
  orgId: string,
  version: number,
): void {
  if (command.type === 'member.create') {
    const { email, name, role, permissions, workspaces } = command.input;
    draft.members.set(command.id, {
      ...{ id: command.id, org_id: orgId, user_id: '', email, name: name ?? email, role, permissions, workspaces },
      ...{ catalog_version: version, status: 'invited', mfa: false, external_id: null, invited_at: SOON },
      ...{ joined_at: null, suspended_at: null, version: 1 },
    });
  } else if (command.type === 'member.update') change(draft.members, command.id, rewritten(command.patch, version));
  else if (command.type === 'member.suspend') change(draft.members, command.id, { status: 'suspended' });
  else if (command.type === 'member.delete') change(draft.members, command.id, null);
  else {
    const joined = draft.members.get(command.id)?.joined_at ?? null;
    change(draft.members, command.id, { status: joined === null ? 'invited' : 'active' });
  }
}

function applyRole(draft: Draft, command: Command & { type: `role.${string}` }, orgId: string, version: number): void {
  if (command.type === 'role.create') {
    draft.roles.set(command.id, {
      ...{ id: command.id, org_id: orgId, ...command.input, catalog_version: version, source: null },
      ...{ created_at: SOON, updated_at: SOON, version: 1 },
    });
  } else if (command.type === 'role.update') change(draft.roles, command.id, rewritten(command.patch, version));
  else change(draft.roles, command.id, null);
}

function applyAccount(
  draft: Draft,
  command: Command & { type: `service_account.${string}` },
  orgId: string,
  version: number,
): void {
  if (command.type === 'service_account.create') {
    draft.accounts.set(command.id, {
      ...{ id: command.id, org_id: orgId, owner_id: '', ...command.input, catalog_version: version },
      ...{ owner_active: true, created_at: SOON, updated_at: SOON, revoked_at: null, keys: [], version: 1 },
    });
  } else if (command.type === 'service_account.update') {
    change(draft.accounts, command.id, rewritten(command.patch, version));
  } else if (command.type === 'service_account.revoke') change(draft.accounts, command.id, { revoked_at: SOON });
}

/** The entities as the command would leave them. What it names and is not there changes nothing. */
export function applyCommand(entities: AccessEntities, command: Command, catalog: Catalog): AccessEntities {
  const draft: Draft = {
    members: new Map(entities.members),
    roles: new Map(entities.roles),
    accounts: new Map(entities.accounts),
  };
  const orgId = entities.organization?.id ?? '';
  const { version } = catalog;
  const { type } = command;
  if (type.startsWith('member.')) applyMember(draft, command as never, orgId, version);
  else if (type.startsWith('role.')) applyRole(draft, command as never, orgId, version);
  else if (type.startsWith('service_account.')) applyAccount(draft, command as never, orgId, version);
  return { ...entities, ...draft };
}

/** The grants a command writes, and those that stood in their place with the version they were written under. */
export function writtenGrants(
  entities: AccessEntities,
  command: Command,
): { readonly next: readonly string[]; readonly old: readonly string[]; readonly version: number } | null {
  const past = (thing: { permissions: readonly string[]; catalog_version: number } | undefined) => ({
    old: thing?.permissions ?? [],
    version: thing?.catalog_version ?? BUILT_IN.version,
  });
  switch (command.type) {
    case 'role.create':
    case 'member.create':
    case 'service_account.create':
      return { next: command.input.permissions, ...past(undefined) };
    case 'role.update':
      return command.patch.permissions === undefined
        ? null
        : { next: command.patch.permissions, ...past(entities.roles.get(command.id)) };
    case 'member.update':
      return command.patch.permissions === undefined
        ? null
        : { next: command.patch.permissions, ...past(entities.members.get(command.id)) };
    case 'service_account.update':
      return command.patch.permissions === undefined
        ? null
        : { next: command.patch.permissions, ...past(entities.accounts.get(command.id)) };
    default:
      return null;
  }
}

/** Permissions that the wildcards written would reach and the grants before did not, in order of text. Skips what is no grant. */
export function wildcardReach(written: NonNullable<ReturnType<typeof writtenGrants>>, catalog: Catalog): string[] {
  if (!written.next.some((text) => text.includes('*'))) return [];
  const reach = (texts: readonly string[], version: number, wildOnly: boolean): Set<string> => {
    const found = new Set<string>();
    for (const text of texts) {
      const grant = safely(text, catalog);
      if (grant === null || (wildOnly && !isWildcard(grant))) continue;
      for (const id of expand(grant, catalog, version)) found.add(id);
    }
    return found;
  };
  const before = reach(written.old, written.version, false);
  return [...reach(written.next, catalog.version, true)].filter((id) => !before.has(id)).sort();
}

function safely(text: string, catalog: Catalog) {
  try {
    return parsePermission(text, catalog);
  } catch {
    return null;
  }
}
