/** Service-account keys, their rate limit, and the signed result of an access review. */
export {
  base62,
  formatKey,
  KEY_CHARS,
  KEY_PREFIX,
  type KeyEnvironment,
  type KeyParts,
  newKey,
  parseKey,
} from './key.ts';
export { RATE_SECONDS, type RatePlan, type RateState, ratePlan, rateState } from './rate.ts';
export {
  countItems,
  itemsDigest,
  openReviewEnvelope,
  REVIEW_RESULT_TYPE,
  type ReviewCounts,
  type ReviewResult,
  readReviewResult,
  reviewResult,
} from './review.ts';
export { judgeReview, type ReviewState, type ReviewVerdict } from './reviewVerdict.ts';
