import { z } from 'zod';
import { EntityId, LongText, Text, Timestamp, Version } from './fields.ts';

export const DECISIONS = ['confirm', 'revoke'] as const;

/**
 * An access review campaign: every grant of the organization at its start is confirmed or revoked by a reviewer who does not hold it.
 * Closing it carries out the revocations and signs the result.
 */
export const AccessReview = z.object({
  id: z.string(),
  org_id: z.string(),
  name: z.string(),
  instructions: z.string(),
  /** User ids; each may decide any item but those of their own access. */
  reviewers: z.array(z.string()),
  due_at: Timestamp,
  created_at: Timestamp,
  created_by: z.string(),
  closed_at: Timestamp.nullable(),
  closed_by: z.string().nullable(),
  items: z.int().min(0),
  decided: z.int().min(0),
  revoked: z.int().min(0),
  /** DSSE envelope over the canonical result, signed by the organization's review key (docs/FORMATS.md section 7); null until closed. */
  result: z.string().nullable(),
  version: Version,
});
export type AccessReview = z.infer<typeof AccessReview>;

/** One grant of one holder: the role, one extra grant, or one permission of a service account. */
export const AccessReviewItem = z.object({
  id: z.string(),
  org_id: z.string(),
  review_id: z.string(),
  holder: z.object({ type: z.enum(['member', 'service_account']), id: z.string(), name: z.string() }),
  /** `role`: `grant` is a role id; `extra` and `key`: a grant's text. */
  source: z.enum(['role', 'extra', 'key']),
  grant: z.string(),
  decision: z.enum(DECISIONS).nullable(),
  reason: z.string(),
  decided_at: Timestamp.nullable(),
  decided_by: z.string().nullable(),
  /** Why a revocation could not be carried out at close, such as the last admin; null otherwise. */
  refused: z.string().nullable().default(null),
  version: Version,
});
export type AccessReviewItem = z.infer<typeof AccessReviewItem>;

export const AccessReviewInput = z.strictObject({
  id: EntityId.optional(),
  name: Text(120),
  instructions: LongText(4_000).default(''),
  reviewers: z.array(z.string().max(64)).min(1).max(100),
  due_at: Timestamp,
});
export type AccessReviewInput = z.infer<typeof AccessReviewInput>;

/** A revocation needs its reason. Null takes a decision back. */
export const DecisionInput = z
  .strictObject({ decision: z.enum(DECISIONS).nullable(), reason: LongText(2_000).default('') })
  .refine(({ decision, reason }) => decision !== 'revoke' || reason.trim() !== '', {
    path: ['reason'],
    message: 'a revocation needs a reason',
  });
export type DecisionInput = z.infer<typeof DecisionInput>;
