/** Whether the signed result of an access review holds: its signature, and that it speaks of the campaign and the items at hand. Pure. */
import { fromUtf8, toHex } from '../bytes.ts';
import type { EcdsaP256Verify, Sha256 } from '../crypto.ts';
import type { AccessReview, AccessReviewItem } from '../entities/index.ts';
import { canonicalize } from '../json/index.ts';
import {
  countItems,
  itemsDigest,
  openReviewEnvelope,
  parseReviewPayload,
  type ReviewResult,
  reviewResult,
  signedReview,
} from './review.ts';

/**
 * `valid`: a known key signed it, and campaign and items are those it speaks of. `differs`: a known key signed it, campaign or items are
 * others. `invalid`: no known key signed it, or it has another form. `unchecked`: no review key is known.
 */
export type ReviewState = 'valid' | 'differs' | 'invalid' | 'unchecked';

export interface ReviewVerdict {
  readonly state: ReviewState;
  /** Fingerprint of the key that signed it; null: none of those known. */
  readonly signedBy: string | null;
  /** What it says, signed or not; null where it has another form. */
  readonly result: ReviewResult | null;
  /** SHA-256, hex, over the payload; null where it has another form. */
  readonly digest: string | null;
  /** Whether name, reviewers, times and persons of the campaign are those it speaks of. */
  readonly campaign: boolean;
  /** Whether digest and counts of the items are those it speaks of. */
  readonly items: boolean;
  /** Digest recomputed from the items at hand. */
  readonly itemsDigest: string;
}

interface Ports {
  readonly sha256: Sha256;
  readonly verify: EcdsaP256Verify;
}

/** The verdict over a closed review, its items and the keys that may have signed it. */
export function judgeReview(
  review: AccessReview,
  items: readonly AccessReviewItem[],
  keys: readonly { readonly publicKey: string; readonly fingerprint: string }[],
  { sha256, verify }: Ports,
): ReviewVerdict {
  const own = itemsDigest(items, sha256);
  try {
    const opened = openReviewEnvelope(review.result ?? '');
    const result = parseReviewPayload(opened.payload);
    const signedBy = keys.find(({ publicKey }) => signedReview(opened, publicKey, verify))?.fingerprint ?? null;
    const expected = reviewResult(review, items, sha256);
    const about = ({ organization, review: campaign }: ReviewResult): string =>
      canonicalize({ organization, campaign });
    const campaign = about(result) === about(JSON.parse(expected) as ReviewResult);
    const counted = canonicalize({ ...countItems(items) }) === canonicalize({ ...result.counts });
    const same = counted && own === result.items_sha256;
    // The whole payload as well: what a later format adds must not pass unseen.
    const whole = fromUtf8(opened.payload) === expected;
    const holds = campaign && same && whole ? 'valid' : 'differs';
    const state = signedBy !== null ? holds : keys.length === 0 ? 'unchecked' : 'invalid';
    return { state, signedBy, result, digest: toHex(sha256(opened.payload)), campaign, items: same, itemsDigest: own };
  } catch {
    // Of another form: it speaks of nothing.
    const nothing = { signedBy: null, result: null, digest: null, campaign: false, items: false };
    return { state: 'invalid', ...nothing, itemsDigest: own };
  }
}
