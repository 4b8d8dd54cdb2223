/** Access reviews and their items: rows and feed. What closing does is in close.ts. */
import { v7 } from 'uuid';
import type { AccessReview, AccessReviewInput, AccessReviewItem, DecisionInput } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, nextVersions, recordChange, recordChanges } from '../feed/feed.ts';
import type { Happening } from '../tenancy/events.ts';
import { readGrants } from './snapshot.ts';

interface ReviewRow extends Omit<AccessReview, 'org_id' | 'due_at' | 'created_at' | 'closed_at'> {
  readonly due_at: Date;
  readonly created_at: Date;
  readonly closed_at: Date | null;
}
interface ItemRow extends Omit<AccessReviewItem, 'org_id' | 'holder' | 'decided_at'> {
  readonly holder_type: AccessReviewItem['holder']['type'];
  readonly holder_id: string;
  readonly holder_name: string;
  readonly decided_at: Date | null;
}

const REVIEW =
  'id, name, instructions, reviewers, due_at, created_at, created_by, closed_at, closed_by, items, decided, revoked, result, version';
const ITEM =
  'id, review_id, holder_type, holder_id, holder_name, source, grant_text AS "grant", decision, reason, decided_at, decided_by, refused, version';

const showReview = (row: ReviewRow, orgId: string): AccessReview => ({
  ...row,
  org_id: orgId,
  due_at: row.due_at.toISOString(),
  created_at: row.created_at.toISOString(),
  closed_at: row.closed_at?.toISOString() ?? null,
});

function showItem({ holder_type, holder_id, holder_name, ...row }: ItemRow, orgId: string): AccessReviewItem {
  const holder = { type: holder_type, id: holder_id, name: holder_name };
  return { ...row, org_id: orgId, holder, decided_at: row.decided_at?.toISOString() ?? null };
}

/** Reviews in id order after a cursor; for one user only those they are named in. Under the tenant's role. */
export async function listReviews(
  tx: Tx,
  orgId: string,
  { after, limit, reviewer }: { after: string; limit: number; reviewer: string | null },
): Promise<AccessReview[]> {
  const rows = await tx.query<ReviewRow>(
    `SELECT ${REVIEW} FROM access_reviews
     WHERE id > $1 AND ($3::text IS NULL OR reviewers @> to_jsonb($3::text)) ORDER BY id LIMIT $2`,
    [after, limit, reviewer],
  );
  return rows.map((row) => showReview(row, orgId));
}

/** Throws NOT_FOUND. */
export async function readReview(tx: Tx, orgId: string, id: string): Promise<AccessReview> {
  const rows = await tx.query<ReviewRow>(`SELECT ${REVIEW} FROM access_reviews WHERE id = $1`, [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such access review.');
  return showReview(rows[0], orgId);
}

/** The version of the review's last change but for its counters, which no If-Match has to fail for. */
export async function reviewEditedVersion(tx: Tx, id: string): Promise<number> {
  return only(
    await tx.query<{ version: number }>('SELECT edited_version AS version FROM access_reviews WHERE id = $1', [id]),
  ).version;
}

/** Items of a review in id order after a cursor, which keeps those of one holder together. */
export async function listItems(
  tx: Tx,
  orgId: string,
  reviewId: string,
  after: string,
  limit: number,
): Promise<AccessReviewItem[]> {
  const rows = await tx.query<ItemRow>(
    `SELECT ${ITEM} FROM access_review_items WHERE review_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
    [reviewId, after, limit],
  );
  return rows.map((row) => showItem(row, orgId));
}

/** With the users whose own access it is: who held it or owned its account at the start, and who owns it now. Throws NOT_FOUND. */
export async function readItem(tx: Tx, orgId: string, id: string): Promise<[AccessReviewItem, ReadonlySet<string>]> {
  const rows = await tx.query<ItemRow>(`SELECT ${ITEM} FROM access_review_items WHERE id = $1`, [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such item of an access review.');
  const concerned = await tx.query<{ user: string }>(
    `SELECT answers AS user FROM access_review_items WHERE id = $1
     UNION SELECT a.owner_id FROM service_accounts a JOIN access_review_items i ON i.holder_id = a.id
       WHERE i.id = $1 AND i.holder_type = 'service_account'`,
    [id],
  );
  return [showItem(rows[0], orgId), new Set(concerned.map(({ user }) => user))];
}

export function reviewStory(before: AccessReview | null, after: AccessReview): Omit<Happening, 'action'> {
  return {
    target: { type: 'access_review', id: after.id },
    disclosures: {
      target: { name: after.name },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

export function itemStory(
  review: AccessReview,
  before: AccessReviewItem,
  after: AccessReviewItem,
): Omit<Happening, 'action'> {
  return {
    target: { type: 'access_review_item', id: after.id },
    disclosures: {
      target: { name: after.holder.name, access_review: review.id },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** The review as it is now under the next version, in table and feed; the caller holds the organization's lock. */
export async function recordReview(tx: Tx, orgId: string, id: string, edited: boolean): Promise<AccessReview> {
  const version = await nextVersion(tx);
  await tx.query(
    'UPDATE access_reviews SET version = $2, edited_version = CASE WHEN $3 THEN $2 ELSE edited_version END WHERE id = $1',
    [id, version, edited],
  );
  const review = await readReview(tx, orgId, id);
  await recordChange(tx, 'access_review', id, version, review as unknown as Json);
  return review;
}

/** Starts a campaign over every grant there is now; as recordReview. Throws CONFLICT for a taken id, Problem limit-reached. */
export async function insertReview(
  core: Core,
  tx: Tx,
  orgId: string,
  input: AccessReviewInput,
  by: string,
): Promise<AccessReview> {
  const grants = await readGrants(tx);
  const id = input.id ?? v7();
  const made = await tx.query(
    `INSERT INTO access_reviews (id, name, instructions, reviewers, due_at, created_at, created_by, items, version, edited_version)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, 0, 0) ON CONFLICT DO NOTHING RETURNING id`,
    [
      id,
      input.name,
      input.instructions,
      JSON.stringify(input.reviewers),
      input.due_at,
      new Date(core.now()),
      by,
      grants.length,
    ],
  );
  if (made.length === 0) throw new AppError('CONFLICT', 'There is an access review of that id already.');
  const first = await nextVersions(tx, grants.length);
  const rows = grants.map((grant, i) => ({ ...grant, id: v7(), version: first + i }));
  const items = await tx.query<ItemRow>(
    `INSERT INTO access_review_items (id, review_id, holder_type, holder_id, holder_name, answers, source, grant_text, version)
     SELECT r.id, $1, r.holder_type, r.holder_id, r.holder_name, r.answers, r.source, r.grant, r.version
     FROM jsonb_to_recordset($2::jsonb) AS r(id text, holder_type text, holder_id text, holder_name text, answers text, source text,
       "grant" text, version bigint)
     RETURNING ${ITEM}`,
    [id, JSON.stringify(rows)],
  );
  await recordChanges(
    tx,
    'access_review_item',
    items.map((row) => showItem(row, orgId)),
  );
  return await recordReview(tx, orgId, id, true);
}

/** Writes a decision, or takes it back, and counts it; the caller holds the lock and has asked who may. */
export async function decideItem(
  core: Core,
  tx: Tx,
  before: AccessReviewItem,
  { decision, reason }: DecisionInput,
  by: string,
): Promise<AccessReviewItem> {
  const version = await nextVersion(tx);
  const taken = decision === null;
  const rows = await tx.query<ItemRow>(
    `UPDATE access_review_items SET decision = $2, reason = $3, decided_at = $4, decided_by = $5, version = $6
     WHERE id = $1 RETURNING ${ITEM}`,
    [before.id, decision, taken ? '' : reason, taken ? null : new Date(core.now()), taken ? null : by, version],
  );
  const after = showItem(only(rows), before.org_id);
  await recordChange(tx, 'access_review_item', after.id, version, after as unknown as Json);
  const count = (is: (item: AccessReviewItem) => boolean): number => Number(is(after)) - Number(is(before));
  await tx.query('UPDATE access_reviews SET decided = decided + $2, revoked = revoked + $3 WHERE id = $1', [
    after.review_id,
    count((item) => item.decision !== null),
    count((item) => item.decision === 'revoke'),
  ]);
  await recordReview(tx, before.org_id, before.review_id, false);
  return after;
}

/** Writes why revocations were not carried out. */
export async function refuseItems(
  tx: Tx,
  items: readonly AccessReviewItem[],
  reasons: ReadonlyMap<string, string>,
): Promise<AccessReviewItem[]> {
  const first = reasons.size === 0 ? 0 : await nextVersions(tx, reasons.size);
  let next = first;
  const after = items.map((item) => {
    const refused = reasons.get(item.id);
    return refused === undefined ? item : { ...item, refused, version: next++ };
  });
  const changed = after.filter(({ id }) => reasons.has(id));
  await tx.query(
    `UPDATE access_review_items i SET refused = r.refused, version = r.version
     FROM jsonb_to_recordset($1::jsonb) AS r(id text, refused text, version bigint) WHERE r.id = i.id`,
    [JSON.stringify(changed)],
  );
  await recordChanges(tx, 'access_review_item', changed);
  return after;
}
