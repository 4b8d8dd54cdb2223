/** Rules about workspaces and their limits that the platform decides by and the console foretells by, with the words in which both refuse. */
import { takesSeat } from './memberRules.ts';
import { counted, listed } from './words.ts';

export const WORKSPACE_WORDS = {
  name: 'There is a workspace of that name already.',
  id: 'There is a workspace of that id already.',
  absent: 'There is no such workspace.',
} as const;

interface Place {
  readonly id: string;
  readonly name: string;
}

/** Why a workspace may not bear its name; null: it may. @param namesakes workspaces of that name, whatever its case; itself may be among them. */
export function workspaceNameRefusal(id: string, namesakes: Iterable<Pick<Place, 'id'>>): string | null {
  for (const one of namesakes) if (one.id !== id) return WORKSPACE_WORDS.name;
  return null;
}

/** A limit that would be broken, with its figures. */
export interface LimitReached {
  readonly limit: string;
  readonly max: number;
  /** Used now, without what is asked for. */
  readonly used: number;
  readonly words: string;
}

/** @param wanted what would be used afterwards. */
function over(
  place: Pick<Place, 'name'>,
  limit: 'max_users' | 'max_threads',
  max: number,
  used: number,
  wanted: number,
): LimitReached[] {
  if (wanted <= max) return [];
  return [{ limit, max, used, words: `The workspace ${place.name} has ${limit} ${max}; ${used} used.` }];
}

/** Members who are alike in what decides on a seat. */
export interface Seats {
  readonly status: string;
  /** Null: every one. */
  readonly workspaces: readonly string[] | null;
  /** How many there are of them; one unless told. */
  readonly members?: number;
}

/** Members who count against `max_users` of a workspace. */
export function seatsUsed(workspaceId: string, seats: Iterable<Seats>): number {
  let used = 0;
  for (const seat of seats) if (takesSeat(seat, workspaceId)) used += seat.members ?? 1;
  return used;
}

/**
 * Workspaces without a seat left for a member who gains one there. @param before null: a new member. @param seats of all members as
 * they are before the change.
 */
export function seatRefusals(
  before: Seats | null,
  after: Seats,
  workspaces: Iterable<Place & { readonly max_users: number }>,
  seats: Iterable<Seats>,
): LimitReached[] {
  const refused: LimitReached[] = [];
  for (const place of workspaces) {
    if (!takesSeat(after, place.id) || (before !== null && takesSeat(before, place.id))) continue;
    const used = seatsUsed(place.id, seats);
    refused.push(...over(place, 'max_users', place.max_users, used, used + 1));
  }
  return refused;
}

/** Limits that would lie below what is used. @param next as they are to be; a limit that is left out stays. @param users `seatsUsed`. */
export function limitRefusals(
  place: Pick<Place, 'name'> & { readonly threads: number },
  next: { readonly max_users?: number | undefined; readonly max_threads?: number | undefined },
  users: number,
): LimitReached[] {
  const { threads } = place;
  return [
    ...(next.max_users === undefined ? [] : over(place, 'max_users', next.max_users, users, users)),
    ...(next.max_threads === undefined ? [] : over(place, 'max_threads', next.max_threads, threads, threads)),
  ];
}

/** The limit that one more thread would break; empty: none. */
export function threadRefusals(
  place: Pick<Place, 'name'> & { readonly max_threads: number; readonly threads: number },
): LimitReached[] {
  const { max_threads, threads } = place;
  return over(place, 'max_threads', max_threads, threads, threads + 1);
}

/** Whether a service account is confined to the workspace; one revoked for good does nothing anywhere. */
export function accountIsIn(
  account: { readonly workspace_id: string | null; readonly revoked_at: unknown },
  workspaceId: string,
): boolean {
  return account.workspace_id === workspaceId && account.revoked_at === null;
}

/** Whether a member is confined to named workspaces of which this is one, whatever the member's status. */
export function memberIsIn({ workspaces }: Pick<Seats, 'workspaces'>, workspaceId: string): boolean {
  return workspaces?.includes(workspaceId) ?? false;
}

/** What belongs to a workspace and would not know where it belongs without it. */
export interface WorkspaceUse {
  readonly threads: number;
  /** Members by `memberIsIn`. */
  readonly members: number;
  /** Names of the service accounts by `accountIsIn`. */
  readonly accounts: readonly string[];
}

/**
 * Why the workspace may not be deleted; empty: it may. @param named whether who asks may know the names of service accounts.
 */
export function workspaceRemovalRefusals({ threads, members, accounts }: WorkspaceUse, named: boolean): string[] {
  const words: string[] = [];
  if (threads > 0) words.push(`The workspace has ${counted(threads, 'thread')}.`);
  if (members > 0) {
    words.push(`${members === 1 ? '1 member is' : `${members} members are`} confined to workspaces this is one of.`);
  }
  if (accounts.length > 0) {
    const which = named ? `: ${listed(accounts)}` : '';
    const are = accounts.length === 1 ? '1 service account is' : `${accounts.length} service accounts are`;
    words.push(`${are} confined to it${which}.`);
  }
  return words;
}
