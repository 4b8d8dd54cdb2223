/**
 * The signed result of an access review: one canonical JSON object (RFC 8785) that names the campaign, counts the decisions and commits to
 * every item. Platform and console build it from the same entities, so that the console checks items against the signature offline.
 */
import { toHex, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import type { AccessReview, AccessReviewItem } from '../entities/index.ts';
import { canonicalize, type Json } from '../json/index.ts';

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
