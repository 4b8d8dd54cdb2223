/**
 * Whether one change of rights gave its own maker something. What the log can tell: who acted, on what, and what it was before and after. A
 * change that was withheld tells only the first two.
 */
import type { Member, PermissionSet, Role, ServiceAccount } from '../../../entities/index.ts';
import {
  beyond,
  type Catalog,
  compilePolicy,
  grantsOfAccount,
  grantsOfMember,
  grantsOfRole,
  isBuiltIn,
  ROLE_DEPTH_MAX,
  type RoleBook,
  roleChain,
} from '../../../rbac/index.ts';
import { catalogOf } from '../../../rbac/questions/index.ts';
import type { KindData, Past, PastKind } from '../asOf.ts';
import { isActive } from '../people.ts';

/** `null`: it gave its maker nothing. `undefined`: it may have, and is not told. Else what it gave, in words. */
export type SelfGrant = string | null | undefined;

export interface RightsEvent {
  readonly at: number;
  /** `user:<id>` or `service_account:<id>`. */
  readonly actor: string;
  readonly action: string;
  /** Id of the thing. */
  readonly target: string;
}

/** Catalog of the built-in permissions and of what the organization had imported. */
export function catalogAt({ world }: Past, at: number): Catalog {
  const { history } = world;
  const sets = [...history.idsOf('permission_set')]
    .sort()
    .map((id) => history.versionAt('permission_set', id, at)?.data);
  return catalogOf(sets.filter((set) => set !== null && set !== undefined) as unknown as readonly PermissionSet[]);
}

/** An entity before and after the changes of one instant; undefined: not told. */
function change<K extends PastKind>(past: Past, kind: K, id: string, at: number) {
  const spans = past.spansOf(kind, id);
  const after = spans.find(({ from }) => from === at);
  const before = past.before(kind, id, at);
  const told = (span: typeof before): KindData[K] | null | undefined =>
    span === null ? null : span.known ? span.data : undefined;
  // No step at that instant: the event left the thing as it was.
  return after === undefined
    ? { before: told(before), after: told(before) }
    : { before: told(before), after: told(after) };
}

/** The custom roles that decide what a role grants just before an instant (or at it), a given role taken as it is. */
function bookFor(past: Past, role: string, at: number, catalog: Catalog, as: Role | null): RoleBook {
  const roles = new Map<string, Role>();
  for (let id: string | null = role, depth = 0; id !== null && !isBuiltIn(id) && depth <= ROLE_DEPTH_MAX; depth++) {
    const found: Role | null = id === as?.id ? as : (past.before('role', id, at)?.data ?? null);
    if (found === null) break;
    roles.set(id, found);
    id = found.inherits;
  }
  return { catalog, roles };
}

const widened = (before: readonly string[] | null, after: readonly string[] | null): boolean =>
  before !== null && (after === null || after.some((id) => !before.includes(id)));

function memberGain(past: Past, catalog: Catalog, at: number, before: Member | null, after: Member | null): SelfGrant {
  if (after === null) return null;
  if (before === null) return 'made themselves a member';
  const grants = (member: Member) => grantsOfMember(member, bookFor(past, member.role, at, catalog, null));
  const more = beyond(compilePolicy(grants(before), catalog), grants(after), catalog);
  if (more.length > 0) return `gave themselves ${more.slice(0, 3).join(', ')}${more.length > 3 ? ' and more' : ''}`;
  if (widened(before.workspaces, after.workspaces)) return 'let themselves into more workspaces';
  return before.status === 'suspended' && after.status === 'active' ? 'let themselves in again' : null;
}

function ofMember(past: Past, catalog: Catalog, { at, actor, target }: RightsEvent): SelfGrant {
  const { before, after } = change(past, 'member', target, at);
  const user = past.spansOf('member', target).find(({ data }) => data !== null)?.data?.user_id;
  if (user === undefined || actor !== `user:${user}`) return null;
  return before === undefined || after === undefined ? undefined : memberGain(past, catalog, at, before, after);
}

/** Whether an actor was, just before an instant, an active member whose role is this one or inherits from it. */
function holdsRole(past: Past, actor: string, role: string, at: number, catalog: Catalog): boolean {
  if (!actor.startsWith('user:')) return false;
  return past.membershipsOf(actor.slice('user:'.length)).some((id) => {
    const member = past.before('member', id, at);
    if (member === null || !isActive(member.data)) return false;
    const { roles } = bookFor(past, member.data.role, at, catalog, null);
    return roles.has(member.data.role) && roleChain(member.data.role, roles).includes(role);
  });
}

function ofRole(past: Past, catalog: Catalog, { at, actor, target }: RightsEvent): SelfGrant {
  if (!holdsRole(past, actor, target, at, catalog)) return null;
  const { before, after } = change(past, 'role', target, at);
  if (before === undefined || after === undefined) return undefined;
  if (before === null || after === null) return null;
  const grants = (role: Role) => grantsOfRole(target, bookFor(past, target, at, catalog, role));
  const more = beyond(compilePolicy(grants(before), catalog), grants(after), catalog);
  return more.length === 0 ? null : `gave a role they held ${more.slice(0, 3).join(', ')}`;
}

function ofAccount(past: Past, catalog: Catalog, { at, actor, target }: RightsEvent): SelfGrant {
  if (actor !== `service_account:${target}`) return null;
  const { before, after } = change(past, 'service_account', target, at);
  if (before === undefined || after === undefined) return undefined;
  if (before === null || after === null) return null;
  const grants = (account: ServiceAccount) => grantsOfAccount(account, { catalog, roles: new Map() });
  const more = beyond(compilePolicy(grants(before), catalog), grants(after), catalog);
  if (more.length > 0) return `gave itself ${more.slice(0, 3).join(', ')}`;
  return before.workspace_id !== null && after.workspace_id !== before.workspace_id
    ? 'moved itself to a wider place'
    : null;
}

function ofOrganization(past: Past, { at, actor, target }: RightsEvent): SelfGrant {
  const { before, after } = change(past, 'organization', target, at);
  if (before === undefined || after === undefined) return undefined;
  if (before === null || after === null || before.owner_id === after.owner_id) return null;
  return actor === `user:${after.owner_id}` ? 'made themselves the owner' : null;
}

/** What a successful change of rights gave its maker. @param catalog as of the end of what is looked at. */
export function selfGrant(past: Past, catalog: Catalog, event: RightsEvent): SelfGrant {
  switch (event.action.slice(0, event.action.indexOf('.'))) {
    case 'member':
      return ofMember(past, catalog, event);
    case 'role':
      return ofRole(past, catalog, event);
    case 'service_account':
      return ofAccount(past, catalog, event);
    default:
      return ofOrganization(past, event);
  }
}
