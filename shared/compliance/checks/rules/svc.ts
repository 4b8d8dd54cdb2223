/** Service accounts: SVC-01 to SVC-06. */
import type { CheckRule } from '../rule.ts';

export const SVC_RULES: readonly CheckRule[] = [];
