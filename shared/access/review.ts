/**
 * The signed result of an access review: one canonical JSON object (RFC 8785) that names the campaign, counts the decisions and commits to
 * every item. Platform and console build it from the same entities, so that the console checks items against the signature offline.
 */
import * as z from 'zod';
import { pae } from '../bundle/dsse.ts';
import { fromBase64, fromUtf8, toHex, toUtf8 } from '../bytes.ts';
import type { EcdsaP256Verify, Sha256 } from '../crypto.ts';
import type { AccessReview, AccessReviewItem } from '../entities/index.ts';
import { AppError } from '../errors.ts';
import { canonicalize, isCanonical, type Json } from '../json/index.ts';

/** Payload type of the DSSE envelope. */
export const REVIEW_RESULT_TYPE = 'application/vnd.missioncontrol.access-review+json';

/** What the result says of one item: everything but the feed's version. */
function itemLine(item: AccessReviewItem): string {
  const { version: _version, org_id: _org, review_id: _review, ...rest } = item;
  return canonicalize(rest as unknown as Json);
}

/** SHA-256, hex, over the canonical items in order of their ids, one a line, each line ended by a line feed. */
export function itemsDigest(items: readonly AccessReviewItem[], sha256: Sha256): string {
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return toHex(sha256(toUtf8(sorted.map((item) => `${itemLine(item)}\n`).join(''))));
}

export interface ReviewCounts {
  readonly items: number;
  readonly confirmed: number;
  /** Revocations decided, those that could not be carried out included. */
  readonly revoked: number;
  readonly refused: number;
  readonly undecided: number;
}

export function countItems(items: readonly AccessReviewItem[]): ReviewCounts {
  const count = (is: (item: AccessReviewItem) => boolean): number => items.filter(is).length;
  return {
    items: items.length,
    confirmed: count(({ decision }) => decision === 'confirm'),
    revoked: count(({ decision }) => decision === 'revoke'),
    refused: count(({ refused }) => refused !== null),
    undecided: count(({ decision }) => decision === null),
  };
}

/** The canonical payload of a closed review. */
export function reviewResult(review: AccessReview, items: readonly AccessReviewItem[], sha256: Sha256): string {
  const { id, org_id, name, instructions, reviewers, due_at, created_at, created_by, closed_at, closed_by } = review;
  return canonicalize({
    v: 1,
    organization: org_id,
    review: { id, name, instructions, reviewers, due_at, created_at, created_by, closed_at, closed_by },
    counts: { ...countItems(items) },
    items_sha256: itemsDigest(items, sha256),
  });
}

const Count = z.int().min(0);
const ReviewResult = z.strictObject({
  v: z.literal(1),
  organization: z.string(),
  review: z.strictObject({
    id: z.string(),
    name: z.string(),
    instructions: z.string(),
    reviewers: z.array(z.string()),
    due_at: z.string(),
    created_at: z.string(),
    created_by: z.string(),
    closed_at: z.string(),
    closed_by: z.string(),
  }),
  counts: z.strictObject({ items: Count, confirmed: Count, revoked: Count, refused: Count, undecided: Count }),
  items_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ReviewResult = z.infer<typeof ReviewResult>;

const Envelope = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(REVIEW_RESULT_TYPE),
  signatures: z.array(z.strictObject({ sig: z.string().max(200) })).length(1),
});

export interface OpenedEnvelope {
  readonly payload: Uint8Array;
  /** ECDSA P-256 over SHA-256, DER. */
  readonly signature: Uint8Array;
}

/** The envelope of a result, opened; nothing of it is verified. Throws LOG_MALFORMED. */
export function openReviewEnvelope(text: string): OpenedEnvelope {
  try {
    const envelope = Envelope.parse(isCanonical(text) ? JSON.parse(text) : undefined);
    return { payload: fromBase64(envelope.payload), signature: fromBase64(envelope.signatures[0]!.sig) };
  } catch (error) {
    throw new AppError('LOG_MALFORMED', 'Not the result of an access review.', undefined, error);
  }
}

/** The payload of an envelope as a result. Throws LOG_MALFORMED. */
export function parseReviewPayload(payload: Uint8Array): ReviewResult {
  try {
    return ReviewResult.parse(JSON.parse(fromUtf8(payload)));
  } catch (error) {
    throw new AppError('LOG_MALFORMED', 'The result is not of this format.', undefined, error);
  }
}

/** Whether a key signed the envelope (DSSE v1). A text that is no key signed nothing. */
export function signedReview(
  { payload, signature }: OpenedEnvelope,
  publicPem: string,
  verify: EcdsaP256Verify,
): boolean {
  return verify(publicPem, pae(REVIEW_RESULT_TYPE, payload), signature);
}

/**
 * The result inside an envelope. Throws LOG_SIGNATURE when the key did not sign it, LOG_MALFORMED for another form. Whether items are
 * those it speaks of is told by itemsDigest.
 */
export function readReviewResult(text: string, publicPem: string, verify: EcdsaP256Verify): ReviewResult {
  const opened = openReviewEnvelope(text);
  if (!signedReview(opened, publicPem, verify)) {
    throw new AppError('LOG_SIGNATURE', 'The result is not signed by this review key.');
  }
  return parseReviewPayload(opened.payload);
}
