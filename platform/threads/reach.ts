/** own and shared: how a principal stands to a thread, for one thread and as the same rule in SQL. */
import type { Thread } from '../../shared/entities/index.ts';
import { DEMANDS, type Relation } from '../../shared/rbac/index.ts';
import type { Param } from '../db/database.ts';
import { Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';

type Asker = Pick<OrgContext, 'principal'>;

/** What the principal makes is owned under this. */
export function ownerOf({ principal }: Asker): Thread['owner'] {
  return principal.type === 'user'
    ? { type: 'user', id: principal.user.id }
    : { type: 'service_account', id: principal.accountId };
}

/** What is shared with the principal names this. */
function sharedIdOf({ principal }: Asker): string {
  return principal.type === 'user' ? principal.memberId : principal.accountId;
}

function relationTo(asker: Asker, thread: Pick<Thread, 'owner' | 'shared_with'>): Relation {
  const owner = ownerOf(asker);
  return {
    own: owner.type === thread.owner.type && owner.id === thread.owner.id,
    shared: thread.shared_with.includes(sharedIdOf(asker)),
  };
}

/** Throws Problem forbidden unless the action may be done to this thread. */
export function demandThread(context: OrgContext, action: string, thread: Pick<Thread, 'owner' | 'shared_with'>): void {
  const { anyOf } = DEMANDS[action]!;
  const relation = relationTo(context, thread);
  if (!anyOf.some((permission) => context.policy.check(permission, relation))) {
    throw new Problem('forbidden', `Needs ${anyOf.join(' or ')} for this thread.`);
  }
}

/** The threads a list under the permission may show, as a condition whose parameters follow `params`. */
export function reachSql(context: OrgContext, permission: string, params: readonly Param[]): [sql: string, Param[]] {
  const all: Param[] = [...params];
  const bind = (value: Param): string => `$${all.push(value)}`;
  const within =
    context.workspaces === null
      ? 'TRUE'
      : `workspace_id IN (SELECT jsonb_array_elements_text(${bind(JSON.stringify(context.workspaces))}::jsonb))`;
  const reach = context.policy.reach(permission);
  if (reach === 'all') return [within, all];
  const ways: string[] = [];
  if (reach?.own === true) {
    const owner = ownerOf(context);
    ways.push(`(owner_type = ${bind(owner.type)} AND owner_id = ${bind(owner.id)})`);
  }
  if (reach?.shared === true) ways.push(`shared_with @> to_jsonb(${bind(sharedIdOf(context))}::text)`);
  return [`${within} AND (${ways.length === 0 ? 'FALSE' : ways.join(' OR ')})`, all];
}
