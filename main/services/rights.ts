/**
 * What the signed-in person may ask for, by the mirror. It refuses early and says why; it never decides: the platform does, and a mirror
 * that is behind can be overruled.
 */
import type { Command } from '../../shared/commands/index.ts';
import {
  type AccessReview,
  type AccessReviewItem,
  type Member,
  type Organization,
  PermissionSet,
  type Role,
  type ServiceAccount,
} from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import {
  BUILT_IN,
  beyond,
  type Catalog,
  type CustomRole,
  compilePolicy,
  demandOf,
  grantsOfMember,
  grantsOfRole,
  isBuiltIn,
  joinCatalogs,
  makeCatalog,
  type Policy,
  parsePermission,
  ROLE_DEPTH_MAX,
  type VersionedGrant,
} from '../../shared/rbac/index.ts';
import type { Mirror, MirrorReader } from '../db/api.ts';

/** The person as the mirror has them, with what they hold. */
interface Asker {
  readonly member: Member;
  readonly policy: Policy;
  readonly catalog: Catalog;
}

async function dataOf<T>(reader: MirrorReader, kind: string, id: string): Promise<T | null> {
  return ((await reader.entity(kind, id))?.data ?? null) as T | null;
}

/** The custom roles that a role rests upon, itself included. */
async function rolesUnder(reader: MirrorReader, id: string): Promise<Map<string, CustomRole>> {
  const roles = new Map<string, CustomRole>();
  for (let next: string | null = id; next !== null && !isBuiltIn(next) && roles.size < ROLE_DEPTH_MAX; ) {
    const role: Role | null = await dataOf<Role>(reader, 'role', next);
    if (role === null || roles.has(next)) break;
    roles.set(next, role);
    next = role.inherits;
  }
  return roles;
}

async function catalogOf(reader: MirrorReader): Promise<Catalog> {
  const { rows } = await reader.entities('permission_set', null, 0, 100);
  const sets = rows.flatMap(({ data }) => {
    const set = PermissionSet.safeParse(data);
    return set.success ? [makeCatalog(set.data.permissions)] : [];
  });
  return joinCatalogs(BUILT_IN, ...sets);
}

/** Null when the mirror does not know the person: then it has nothing to say. */
async function askerOf(reader: MirrorReader, orgId: string, email: string): Promise<Asker | null> {
  const query = { text: email, where: null, sort: 'name', direction: 'asc', offset: 0, limit: 100 } as const;
  const { rows } = await reader.entityPage(orgId, 'member', query);
  const same = rows.find(
    ({ data, version }) => version > 0 && String(data.email).toLowerCase() === email.toLowerCase(),
  );
  const member = same === undefined ? null : await dataOf<Member>(reader, 'member', same.id);
  if (member === null) return null;
  const catalog = await catalogOf(reader);
  const book = { catalog, roles: await rolesUnder(reader, member.role) };
  const holder = { ...member, catalog_version: member.catalog_version ?? 0, permissions: member.permissions ?? [] };
  const grants = member.status === 'suspended' ? [] : grantsOfMember(holder, book);
  return { member, policy: compilePolicy(grants, catalog), catalog };
}

/** Grants the command newly hands out, as text, and the role it hands out. */
function handedOut(command: Command, before: Readonly<Record<string, unknown>>) {
  const body = ('patch' in command ? command.patch : 'input' in command ? command.input : {}) as {
    readonly permissions?: readonly string[];
    readonly role?: string;
    readonly inherits?: string | null;
  };
  const held = new Set((before.permissions ?? []) as readonly string[]);
  const role = body.role ?? body.inherits ?? null;
  return {
    texts: (body.permissions ?? []).filter((text) => !held.has(text)),
    role: role === before.role || role === before.inherits ? null : role,
  };
}

async function refuseEscalation(reader: MirrorReader, asker: Asker, command: Command): Promise<string | null> {
  const { catalog, policy } = asker;
  const kind = command.type.split('.')[0] as string;
  const before = 'id' in command ? await dataOf<Record<string, unknown>>(reader, kind, command.id) : null;
  const { texts, role } = handedOut(command, before ?? {});
  const grants: VersionedGrant[] = texts.flatMap((text) => {
    try {
      return [{ grant: parsePermission(text, catalog), version: catalog.version }];
    } catch {
      // A permission the mirror's catalog does not have: the platform may.
      return [];
    }
  });
  if (role !== null) grants.push(...grantsOfRole(role, { catalog, roles: await rolesUnder(reader, role) }));
  const [first, ...more] = beyond(policy, grants, catalog);
  if (first === undefined) return null;
  return `It would grant ${first}${more.length > 0 ? ` and ${more.length} more` : ''}, which you do not hold yourself.`;
}

async function isOwn(reader: MirrorReader, member: Member, { type, id }: AccessReviewItem['holder']): Promise<boolean> {
  if (type === 'member') return id === member.id;
  return (await dataOf<ServiceAccount>(reader, 'service_account', id))?.owner_id === member.user_id;
}

/** Why the person cannot ask for this, in words; null: nothing known against it. */
async function refusalOf(reader: MirrorReader, orgId: string, asker: Asker, command: Command): Promise<string | null> {
  const { member, policy } = asker;
  if (member.status === 'suspended') return 'Your membership is suspended.';
  const { anyOf: needed, whole } = demandOf(command);
  if (needed.length > 0 && !needed.some((permission) => policy.check(permission))) {
    return `You do not hold ${needed.join(' or ')}.`;
  }
  if (whole === true && member.workspaces != null) {
    return 'This is about the whole organization, and you may use named workspaces only.';
  }
  if (command.type === 'organization.update' && command.patch.owner_id !== undefined) {
    const organization = await dataOf<Organization>(reader, 'organization', orgId);
    if (organization !== null && organization.owner_id !== member.user_id) return 'Only the owner names another owner.';
  }
  if (command.type === 'access_review.decide') {
    const item = await dataOf<AccessReviewItem>(reader, 'access_review_item', command.item_id);
    if (item !== null && (await isOwn(reader, member, item.holder))) {
      return 'Nobody decides on their own access, nor on that of an account they own.';
    }
    const review = item && (await dataOf<AccessReview>(reader, 'access_review', item.review_id));
    if (review && !review.reviewers.includes(member.user_id)) return 'You are not a reviewer of this access review.';
  }
  const self = command.type.startsWith('member.') && 'id' in command && command.id === member.id;
  const own = command.type === 'member.update' ? 'role' in command.patch || 'permissions' in command.patch : true;
  if (self && own) return 'Nobody changes their own role, extra grants or status.';
  return refuseEscalation(reader, asker, command);
}

/** Throws RIGHT_MISSING for the first command the person cannot ask for by the last sync. */
export async function refuseByRights(
  { reader }: Mirror,
  orgId: string,
  email: string,
  commands: readonly Command[],
): Promise<void> {
  const asker = await askerOf(reader, orgId, email);
  if (asker === null) return;
  for (const [index, command] of commands.entries()) {
    const refusal = await refusalOf(reader, orgId, asker, command);
    if (refusal === null) continue;
    const { lastSyncAt } = await reader.summary();
    const when = lastSyncAt === null ? '' : ` as of the last sync, ${new Date(lastSyncAt).toISOString()}`;
    const message = `${refusal.replace(/\.$/, '')}${when}. If that has changed since, sync and try again.`;
    throw new AppError('RIGHT_MISSING', message, {
      index,
      command: command.type,
      anyOf: demandOf(command).anyOf,
      lastSyncAt,
    });
  }
}
