/** Results of access reviews, verified against the review keys and the items that the mirror holds. */
import { judgeReview } from '../../shared/access/index.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { AccessReview, AccessReviewItem } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { ecdsaP256Verify, sha256 } from '../crypto.ts';
import type { MirrorReader, ReviewKey } from '../db/api.ts';
import type { Context } from './context.ts';

type Handlers = {
  readonly 'reviews.result': (input: HandlerInput<'reviews.result'>) => Promise<Output<'reviews.result'>>;
};

const PAGE = 500;

function readEntity<T>(schema: { parse(data: unknown): T }, id: string, version: number, data: object): T {
  try {
    return schema.parse({ ...data, version });
  } catch (error) {
    throw new AppError('MIRROR_DAMAGED', 'A mirrored access review cannot be read.', { id }, error);
  }
}

/** The items of a review as the platform last had them, without what is pending. */
async function itemsOf(reader: MirrorReader, orgId: string, reviewId: string): Promise<AccessReviewItem[]> {
  const items: AccessReviewItem[] = [];
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await reader.entityPage(orgId, 'access_review_item', {
      ...{ text: null, where: { field: 'review_id', value: reviewId }, sort: 'name', direction: 'asc' },
      ...{ offset, limit: PAGE },
    });
    total = page.total;
    for (const { id, version, data, pending } of page.rows) {
      const stored = pending === null ? { version, data } : await reader.entity('access_review_item', id);
      if (stored !== null) items.push(readEntity(AccessReviewItem, id, stored.version, stored.data));
    }
  }
  return items;
}

const shown = ({ fingerprint, firstSeenAt, pinned }: ReviewKey) => ({ fingerprint, firstSeenAt, pinned });

export function reviewHandlers(context: Context): Handlers {
  async function result({ orgId, reviewId }: HandlerInput<'reviews.result'>): Promise<Output<'reviews.result'>> {
    const { reader } = await context.opened().mirrors.get(orgId);
    const stored = await reader.entity('access_review', reviewId);
    if (stored === null) throw new AppError('NOT_FOUND', 'There is no such access review.', { id: reviewId });
    const review = readEntity(AccessReview, reviewId, stored.version, stored.data);
    if (review.result === null) throw new AppError('CONFLICT', 'This access review is open: it has no result yet.');
    const [items, keys] = [await itemsOf(reader, orgId, reviewId), await reader.reviewKeys()];
    const verdict = judgeReview(review, items, keys, { sha256, verify: ecdsaP256Verify });
    const signer = keys.find(({ fingerprint }) => fingerprint === verdict.signedBy);
    const { result: says, digest } = verdict;
    return {
      state: verdict.state,
      signedBy: signer === undefined ? null : shown(signer),
      says:
        says === null || digest === null
          ? null
          : {
              ...{ closedAt: says.review.closed_at, closedBy: says.review.closed_by, counts: says.counts },
              ...{ itemsSha256: says.items_sha256, digest },
            },
      campaign: verdict.campaign,
      items: { count: items.length, sha256: verdict.itemsDigest, same: verdict.items },
      keysKnown: keys.length,
    };
  }

  return { 'reviews.result': result };
}
