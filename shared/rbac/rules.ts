/** Why a change of access is refused, in words: the rules beside the permission itself. The platform decides by them, the console foretells by them. */
import { type Command, isComplianceCommand } from '../commands/index.ts';
import { effectiveModes, organizationFaults } from '../compliance/enforce.ts';
import { type RecordBook, recordFaults } from '../compliance/recordRules.ts';
import type { Workspace } from '../entities/index.ts';
import { AppError } from '../errors.ts';
import { type SlaBook, slaFaults } from '../sla/rules.ts';
import { ACCOUNT_WORDS, givesAnew } from './accountRules.ts';
import { DEMANDS, type Demand } from './actions.ts';
import type { Catalog } from './catalog.ts';
import { beyond } from './escalation.ts';
import { expand, isWildcard, parsePermission } from './grant.ts';
import { type CustomRole, grantsOfAccount, grantsOfMember, grantsOfRole, isBuiltIn, roleChain } from './holder.ts';
import { MEMBER_WORDS, managesUsers, stopsGoverning } from './memberRules.ts';
import { compilePolicy, type Policy, type VersionedGrant } from './policy.ts';
import { applyCommand, writtenGrants } from './questions/preview.ts';
import { type AccessEntities, catalogOf } from './questions/state.ts';
import { newRoleRefusal, ROLE_WORDS, roleNameRefusal, roleRemovalRefusals } from './roleRules.ts';
import { ACCOUNT_RULES, WORKSPACE_RULES } from './tenantRules.ts';
import { listed } from './words.ts';
import { seatRefusals, WORKSPACE_WORDS } from './workspaceRules.ts';

/** Who asks, and what else is known of the organization. */
export interface RuleContext {
  readonly entities: AccessEntities;
  readonly workspaces: ReadonlyMap<string, Workspace>;
  /** Who asks; null: not known, so that nothing is said of their rights. */
  readonly asker: Asker | null;
  /** The organization's catalog, where it is at hand; else made of the entities' sets. */
  readonly catalog?: Catalog;
  /** Milliseconds since 1970; without it nothing is said of what has ended. */
  readonly now?: number;
  /** Service levels, where they are at hand; else nothing is said of them but who may change them. */
  readonly sla?: SlaBook;
  /** Compliance records, where they are at hand. */
  readonly records?: RecordBook;
}

export interface Asker {
  readonly memberId: string | null;
  readonly userId: string | null;
  readonly policy: Policy;
  /** Workspaces the asker may use; null: every one. */
  readonly workspaces: readonly string[] | null;
}

export type Rule = (command: Command, context: RuleContext, catalog: Catalog) => readonly string[];

/** What a command asks for: its own action's demand, or that of the fields it changes. */
export function demandOf(command: Command): Demand {
  const demand = DEMANDS[command.type] ?? { anyOf: [] };
  if (command.type !== 'organization.update') return demand;
  const { subscription_tier, owner_id, ...rest } = command.patch;
  if (Object.values(rest).some((value) => value !== undefined)) return { ...demand, anyOf: ['org:manage'] };
  return subscription_tier === undefined ? demand : { ...demand, anyOf: ['billing:manage'] };
}

const demanded: Rule = (command, { asker }) => {
  const { anyOf, whole } = demandOf(command);
  if (asker === null) return [];
  if (anyOf.length > 0 && !anyOf.some((id) => asker.policy.check(id))) return [`Needs ${anyOf.join(' or ')}.`];
  return whole === true && asker.workspaces !== null ? ['Needs access to every workspace.'] : [];
};

/** Kinds whose target must be there, and what is said when it is not. */
const there: Rule = (command, { entities, workspaces }) => {
  const { type } = command;
  if (isComplianceCommand(command)) return [];
  if (type.endsWith('.create') || /^(organization|access_review|sla|sla_exclusion|sla_channel)\./.test(type)) return [];
  const id = (command as { id: string }).id;
  if (type.startsWith('member.')) return entities.members.has(id) ? [] : ['There is no such member.'];
  if (type.startsWith('workspace.')) return workspaces.has(id) ? [] : [WORKSPACE_WORDS.absent];
  if (type.startsWith('role.')) {
    if (isBuiltIn(id)) return [ROLE_WORDS.builtIn];
    return entities.roles.has(id) ? [] : ['There is no such role.'];
  }
  const account = entities.accounts.get(id);
  if (account === undefined) return ['There is no such service account.'];
  return account.revoked_at !== null && type !== 'service_account.key.revoke' ? [ACCOUNT_WORDS.revoked] : [];
};

const self: Rule = (command, { asker }) => {
  const own = asker !== null && asker.memberId !== null && 'id' in command && command.id === asker.memberId;
  return own && command.type.startsWith('member.') ? [MEMBER_WORDS.self] : [];
};

/** The member a command is about, before and after it; null where it is about none. */
function memberChange(command: Command, { entities }: RuleContext, catalog: Catalog) {
  if (!command.type.startsWith('member.')) return null;
  const { id } = command as { id: string };
  const before = entities.members.get(id) ?? null;
  const after = applyCommand(entities, command, catalog).members.get(id) ?? null;
  return before === null && after === null ? null : { before, after };
}

const status: Rule = (command, { entities }) => {
  const known = 'id' in command ? entities.members.get(command.id)?.status : undefined;
  if (command.type === 'member.suspend' && known === 'suspended') return [MEMBER_WORDS.suspended];
  const idle = command.type === 'member.reactivate' && known !== undefined && known !== 'suspended';
  return idle ? [MEMBER_WORDS.idle] : [];
};

/** The owner stays an active admin, and so does the last one: nobody could govern the organization otherwise. */
const governed: Rule = (command, context, catalog) => {
  const change = memberChange(command, context, catalog);
  if (change === null || change.before === null || !stopsGoverning(change.before, change.after)) return [];
  const { before } = change;
  if (before.user_id === context.entities.organization?.owner_id) {
    return [MEMBER_WORDS.owner];
  }
  const others = [...context.entities.members.values()].filter(
    (one) => one.role === 'admin' && one.status === 'active' && one.id !== before.id,
  );
  return others.length === 0 ? [MEMBER_WORDS.lastAdmin] : [];
};

/** The right to remove alone reaches nobody who manages users too. */
const removal: Rule = (command, { entities, asker }, catalog) => {
  if (command.type !== 'member.delete' || asker === null || asker.policy.check('users:manage')) return [];
  const member = entities.members.get(command.id);
  if (member === undefined) return [];
  const theirs = compilePolicy(grantsOfMember(member, { catalog, roles: entities.roles }), catalog);
  return managesUsers(theirs) ? [MEMBER_WORDS.removal] : [];
};

const ownership: Rule = (command, { entities, asker }) => {
  if (command.type !== 'organization.update' || command.patch.owner_id === undefined) return [];
  const next = command.patch.owner_id;
  const words: string[] = [];
  if (asker !== null && asker.userId !== entities.organization?.owner_id) words.push(MEMBER_WORDS.passOn);
  const fit = [...entities.members.values()].some(
    (one) => one.user_id === next && one.role === 'admin' && one.status === 'active',
  );
  return fit ? words : [...words, MEMBER_WORDS.newOwner];
};

/** Grants that a command gives anew: those not held before, wildcards, which are written under the newest catalog, and a whole role. */
function given(command: Command, { entities, asker, now }: RuleContext, catalog: Catalog) {
  const written = writtenGrants(entities, command);
  const held = new Set(written?.old);
  const wanted: VersionedGrant[] = [];
  const words: string[] = [];
  for (const text of written?.next ?? []) {
    // An imported role names thousands: what stands in the catalog and is not given anew needs no reading.
    if (catalog.entries.has(text) && (asker === null || held.has(text))) continue;
    try {
      const grant = parsePermission(text, catalog);
      if (!held.has(text) || isWildcard(grant)) wanted.push({ grant, version: catalog.version });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      words.push(`Not a permission: ${text.slice(0, 80)}.`);
    }
  }
  const book = { catalog, roles: entities.roles as ReadonlyMap<string, CustomRole> };
  const role = roleGiven(command, entities);
  if (role !== null) wanted.push(...grantsOfRole(role, book));
  const back = command.type === 'member.reactivate' ? entities.members.get(command.id) : undefined;
  if (back !== undefined) {
    // Giving access back is giving it; a grant that reaches nothing any more gives nothing.
    wanted.push(
      ...grantsOfMember(back, book).filter(({ grant, version }) => expand(grant, catalog, version).length > 0),
    );
  }
  wanted.push(...givenAnew(command, entities, catalog, now));
  return { wanted, words };
}

/** What a service account holds, where the command gives it anew. */
function givenAnew(
  command: Command,
  entities: AccessEntities,
  catalog: Catalog,
  now = -Infinity,
): readonly VersionedGrant[] {
  if (command.type !== 'service_account.update') return [];
  const before = entities.accounts.get(command.id);
  const after = applyCommand(entities, command, catalog).accounts.get(command.id);
  if (before === undefined || after === undefined || !givesAnew(before, after, now)) return [];
  const all = grantsOfAccount(after, { catalog, roles: entities.roles });
  return all.filter(({ grant, version }) => expand(grant, catalog, version).length > 0);
}

/** A grant the catalog does not have, then grants the asker does not hold. */
const grants: Rule = (command, context, catalog) => {
  const { wanted, words } = given(command, context, catalog);
  if (context.asker === null) return words;
  const refused = [...new Set(beyond(context.asker.policy, wanted, catalog))];
  return refused.length === 0 ? words : [...words, `Goes beyond what the asker holds: ${listed(refused)}.`];
};

/** The role that comes whole and new with the command: given to a member, or inherited from. */
function roleGiven(command: Command, { members, roles }: AccessEntities): string | null {
  if (command.type === 'member.create') return command.input.role;
  if (command.type === 'role.create') return command.input.inherits;
  if (command.type === 'member.update') {
    const { role } = command.patch;
    return role === undefined || role === members.get(command.id)?.role ? null : role;
  }
  if (command.type !== 'role.update') return null;
  const { inherits } = command.patch;
  return inherits === undefined || inherits === roles.get(command.id)?.inherits ? null : inherits;
}

const roleNames: Rule = (command, { entities }) => {
  if (command.type !== 'role.create' && command.type !== 'role.update') return [];
  const { roles } = entities;
  const name = command.type === 'role.create' ? command.input.name : command.patch.name;
  const key = name?.toLowerCase();
  const namesakes = [...roles.values()].filter((role) => role.name.toLowerCase() === key);
  const words = name === undefined ? null : roleNameRefusal({ id: command.id, name }, namesakes);
  const fresh = command.type === 'role.create' ? newRoleRefusal(command.id, roles.has(command.id), roles.size) : null;
  return [fresh, words].filter((one) => one !== null);
};

const emails: Rule = (command, { entities }) => {
  if (command.type !== 'member.create') return [];
  const email = command.input.email.trim().toLowerCase();
  const known = [...entities.members.values()].some((one) => one.email.toLowerCase() === email);
  return known ? [MEMBER_WORDS.known] : [];
};

/** Every role named is there and every chain stays sound, also those of roles that inherit from the changed one. */
const chains: Rule = (command, { entities }, catalog) => {
  const role = roleGiven(command, entities);
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
  return roleRemovalRefusals({ members, heirs });
};

/** Workspaces a member is given: they are there, within the asker's own, and have a seat left. */
const seats: Rule = (command, context, catalog) => {
  const change = memberChange(command, context, catalog);
  if (change === null || change.after === null) return [];
  const { before, after } = change;
  const { entities, workspaces, asker } = context;
  const words: string[] = [];
  const changed = before === null || JSON.stringify(before.workspaces) !== JSON.stringify(after.workspaces);
  const missing = changed ? after.workspaces?.find((id) => !workspaces.has(id)) : undefined;
  if (missing !== undefined) words.push(`There is no workspace ${missing}.`);
  const within = asker === null || asker.workspaces === null ? null : asker.workspaces;
  if (within !== null && (changed || command.type === 'member.reactivate')) {
    const outside = after.workspaces === null || after.workspaces.some((id) => !within.includes(id));
    if (outside) words.push('Goes beyond the workspaces the asker may use.');
  }
  const full = seatRefusals(before, after, workspaces.values(), [...entities.members.values()]);
  return [...words, ...full.map((limit) => limit.words)];
};

const serviceLevels: Rule = (command, { sla }) =>
  sla === undefined ? [] : slaFaults(command, sla).map(({ words }) => words);

const complianceRecords: Rule = (command, { records }) =>
  records === undefined || !isComplianceCommand(command)
    ? []
    : recordFaults(command, records).map(({ words }) => words);

const modesAsk: Rule = (command, { records }) =>
  records === undefined || command.type !== 'organization.update'
    ? []
    : organizationFaults(command.patch, effectiveModes(records.modes)).map(({ words }) => words);

const RULES: readonly Rule[] = [
  ...[demanded, there, self, status, governed, removal, ownership],
  ...[emails, roleNames, chains, grants, roleInUse, seats, serviceLevels, complianceRecords, modesAsk],
  ...WORKSPACE_RULES,
  ...ACCOUNT_RULES,
];

/** Every reason why the command would be refused, in words; empty: none is known. */
export function refusalsOf(command: Command, context: RuleContext): string[] {
  const catalog = context.catalog ?? catalogOf(context.entities.sets.values());
  return RULES.flatMap((rule) => rule(command, context, catalog));
}
