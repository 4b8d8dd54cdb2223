/**
 * Closing a review carries its revocations out. A revoked role removes the member, since nobody is a member without one; a revoked extra
 * grant or permission is taken from its holder. Each holder that changes leaves the event any such change leaves, so that the
 * state of access is replayed from the log without knowing of reviews. What cannot be done is kept, with the reason.
 */
import { countItems, type ReviewCounts, reviewResult } from '../../shared/access/index.ts';
import type { AccessReview, AccessReviewItem } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { accountStory, readAccount, saveAccount } from '../accounts/service.ts';
import { sha256 } from '../crypto.ts';
import { Problem } from '../http/problems.ts';
import { keepGoverned } from '../members/rules.ts';
import { memberStory, readMember, removeMember, saveMember } from '../members/service.ts';
import type { OrgContext } from '../tenancy/context.ts';
import type { Happening } from '../tenancy/events.ts';
import { signResult } from './keys.ts';
import { listItems, recordReview, refuseItems } from './service.ts';
import { ITEMS_MAX } from './snapshot.ts';

/** What was done about one holder. */
interface Outcome {
  readonly happening?: Happening;
  /** Item id to why its revocation was not carried out. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Null when there is no such thing any more: then there is nothing left to revoke. */
async function unlessGone<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

const without = (grants: readonly string[], items: readonly AccessReviewItem[]): string[] =>
  grants.filter((grant) => !items.some((item) => item.grant === grant));

/** The words of the rule that keeps a member, or null. */
async function kept(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return error.message;
    throw error;
  }
}

async function revokeMember(
  { core, tx, orgId }: OrgContext,
  id: string,
  items: readonly AccessReviewItem[],
): Promise<Outcome> {
  const refused = new Map<string, string>();
  const before = await unlessGone(readMember(tx, orgId, id));
  if (before === null) return { refused };
  const role = items.find(({ source }) => source === 'role');
  if (role !== undefined) {
    const reason =
      role.grant === before.role
        ? await kept(keepGoverned(tx, before, null))
        : `The role was changed to ${before.role} after the review began.`;
    if (reason === null) {
      await removeMember(core, tx, before);
      return { refused, happening: { ...memberStory(before, null), action: 'member.delete' } };
    }
    refused.set(role.id, reason);
  }
  const permissions = without(
    before.permissions,
    items.filter(({ source }) => source === 'extra'),
  );
  if (permissions.length === before.permissions.length) return { refused };
  const after = await saveMember(core, tx, { ...before, permissions });
  return { refused, happening: { ...memberStory(before, after), action: 'member.permissions.update' } };
}

async function revokeAccount(
  { core, tx, orgId }: OrgContext,
  id: string,
  items: readonly AccessReviewItem[],
): Promise<Outcome> {
  const refused = new Map<string, string>();
  const before = await unlessGone(readAccount(tx, orgId, id));
  if (before === null || before.revoked_at !== null) return { refused };
  const permissions = without(before.permissions, items);
  if (permissions.length === before.permissions.length) return { refused };
  const after = await saveAccount(core, tx, { ...before, permissions });
  return { refused, happening: { ...accountStory(before, after), action: 'service_account.update' } };
}

/** Whoever closes must themselves hold what the revocations take. Throws Problem forbidden. */
function checkCloser({ policy }: OrgContext, revoked: readonly AccessReviewItem[]): void {
  for (const [type, permission] of [
    ['member', 'users:manage'],
    ['service_account', 'accounts:manage'],
  ] as const) {
    if (revoked.some(({ holder }) => holder.type === type) && !policy.check(permission)) {
      throw new Problem('forbidden', `Needs ${permission} to carry out the revocations.`);
    }
  }
}

async function carryOut(context: OrgContext, review: AccessReview, revoked: readonly AccessReviewItem[]) {
  const refused = new Map<string, string>();
  const happenings: Happening[] = [];
  for (const items of Map.groupBy(revoked, ({ holder }) => `${holder.type} ${holder.id}`).values()) {
    const { type, id } = items[0]!.holder;
    const outcome = await (type === 'member' ? revokeMember : revokeAccount)(context, id, items);
    for (const [item, reason] of outcome.refused) refused.set(item, reason);
    if (outcome.happening === undefined) continue;
    const disclosures = { ...outcome.happening.disclosures, detail: { access_review: review.id } };
    happenings.push({ ...outcome.happening, disclosures });
  }
  return { refused, happenings };
}

/**
 * Closes the review, under the organization's lock; the caller writes the event of the closing and those of its parts.
 * Throws Problem conflict, forbidden.
 */
export async function closeReview(
  context: OrgContext,
  before: AccessReview,
  by: string,
): Promise<{ review: AccessReview; counts: ReviewCounts; parts: readonly Happening[] }> {
  const { core, tx, orgId } = context;
  if (before.closed_at !== null) throw new Problem('conflict', 'The review is closed.');
  const items = await listItems(tx, orgId, before.id, '', ITEMS_MAX);
  const revoked = items.filter(({ decision }) => decision === 'revoke');
  checkCloser(context, revoked);
  const { refused, happenings: parts } = await carryOut(context, before, revoked);
  const final = await refuseItems(tx, items, refused);
  const closed = { ...before, closed_at: new Date(core.now()).toISOString(), closed_by: by };
  const result = await signResult(core, tx, orgId, reviewResult(closed, final, sha256));
  await tx.query('UPDATE access_reviews SET closed_at = $2, closed_by = $3, result = $4 WHERE id = $1', [
    before.id,
    closed.closed_at,
    by,
    result,
  ]);
  return { review: await recordReview(tx, orgId, before.id, true), counts: countItems(final), parts };
}
