/** Access reviews as rows, a reviewer's worklist, and what closing does. Pure. */
import type { AccessReview, AccessReviewItem, Member, ServiceAccount } from '../../shared/entities/index.ts';
import { plural } from '../ui/numbers.ts';

const DAY = 86_400_000;

export type ReviewState = 'closed' | 'overdue' | 'due soon' | 'open';

/** Days before the due date from which a review is due soon. */
const SOON_DAYS = 7;

export function reviewState(
  { closed_at, due_at }: Pick<AccessReview, 'closed_at' | 'due_at'>,
  now: number,
): ReviewState {
  if (closed_at !== null) return 'closed';
  const left = Date.parse(due_at) - now;
  return left < 0 ? 'overdue' : left <= SOON_DAYS * DAY ? 'due soon' : 'open';
}

/** Items of one holder together, those with most left to decide first; within, the role before extra grants. */
export interface ItemGroup {
  readonly holder: AccessReviewItem['holder'];
  readonly items: readonly AccessReviewItem[];
}

const ORDER: Readonly<Record<AccessReviewItem['source'], number>> = { role: 0, extra: 1, key: 2 };
const collator = new Intl.Collator('en', { numeric: true });

/** By holder's name, members before service accounts. */
export function groupItems(items: readonly AccessReviewItem[]): readonly ItemGroup[] {
  const groups = Map.groupBy(items, ({ holder }) => `${holder.type} ${holder.id}`);
  return [...groups.values()]
    .map((list) => ({
      holder: list[0]!.holder,
      items: list.toSorted((a, b) => ORDER[a.source] - ORDER[b.source] || collator.compare(a.grant, b.grant)),
    }))
    .sort((a, b) => collator.compare(a.holder.type, b.holder.type) || collator.compare(a.holder.name, b.holder.name));
}

export type Show = 'undecided' | 'all' | 'revoked';

export function shownItems(items: readonly AccessReviewItem[], show: Show): readonly AccessReviewItem[] {
  if (show === 'all') return items;
  return items.filter(({ decision }) => (show === 'revoked' ? decision === 'revoke' : decision === null));
}

export interface Decider {
  /** User id of the signed-in person; null: no member here. */
  readonly userId: string | null;
  readonly memberId: string | null;
}

/** Why the person cannot decide an item, as a sentence; null where they can. The platform decides in the end. */
export function undecidable(
  item: Pick<AccessReviewItem, 'holder'>,
  review: Pick<AccessReview, 'closed_at' | 'reviewers'>,
  me: Decider,
  accounts: readonly Pick<ServiceAccount, 'id' | 'owner_id'>[],
): string | null {
  if (review.closed_at !== null) return 'The review is closed.';
  if (me.userId === null || !review.reviewers.includes(me.userId)) return 'You are not a reviewer of this review.';
  if (item.holder.type === 'member') {
    return item.holder.id === me.memberId ? 'This is your own access: another reviewer decides.' : null;
  }
  const owner = accounts.find(({ id }) => id === item.holder.id)?.owner_id;
  return owner === me.userId ? 'You own this service account: another reviewer decides.' : null;
}

export interface Tally {
  readonly items: number;
  readonly decided: number;
  readonly confirmed: number;
  readonly revoked: number;
  readonly undecided: number;
}

export function tally(items: readonly Pick<AccessReviewItem, 'decision'>[]): Tally {
  const revoked = items.filter(({ decision }) => decision === 'revoke').length;
  const decided = items.filter(({ decision }) => decision !== null).length;
  return { items: items.length, decided, confirmed: decided - revoked, revoked, undecided: items.length - decided };
}

/** What closing carries out: `3 grants are revoked: 1 member is removed, 2 grants are taken from 2 holders. 5 undecided items change nothing.` */
export function closingEffect(items: readonly AccessReviewItem[]): string {
  const revoked = items.filter(({ decision }) => decision === 'revoke');
  const removed = new Set(revoked.filter(({ source }) => source === 'role').map(({ holder }) => holder.id));
  const taken = revoked.filter(({ source, holder }) => source !== 'role' && !removed.has(holder.id));
  const from = new Set(taken.map(({ holder }) => holder.id)).size;
  const parts = [
    ...(removed.size > 0
      ? [
          `${plural(removed.size, 'member')} ${removed.size === 1 ? 'loses its role and is' : 'lose their role and are'} removed`,
        ]
      : []),
    ...(taken.length > 0 ? [`${plural(taken.length, 'grant')} taken from ${plural(from, 'holder')}`] : []),
  ];
  const { undecided } = tally(items);
  const left =
    undecided === 0
      ? 'Every item is decided'
      : `${plural(undecided, 'undecided item')} ${undecided === 1 ? 'changes' : 'change'} nothing`;
  return `${parts.length === 0 ? 'Nothing is revoked' : parts.join(', ')}. ${left}.`;
}

/** Where a person stands in a list after an item was decided and may have left it: the next one, else the last. */
export function nextAt(at: number, before: readonly string[], after: readonly string[]): number {
  const next = before.slice(at + 1).find((id) => after.includes(id));
  if (next !== undefined) return after.indexOf(next);
  return Math.max(0, after.length - 1);
}

/** Names of reviewers by user id. */
export function reviewerNames(
  reviewers: readonly string[],
  members: readonly Pick<Member, 'user_id' | 'name' | 'email'>[] | null,
): readonly string[] {
  const names = new Map(members?.map(({ user_id, name, email }) => [user_id, name.trim() === '' ? email : name]));
  return reviewers.map((id) => names.get(id) ?? id);
}

/** Why closing is not offered, besides the right to close: what it revokes takes the right to take it away. Null where it is. */
export function closeRefusal(items: readonly AccessReviewItem[], permissions: readonly string[]): string | null {
  const revoked = items.filter(({ decision }) => decision === 'revoke');
  const needs = [
    ...(revoked.some(({ source }) => source !== 'key') ? ['users:manage'] : []),
    ...(revoked.some(({ source }) => source === 'key') ? ['accounts:manage'] : []),
  ].filter((permission) => !permissions.includes(permission));
  return needs.length === 0 ? null : `Closing carries revocations out, which needs ${needs.join(' and ')}.`;
}

/** What one item is about: `Role viewer`, `Extra grant logs:read`. */
export function itemTitle(
  { source, grant }: Pick<AccessReviewItem, 'source' | 'grant'>,
  roleName: (id: string) => string,
): string {
  if (source === 'role') return `Role ${roleName(grant)}`;
  return source === 'extra' ? `Extra grant ${grant}` : `Permission ${grant}`;
}
