/** The words, forms and tones of the checklist: a verdict is told by icon and word, and by colour only besides. */
import {
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CircleSlash2,
  CircleX,
  Clock,
  type LucideIcon,
  Minus,
} from 'lucide-react';
import { CONTROL_STATUSES, type ControlStatus } from '../../../shared/compliance/controlStatus.ts';
import type { ControlSummaryView } from '../../../shared/contract/checklist.ts';
import type { CheckResultState, ControlException, Finding } from '../../../shared/entities/index.ts';
import type { Tone } from '../../ui/Verdict.tsx';

export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const STATUS: Readonly<Record<ControlStatus, Look>> = {
  met: { word: 'met', tone: 'ok', icon: CircleCheck },
  not_met: { word: 'not met', tone: 'bad', icon: CircleX },
  exception: { word: 'exception', tone: 'warn', icon: Clock },
  insufficient: { word: 'too little data', tone: 'none', icon: CircleDotDashed },
  not_assessed: { word: 'not assessed', tone: 'none', icon: CircleDashed },
  not_applicable: { word: 'does not apply', tone: 'none', icon: CircleSlash2 },
};
/** What asks for work first. */
export const GRAVITY: readonly ControlStatus[] = [
  ...(['not_met', 'insufficient', 'exception', 'not_assessed', 'met', 'not_applicable'] as const),
];
export const STATUSES = CONTROL_STATUSES;

export const CHECK: Readonly<Record<CheckResultState, Look>> = {
  pass: { word: 'pass', tone: 'ok', icon: CircleCheck },
  fail: { word: 'fail', tone: 'bad', icon: CircleX },
  exception: { word: 'exception', tone: 'warn', icon: Clock },
  insufficient_data: { word: 'too little data', tone: 'none', icon: CircleDotDashed },
  not_applicable: { word: 'does not apply', tone: 'none', icon: CircleSlash2 },
};
export const NO_RESULT: Look = { word: 'no result yet', tone: 'none', icon: CircleDashed };

type Effect = ControlSummaryView['operating']['state'];
export const EFFECT: Readonly<Record<Effect, Look>> = {
  effective: { word: 'effective', tone: 'ok', icon: CircleCheck },
  ineffective: { word: 'ineffective', tone: 'bad', icon: CircleX },
  exception: { word: 'exception', tone: 'warn', icon: Clock },
  insufficient: { word: 'too little data', tone: 'none', icon: CircleDotDashed },
  not_assessed: { word: 'not assessed', tone: 'none', icon: Minus },
};

export type Severity = Finding['severity'];
export const SEVERITY: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'none',
};

export type ExceptionState = 'asked' | 'in force' | 'expired' | 'revoked';
export const EXCEPTION: Readonly<Record<ExceptionState, Tone>> = {
  asked: 'accent',
  'in force': 'warn',
  expired: 'none',
  revoked: 'none',
};
/** What has become of an exception by a day (UTC). One that was never approved expires too. */
export function exceptionState(
  { approved_at, revoked_at, expires_on }: Pick<ControlException, 'approved_at' | 'revoked_at' | 'expires_on'>,
  day: string,
): ExceptionState {
  if (revoked_at !== null) return 'revoked';
  if (expires_on < day) return 'expired';
  return approved_at === null ? 'asked' : 'in force';
}

export const RELATION: Readonly<Record<string, string>> = {
  'equal-to': 'is equal to',
  'equivalent-to': 'is equivalent to',
  'subset-of': 'is part of',
  'superset-of': 'includes',
  'intersects-with': 'overlaps with',
  'no-relationship': 'has nothing to do with',
};

/** Today, UTC: the day everything is judged on. */
export const today = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** `8 of 24 controls met, 2 do not apply`. */
export function shareWords({ met, of, excluded }: { met: number; of: number; excluded: number }): string {
  const out = excluded === 0 ? '' : `, ${excluded} ${excluded === 1 ? 'does' : 'do'} not apply`;
  return of === 0 ? `no control counts${out}` : `${met} of ${of} controls met${out}`;
}
