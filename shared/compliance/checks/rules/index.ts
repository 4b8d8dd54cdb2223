/** Every rule there is, by the id of its check. Each file gives one group as a list. */
import type { CheckRule } from '../rule.ts';
import { ACC_RULES } from './acc.ts';
import { AVAILABILITY_RULES } from './availability.ts';
import { CAPACITY_RULES } from './capacity.ts';
import { ENCRYPTION_RULES } from './encryption.ts';
import { INCIDENT_RULES } from './incidents.ts';
import { LOG_RULES } from './log.ts';
import { MIRROR_RULES } from './mirror.ts';
import { RESIDENCY_RULES } from './residency.ts';
import { RETENTION_RULES } from './retention.ts';
import { SVC_RULES } from './svc.ts';

const GROUPS: readonly (readonly CheckRule[])[] = [
  ACC_RULES,
  SVC_RULES,
  LOG_RULES,
  RETENTION_RULES,
  RESIDENCY_RULES,
  ENCRYPTION_RULES,
  AVAILABILITY_RULES,
  INCIDENT_RULES,
  CAPACITY_RULES,
  MIRROR_RULES,
];

export const RULES: ReadonlyMap<string, CheckRule> = new Map(GROUPS.flat().map((rule) => [rule.id, rule]));
