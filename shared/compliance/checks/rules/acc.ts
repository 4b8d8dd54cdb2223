/** Access of people: ACC-01 to ACC-10. */
import type { CheckRule } from '../rule.ts';
import { FACTOR_RULES } from './accFactors.ts';
import { GRANT_RULES } from './accGrants.ts';
import { IDENTITY_RULES } from './accIdentity.ts';
import { LIFE_RULES } from './accLife.ts';
import { REVIEW_RULES } from './accReview.ts';

export const ACC_RULES: readonly CheckRule[] = [
  ...FACTOR_RULES,
  ...LIFE_RULES,
  ...REVIEW_RULES,
  ...IDENTITY_RULES,
  ...GRANT_RULES,
];
