/** Rules about service accounts that the platform decides by and the console foretells by, with the words in which both refuse. */
import { DEMANDS } from './actions.ts';
import type { Policy } from './policy.ts';
import type { LimitReached } from './workspaceRules.ts';

/** Service accounts of an organization that are not revoked. */
export const ACCOUNTS_MAX = 1_000;

export const ACCOUNT_WORDS = {
  name: 'There is a service account of that name already.',
  revoked: 'The service account is revoked for good.',
  owner: 'The owner is no active member of this organization.',
  passed: 'This has passed already.',
} as const;

/** Why an account may not bear its name; null: it may. @param namesakes accounts of that name, whatever its case; itself may be among them. */
export function accountNameRefusal(
  id: string,
  namesakes: Iterable<{ readonly id: string; readonly revoked_at: unknown }>,
): string | null {
  for (const one of namesakes) if (one.id !== id && one.revoked_at === null) return ACCOUNT_WORDS.name;
  return null;
}

/** The limit that one more account would break; null: none. @param used accounts that are not revoked. */
export function newAccountRefusal(used: number): LimitReached | null {
  if (used < ACCOUNTS_MAX) return null;
  const words = `An organization has at most ${ACCOUNTS_MAX} service accounts; revoke one first.`;
  return { limit: 'service_accounts', max: ACCOUNTS_MAX, used, words };
}

/** Whether an end lies in the past. @param now milliseconds since 1970. */
export const hasPassed = (expiresAt: string | null, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now;

interface Standing {
  readonly workspace_id: string | null;
  readonly expires_at: string | null;
}

/**
 * Whether a change gives an account its permissions anew, so that its writer must hold them all: it is let into another workspace, or into
 * every one, or has ended and is woken. @param now milliseconds since 1970.
 */
export function givesAnew(before: Standing, after: Standing, now: number): boolean {
  const moved = before.workspace_id !== null && before.workspace_id !== after.workspace_id;
  return moved || (before.expires_at !== after.expires_at && hasPassed(before.expires_at, now));
}

/** Whether a holder of the policy may know which service accounts there are. */
export const readsAccounts = (policy: Pick<Policy, 'check'>): boolean =>
  DEMANDS['service_account.list']!.anyOf.some((permission) => policy.check(permission));
