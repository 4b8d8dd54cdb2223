/** Service accounts: SVC-01 to SVC-06. */
import type { CheckRule } from '../rule.ts';
import { ACCOUNT_RULES } from './svcAccounts.ts';
import { KEY_RULES } from './svcKeys.ts';

export const SVC_RULES: readonly CheckRule[] = [...KEY_RULES, ...ACCOUNT_RULES];
