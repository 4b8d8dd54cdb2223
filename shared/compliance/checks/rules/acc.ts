/** Access of people: ACC-01 to ACC-10. */
import type { CheckRule } from '../rule.ts';

export const ACC_RULES: readonly CheckRule[] = [];
