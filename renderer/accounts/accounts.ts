/** Service accounts as rows of a table: state of keys, what needs attention, filters with counts. Pure. */
import type { Member, ServiceAccount, ServiceKey, Workspace } from '../../shared/entities/index.ts';
import { memberName } from '../access/people.ts';

export const DAY = 86_400_000;
/** Days ahead in which an end counts as near, without a use as unused, and from which a key counts as old. */
export const SOON_DAYS = 30;
export const UNUSED_DAYS = 90;
export const OLD_DAYS = 90;

export type KeyState = 'in force' | 'expired' | 'revoked';
export type AccountStatus = 'in force' | 'no key' | 'expired' | 'revoked';

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time));
const past = (time: string | null, now: number): boolean => time !== null && Date.parse(time) <= now;

export function keyState(key: Pick<ServiceKey, 'revoked_at' | 'expires_at'>, now: number): KeyState {
  if (key.revoked_at !== null) return 'revoked';
  return past(key.expires_at, now) ? 'expired' : 'in force';
}

/** Keys that work now: none of an account that is revoked or has ended. */
export function keysInForce(account: ServiceAccount, now: number): readonly ServiceKey[] {
  if (account.revoked_at !== null || past(account.expires_at, now)) return [];
  return account.keys.filter((key) => keyState(key, now) === 'in force');
}

export function accountStatus(account: ServiceAccount, now: number): AccountStatus {
  if (account.revoked_at !== null) return 'revoked';
  if (past(account.expires_at, now)) return 'expired';
  return keysInForce(account, now).length === 0 ? 'no key' : 'in force';
}

export const CONCERNS = ['expiring', 'unused', 'wildcard', 'old key', 'ownerless'] as const;
export type Concern = (typeof CONCERNS)[number];

export const CONCERN_WORDS: Readonly<Record<Concern, string>> = {
  expiring: `expires within ${SOON_DAYS} days`,
  unused: `not used for ${UNUSED_DAYS} days`,
  wildcard: 'wildcard',
  'old key': `key older than ${OLD_DAYS} days`,
  ownerless: 'owner not active',
};

export interface AccountRow {
  readonly account: ServiceAccount;
  readonly status: AccountStatus;
  readonly owner: string;
  /** Name of the workspace; null for every one. */
  readonly workspace: string | null;
  readonly inForce: number;
  /** Creation of the oldest key in force, ms; null without one. */
  readonly oldestAt: number | null;
  /** The first end to come, of the account or of a key in force, ms; null: none. */
  readonly endsAt: number | null;
  /** Last use of any key, ms; null: never used. */
  readonly usedAt: number | null;
  readonly concerns: readonly Concern[];
}

function lastUse(keys: readonly ServiceKey[]): number | null {
  const uses = keys.flatMap(({ last_used_at }) => ms(last_used_at) ?? []);
  return uses.length === 0 ? null : Math.max(...uses);
}

/** What of an account that still works a reviewer would ask about. An account made within the time is not yet unused. */
function concernsOf(account: ServiceAccount, row: Omit<AccountRow, 'concerns'>, now: number): readonly Concern[] {
  if (row.status === 'revoked' || row.status === 'expired') return [];
  const idleSince = row.usedAt ?? Date.parse(account.created_at);
  const found: Record<Concern, boolean> = {
    expiring: row.endsAt !== null && row.endsAt - now <= SOON_DAYS * DAY,
    unused: now - idleSince >= UNUSED_DAYS * DAY,
    wildcard: account.permissions.some((grant) => grant.split(':').includes('*')),
    'old key': row.oldestAt !== null && now - row.oldestAt >= OLD_DAYS * DAY,
    ownerless: !account.owner_active,
  };
  return CONCERNS.filter((concern) => found[concern]);
}

/** `now`: ms of the clock the ages are counted on. */
export function accountRows(
  accounts: readonly ServiceAccount[],
  members: readonly Pick<Member, 'user_id' | 'name' | 'email'>[] | null,
  workspaces: readonly Pick<Workspace, 'id' | 'name'>[] | null,
  now: number,
): readonly AccountRow[] {
  const owners = new Map(members?.map((member) => [member.user_id, memberName(member)]));
  const names = new Map(workspaces?.map(({ id, name }) => [id, name]));
  return accounts.map((account) => {
    const keys = keysInForce(account, now);
    const ends = [account.expires_at, ...keys.map(({ expires_at }) => expires_at)].flatMap((end) => ms(end) ?? []);
    const over = account.revoked_at !== null || past(account.expires_at, now);
    const row = {
      account,
      status: accountStatus(account, now),
      owner: owners.get(account.owner_id) ?? account.owner_id,
      workspace: account.workspace_id === null ? null : (names.get(account.workspace_id) ?? account.workspace_id),
      inForce: keys.length,
      oldestAt: keys.length === 0 ? null : Math.min(...keys.map(({ created_at }) => Date.parse(created_at))),
      endsAt: over || ends.length === 0 ? null : Math.min(...ends),
      usedAt: lastUse(account.keys),
    };
    return { ...row, concerns: concernsOf(account, row, now) };
  });
}

export const ACCOUNT_FIELDS = ['concern', 'status', 'workspace'] as const;
export type AccountField = (typeof ACCOUNT_FIELDS)[number];
export type AccountFilter = Readonly<Record<AccountField, readonly string[]>>;

/** An account of every workspace, as a choice of the workspace filter. */
export const EVERY_WORKSPACE = '*';

function valuesOf(row: AccountRow, field: AccountField): readonly string[] {
  if (field === 'concern') return row.concerns;
  return [field === 'status' ? row.status : (row.account.workspace_id ?? EVERY_WORKSPACE)];
}

/** The rows that pass every field but `except`. */
export function filterAccounts(
  rows: readonly AccountRow[],
  filter: AccountFilter,
  except: AccountField | null = null,
): readonly AccountRow[] {
  const asked = ACCOUNT_FIELDS.filter((field) => field !== except && filter[field].length > 0);
  return rows.filter((row) =>
    asked.every((field) => valuesOf(row, field).some((value) => filter[field].includes(value))),
  );
}

/** How many rows have each value of a field, the other filters applied. */
export function accountCounts(
  rows: readonly AccountRow[],
  filter: AccountFilter,
  field: AccountField,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of filterAccounts(rows, filter, field)) {
    for (const value of valuesOf(row, field)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** Filters from the address: each field's values joined with commas. */
export function readAccountFilter(params: URLSearchParams): AccountFilter {
  const values = (field: AccountField): readonly string[] => params.get(field)?.split(',').filter(Boolean) ?? [];
  return { concern: values('concern'), status: values('status'), workspace: values('workspace') };
}

/** What ends with a revocation: `3 keys stop working, 2 used in the last day`. `keys`: those to be revoked that are in force. */
export function stopping(keys: readonly Pick<ServiceKey, 'last_used_at'>[], now: number): string {
  if (keys.length === 0) return 'No key is in force, so nothing stops working';
  const used = keys.filter(({ last_used_at }) => last_used_at !== null && now - Date.parse(last_used_at) < DAY).length;
  const stop = keys.length === 1 ? '1 key stops working' : `${keys.length} keys stop working`;
  return `${stop}, ${used === 0 ? 'none' : used} used in the last 24 hours`;
}
