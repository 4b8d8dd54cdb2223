/** The audit log: LOG-01 to LOG-10. */
import type { CheckRule } from '../rule.ts';
import { LOG_CONTENT_RULES } from './logContent.ts';
import { LOG_USE_RULES } from './logUse.ts';
import { LOG_WHOLE_RULES } from './logWhole.ts';

export const LOG_RULES: readonly CheckRule[] = [...LOG_WHOLE_RULES, ...LOG_CONTENT_RULES, ...LOG_USE_RULES];
