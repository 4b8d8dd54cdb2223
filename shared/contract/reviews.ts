/** The signed results of access reviews, verified offline. */
import { z } from 'zod';
import { OrgId, Sha256Hex, UtcMs } from './common.ts';
import { query } from './procedure.ts';

export const ReviewKeyView = z.strictObject({
  /** SHA-256 over the SubjectPublicKeyInfo: what people compare. */
  fingerprint: Sha256Hex,
  firstSeenAt: UtcMs,
  /** Among the first keys this mirror was given; a key that came later may have been put there to sign anew. */
  pinned: z.boolean(),
});

export const ReviewResultView = z.strictObject({
  /** `differs`: signed by a known key, but campaign or items of the mirror are not those it speaks of. `unchecked`: no review key is known. */
  state: z.enum(['valid', 'differs', 'invalid', 'unchecked']),
  signedBy: ReviewKeyView.nullable(),
  /** What it says of itself, proven only where the state is `valid`; null where it has another form. */
  says: z
    .strictObject({
      closedAt: z.string(),
      closedBy: z.string(),
      counts: z.strictObject({
        items: z.int(),
        confirmed: z.int(),
        revoked: z.int(),
        refused: z.int(),
        undecided: z.int(),
      }),
      itemsSha256: z.string(),
      /** SHA-256 over the signed payload. */
      digest: Sha256Hex,
    })
    .nullable(),
  /** Whether the campaign in the mirror is the one it speaks of. */
  campaign: z.boolean(),
  /** Items in the mirror, the digest recomputed from them, and whether digest and counts are those it speaks of. */
  items: z.strictObject({ count: z.int(), sha256: Sha256Hex, same: z.boolean() }),
  keysKnown: z.int(),
});
export type ReviewResultView = z.infer<typeof ReviewResultView>;

export const reviewProcedures = {
  'reviews.result': query(
    'unlocked',
    'The signed result of a closed access review, verified offline: signature against the review keys kept in the mirror, digest and counts recomputed from its items. CONFLICT while it is open.',
    z.strictObject({ orgId: OrgId, reviewId: z.string().min(1).max(64) }),
    ReviewResultView,
  ),
} as const;
