/** Retention: RET-01 to RET-05. */
import type { CheckRule } from '../rule.ts';
import { HOLD_RULES } from './holds.ts';
import { REQUEST_RULES } from './requests.ts';
import { RETENTION_TIME_RULES } from './retentionTimes.ts';

export const RETENTION_RULES: readonly CheckRule[] = [...RETENTION_TIME_RULES, ...HOLD_RULES, ...REQUEST_RULES];
