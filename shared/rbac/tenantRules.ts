/** Why a change of a workspace or of a service account is refused, in words: the rules of workspaceRules.ts and accountRules.ts over entities. */
import type { Command } from '../commands/index.ts';
import { ACCOUNT_WORDS, accountNameRefusal, hasPassed, newAccountRefusal, readsAccounts } from './accountRules.ts';
import type { Rule } from './rules.ts';
import {
  accountIsIn,
  limitRefusals,
  memberIsIn,
  seatsUsed,
  WORKSPACE_WORDS,
  workspaceNameRefusal,
  workspaceRemovalRefusals,
} from './workspaceRules.ts';

const there = (words: string | null): string[] => (words === null ? [] : [words]);

function namesakes<T extends { readonly name: string }>(all: ReadonlyMap<string, T>, name: string): T[] {
  const key = name.toLowerCase();
  return [...all.values()].filter((one) => one.name.toLowerCase() === key);
}

const workspaceNames: Rule = (command, { workspaces }) => {
  if (command.type !== 'workspace.create' && command.type !== 'workspace.update') return [];
  const { name } = command.type === 'workspace.create' ? command.input : command.patch;
  const taken = command.type === 'workspace.create' && workspaces.has(command.id) ? WORKSPACE_WORDS.id : null;
  return there(taken ?? (name === undefined ? null : workspaceNameRefusal(command.id, namesakes(workspaces, name))));
};

const workspaceLimits: Rule = (command, { entities, workspaces }) => {
  if (command.type !== 'workspace.create' && command.type !== 'workspace.update') return [];
  const users = seatsUsed(command.id, entities.members.values());
  if (command.type === 'workspace.create') {
    const { name, max_users } = command.input;
    return limitRefusals({ name, threads: 0 }, { max_users }, users).map(({ words }) => words);
  }
  const workspace = workspaces.get(command.id);
  if (workspace === undefined) return [];
  const next = { ...workspace, name: command.patch.name ?? workspace.name };
  return limitRefusals(next, command.patch, users).map(({ words }) => words);
};

const workspaceInUse: Rule = (command, { entities, workspaces, asker }) => {
  if (command.type !== 'workspace.delete') return [];
  const workspace = workspaces.get(command.id);
  if (workspace === undefined) return [];
  const members = [...entities.members.values()].filter((one) => memberIsIn(one, command.id)).length;
  const accounts = [...entities.accounts.values()].filter((one) => accountIsIn(one, command.id));
  const names = accounts.map(({ name }) => name).sort();
  // Where it is not known who asks, this mirror shows the accounts anyway.
  const named = asker === null || readsAccounts(asker.policy);
  return workspaceRemovalRefusals({ threads: workspace.threads, members, accounts: names }, named);
};

/** Confined askers know no workspace but their own. */
const workspaceReach: Rule = (command, { asker, workspaces }) => {
  if (command.type !== 'workspace.update' && command.type !== 'workspace.delete') return [];
  const hidden = asker !== null && asker.workspaces !== null && !asker.workspaces.includes(command.id);
  return hidden && workspaces.has(command.id) ? [WORKSPACE_WORDS.absent] : [];
};

export const WORKSPACE_RULES: readonly Rule[] = [workspaceReach, workspaceNames, workspaceLimits, workspaceInUse];

/** The fields of an account that a command gives anew. */
function accountFields(command: Command) {
  if (command.type === 'service_account.create') return command.input;
  return command.type === 'service_account.update' ? command.patch : {};
}

const accountNames: Rule = (command, { entities: { accounts } }) => {
  const { name } = accountFields(command) as { readonly name?: string | undefined };
  const used = [...accounts.values()].filter(({ revoked_at }) => revoked_at === null).length;
  const full = command.type === 'service_account.create' ? (newAccountRefusal(used)?.words ?? null) : null;
  const taken =
    name === undefined ? null : accountNameRefusal((command as { id: string }).id, namesakes(accounts, name));
  return [...there(full), ...there(taken)];
};

const accountOwner: Rule = (command, { entities }) => {
  if (command.type !== 'service_account.update' || command.patch.owner_id === undefined) return [];
  const { owner_id } = command.patch;
  if (owner_id === entities.accounts.get(command.id)?.owner_id) return [];
  const fit = [...entities.members.values()].some(({ user_id, status }) => user_id === owner_id && status === 'active');
  return fit ? [] : [ACCOUNT_WORDS.owner];
};

const accountEnd: Rule = (command, { entities, now = -Infinity }) => {
  const { expires_at } = accountFields(command) as { readonly expires_at?: string | null | undefined };
  if (expires_at === undefined) return [];
  if (command.type === 'service_account.update' && expires_at === entities.accounts.get(command.id)?.expires_at)
    return [];
  return hasPassed(expires_at, now) ? [ACCOUNT_WORDS.passed] : [];
};

/** The workspace it is let into is there, and neither this nor the one it was in is beyond those who asks may use. */
const accountPlace: Rule = (command, { entities, workspaces, asker }) => {
  if (!command.type.startsWith('service_account.')) return [];
  const before = entities.accounts.get((command as { id: string }).id);
  const { workspace_id: next } = accountFields(command) as { readonly workspace_id?: string | null | undefined };
  const absent = next !== undefined && next !== null && !workspaces.has(next) ? [WORKSPACE_WORDS.absent] : [];
  const within = asker === null ? null : asker.workspaces;
  const places = [before?.workspace_id, next].filter((id) => id !== undefined);
  const beyond = within !== null && places.some((id) => id === null || !within.includes(id));
  return beyond ? [...absent, 'Goes beyond the workspaces the asker may use.'] : absent;
};

export const ACCOUNT_RULES: readonly Rule[] = [accountNames, accountOwner, accountEnd, accountPlace];
