/** Why a change of access is refused, in words: the rules beside the permission itself. The platform decides by them, the console foretells by them. */
import type { Command } from '../commands/index.ts';
import type { Member, Workspace } from '../entities/index.ts';
import { AppError } from '../errors.ts';
import { DEMANDS } from './actions.ts';
import type { Catalog } from './catalog.ts';
import { beyond } from './escalation.ts';
import { parsePermission } from './grant.ts';
import { type CustomRole, grantsOfRole, isBuiltIn, roleChain } from './holder.ts';
import type { Policy, VersionedGrant } from './policy.ts';
import { applyCommand, writtenGrants } from './questions/preview.ts';
import { type AccessEntities, catalogOf } from './questions/state.ts';

/** Who asks, and what else is known of the organization. */
export interface RuleContext {
  readonly entities: AccessEntities;
  readonly workspaces: ReadonlyMap<string, Workspace>;
  /** What the asker holds; null: not known, so that nothing is said of it. */
  readonly asker: { readonly memberId: string | null; readonly policy: Policy } | null;
}

type Rule = (command: Command, context: RuleContext, catalog: Catalog) => readonly string[];

/** What a command asks for: its own action's demand, or that of the fields it changes. */
export function demandOf(command: Command): readonly string[] {
  if (command.type === 'organization.update') {
    const { subscription_tier, ...rest } = command.patch;
    const others = Object.values(rest).some((value) => value !== undefined);
    return others ? ['org:manage'] : subscription_tier === undefined ? [] : ['billing:manage'];
  }
  return DEMANDS[command.type]?.anyOf ?? [];
}

const demanded: Rule = (command, { asker }) => {
  const anyOf = demandOf(command);
  if (asker === null || anyOf.length === 0 || anyOf.some((id) => asker.policy.check(id))) return [];
  return [`Needs ${anyOf.join(' or ')}.`];
};

/** Kinds whose target must be there, and what is said when it is not. */
const there: Rule = (command, { entities, workspaces }) => {
  const { type } = command;
  if (type.endsWith('.create') || type.startsWith('organization.') || type.startsWith('access_review.')) return [];
  const id = (command as { id: string }).id;
  if (type.startsWith('member.')) return entities.members.has(id) ? [] : ['There is no such member.'];
  if (type.startsWith('workspace.')) return workspaces.has(id) ? [] : ['There is no such workspace.'];
  if (type.startsWith('role.')) {
    if (isBuiltIn(id)) return ['A built-in role cannot be changed.'];
    return entities.roles.has(id) ? [] : ['There is no such role.'];
  }
  const account = entities.accounts.get(id);
  if (account === undefined) return ['There is no such service account.'];
  return account.revoked_at !== null && type !== 'service_account.key.revoke'
    ? ['A revoked service account stays revoked.']
    : [];
};

const self: Rule = (command, { asker }) => {
  const own = asker !== null && asker.memberId !== null && 'id' in command && command.id === asker.memberId;
  if (!own || !/^member\.(?:update|suspend|reactivate|delete)$/.test(command.type)) return [];
  const patch = command.type === 'member.update' ? command.patch : null;
  if (patch !== null && patch.role === undefined && patch.permissions === undefined) return [];
  return ['Nobody changes their own role, extra grants or status.'];
};

const isAdmin = ({ role, status }: Member): boolean => role === 'admin' && status === 'active';

const lastAdmin: Rule = (command, { entities }, catalog) => {
  if (!command.type.startsWith('member.')) return [];
  const admins = [...entities.members.values()].filter(isAdmin).length;
  const after = applyCommand(entities, command, catalog);
  const left = [...after.members.values()].filter(isAdmin).length;
  return admins > 0 && left === 0 ? ['The last active admin of an organization stays one.'] : [];
};

const owner: Rule = (command, { entities }) => {
  if (command.type !== 'member.suspend' && command.type !== 'member.delete') return [];
  const member = entities.members.get(command.id);
  const isOwner = member !== undefined && member.user_id === entities.organization?.owner_id;
  return isOwner ? ['The owner of an organization stays a member; another owner is named first.'] : [];
};

/** A grant the catalog does not have, then grants the asker does not hold. */
const grants: Rule = (command, { entities, asker }, catalog) => {
  const texts = writtenGrants(entities, command)?.next ?? [];
  const wanted: VersionedGrant[] = [];
  const words: string[] = [];
  for (const text of texts) {
    try {
      wanted.push({ grant: parsePermission(text, catalog), version: catalog.version });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      words.push(`Not a permission: ${text.slice(0, 80)}.`);
    }
  }
  if (asker === null) return words;
  const book = { catalog, roles: entities.roles as ReadonlyMap<string, CustomRole> };
  const role = roleGiven(command);
  if (role !== null) wanted.push(...grantsOfRole(role, book));
  const refused = [...new Set(beyond(asker.policy, wanted, catalog))];
  return refused.length === 0 ? words : [...words, `Goes beyond what the asker holds: ${listed(refused)}.`];
};

const LISTED_MAX = 5;
const listed = (texts: readonly string[]): string =>
  texts.length <= LISTED_MAX
    ? texts.join(', ')
    : `${texts.slice(0, LISTED_MAX).join(', ')} and ${texts.length - LISTED_MAX} more`;

/** The role that comes whole with the command: given to a member, or inherited from. */
function roleGiven(command: Command): string | null {
  if (command.type === 'member.create') return command.input.role;
  if (command.type === 'member.update') return command.patch.role ?? null;
  if (command.type === 'role.create') return command.input.inherits;
  return command.type === 'role.update' ? (command.patch.inherits ?? null) : null;
}

/** Every role named is there and every chain stays sound, also those of roles that inherit from the changed one. */
const chains: Rule = (command, { entities }, catalog) => {
  const role = roleGiven(command);
  if (role === null) return [];
  if (!isBuiltIn(role) && !entities.roles.has(role)) return [`There is no role ${role.slice(0, 80)}.`];
  if (!command.type.startsWith('role.')) return [];
  const after = applyCommand(entities, command, catalog).roles;
  const fault = (id: string): string | null => {
    try {
      roleChain(id, after);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error.message;
      throw error;
    }
  };
  const id = (command as { id: string }).id;
  const found = [id, ...after.keys()].map(fault).find((words) => words !== null);
  return found === undefined ? [] : [found];
};

const roleInUse: Rule = (command, { entities }) => {
  if (command.type !== 'role.delete') return [];
  const members = [...entities.members.values()].filter(({ role }) => role === command.id).length;
  const heirs = [...entities.roles.values()].filter(({ inherits }) => inherits === command.id).length;
  const words: string[] = [];
  if (members > 0) words.push(`The role is held by ${members} ${members === 1 ? 'member' : 'members'}.`);
  if (heirs > 0) words.push(`${heirs} ${heirs === 1 ? 'role inherits' : 'roles inherit'} from it.`);
  return words;
};

/** Members not suspended who may use the workspace: those named for it and those named for none. */
export function usersOf(workspaceId: string, members: Iterable<Member>): number {
  let count = 0;
  for (const { status, workspaces } of members) {
    if (status !== 'suspended' && (workspaces === null || workspaces.includes(workspaceId))) count += 1;
  }
  return count;
}

const limits: Rule = (command, { entities, workspaces }, catalog) => {
  const words: string[] = [];
  if (command.type === 'workspace.update') {
    const workspace = workspaces.get(command.id);
    if (workspace === undefined) return [];
    const { max_users, max_threads } = command.patch;
    const users = usersOf(command.id, entities.members.values());
    if (max_users !== undefined && max_users < users) words.push(limitWords(workspace, 'max_users', max_users, users));
    if (max_threads !== undefined && max_threads < workspace.threads) {
      words.push(limitWords(workspace, 'max_threads', max_threads, workspace.threads));
    }
  } else if (command.type.startsWith('member.')) {
    const after = applyCommand(entities, command, catalog).members;
    for (const workspace of workspaces.values()) {
      const users = usersOf(workspace.id, after.values());
      const grows = users > usersOf(workspace.id, entities.members.values());
      if (grows && users > workspace.max_users)
        words.push(limitWords(workspace, 'max_users', workspace.max_users, users));
    }
  }
  return words;
};

const limitWords = ({ name }: Workspace, limit: string, most: number, used: number): string =>
  `The limit of the workspace ${name} would be broken: ${limit} ${most}, used ${used}.`;

const RULES: readonly Rule[] = [demanded, there, self, lastAdmin, owner, chains, grants, roleInUse, limits];

/** Every reason why the command would be refused, in words; empty: none is known. */
export function refusalsOf(command: Command, context: RuleContext): string[] {
  const catalog = catalogOf(context.entities.sets.values());
  return RULES.flatMap((rule) => rule(command, context, catalog));
}
