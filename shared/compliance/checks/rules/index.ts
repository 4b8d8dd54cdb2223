/** Every rule there is, by the id of its check. Each file gives one group as a list. */
import type { CheckRule } from '../rule.ts';
import { ACC_RULES } from './acc.ts';
import { SVC_RULES } from './svc.ts';

const GROUPS: readonly (readonly CheckRule[])[] = [
  ACC_RULES,
  SVC_RULES,
  // LOG, RET, RES, ENC, AVL, INC, CAP, MIR: one line each.
];

export const RULES: ReadonlyMap<string, CheckRule> = new Map(GROUPS.flat().map((rule) => [rule.id, rule]));
