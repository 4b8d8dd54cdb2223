/** What is typed into the forms of a service account and of a key, and what it comes to. Pure. */
import type { Command, IssueKey } from '../../shared/commands/index.ts';
import { RATE_LIMIT_DEFAULT, type ServiceAccount, ServiceAccountPatch } from '../../shared/entities/index.ts';

export interface AccountDraft {
  readonly name: string;
  readonly description: string;
  /** Id; empty for every workspace. */
  readonly workspace: string;
  /** User id; empty: whoever creates it. */
  readonly owner: string;
  readonly permissions: readonly string[];
  readonly rate: string;
  /** Last day, `2026-11-24`; empty: no end. */
  readonly ends: string;
}

export const EMPTY_ACCOUNT: AccountDraft = {
  name: '',
  description: '',
  workspace: '',
  owner: '',
  permissions: [],
  rate: String(RATE_LIMIT_DEFAULT),
  ends: '',
};

export function accountDraft(account: ServiceAccount): AccountDraft {
  return {
    name: account.name,
    description: account.description,
    workspace: account.workspace_id ?? '',
    owner: account.owner_id,
    permissions: account.permissions.toSorted(),
    rate: String(account.rate_limit),
    ends: account.expires_at?.slice(0, 10) ?? '',
  };
}

/** The end of a day in UTC as the platform takes it; null for no day. */
export function endOfDay(day: string): string | null {
  return day === '' ? null : `${day}T23:59:59.000Z`;
}

export type AccountProblems = Partial<Record<'name' | 'rate' | 'ends', string>>;

/** Why a draft cannot be asked for, by field; empty where it can. `now` in ms. */
export function accountProblems(draft: AccountDraft, now: number): AccountProblems {
  const shape = ServiceAccountPatch.shape;
  const end = endOfDay(draft.ends);
  return {
    ...(shape.name.safeParse(draft.name).success
      ? {}
      : { name: '1 to 120 characters, none of them a control character.' }),
    ...(/^\d+$/.test(draft.rate.trim()) && shape.rate_limit.safeParse(Number(draft.rate)).success
      ? {}
      : { rate: 'A whole number from 1 to 1,000,000.' }),
    ...(end === null || Date.parse(end) > now ? {} : { ends: 'A day that is still to come.' }),
  };
}

/** The command that makes the account of a draft. */
export function createCommand(draft: AccountDraft, id: string): Command {
  const { name, description, workspace, permissions, rate, ends } = draft;
  const input = {
    name: name.trim(),
    description,
    workspace_id: workspace === '' ? null : workspace,
    permissions: [...permissions],
    rate_limit: Number(rate),
    expires_at: endOfDay(ends),
  };
  return { type: 'service_account.create', id, input };
}

/** The command that makes an account as drafted; null where nothing of it changes. */
export function updateCommand(draft: AccountDraft, account: ServiceAccount): Command | null {
  const was = accountDraft(account);
  const patch: ServiceAccountPatch = {
    ...(draft.name.trim() === was.name ? {} : { name: draft.name.trim() }),
    ...(draft.description === was.description ? {} : { description: draft.description }),
    ...(draft.workspace === was.workspace ? {} : { workspace_id: draft.workspace === '' ? null : draft.workspace }),
    ...(draft.owner === was.owner ? {} : { owner_id: draft.owner }),
    ...(draft.permissions.join() === was.permissions.join() ? {} : { permissions: [...draft.permissions] }),
    ...(Number(draft.rate) === account.rate_limit ? {} : { rate_limit: Number(draft.rate) }),
    ...(draft.ends === was.ends ? {} : { expires_at: endOfDay(draft.ends) }),
  };
  return Object.keys(patch).length === 0 ? null : { type: 'service_account.update', id: account.id, patch };
}

/** Days a new key may last; empty: as long as its account. */
export const LIFETIMES: readonly { readonly value: string; readonly label: string }[] = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'no end of its own' },
];

/** Seconds that older keys go on; `keep`: as they are. */
export const OVERLAPS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '0', label: 'end at once' },
  { value: '3600', label: 'end in 1 hour' },
  { value: '86400', label: 'end in 1 day' },
  { value: '604800', label: 'end in 7 days' },
  { value: '2592000', label: 'end in 30 days' },
  { value: 'keep', label: 'go on as they are' },
];

const DAY = 86_400_000;

/** The request for a key of so many days, older ones ending after the overlap. */
export function issueInput(accountId: string, lifetime: string, overlap: string, now: number): IssueKey {
  return {
    account_id: accountId,
    input: {
      expires_at: lifetime === '' ? null : new Date(now + Number(lifetime) * DAY).toISOString(),
      overlap_seconds: overlap === 'keep' ? null : Number(overlap),
    },
  };
}

/** When the last of the older keys ends under an overlap, ms; null where they go on. */
export function olderEnd(overlap: string, now: number): number | null {
  return overlap === 'keep' ? null : now + Number(overlap) * 1000;
}
