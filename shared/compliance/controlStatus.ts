/**
 * What one control comes to. The order of the rules is their weight:
 *
 * 1. Said not to apply, with the reason: `not_applicable`.
 * 2. A deviation, which is a failing check or an assessment "ineffective" of design or operation: `not_met`; `exception` while an approved exception in force
 *    names the control. So an ineffective assessment wins over passing checks, and a failing check over "effective".
 * 3. A check without enough data, or without a result: `insufficient`. Never met, whatever people say.
 * 4. A check whose failing items are all excepted: `exception`.
 * 5. Design assessed as effective by a person, and operation effective by a person or, where no person said, by passing checks: `met`.
 * 6. Named by an approved exception in force: `exception`; else `not_assessed`.
 *
 * Checks support a control and never satisfy it: without an assessment of its design nothing is met.
 */
import type { Assessment, CheckResultState, ControlException, ControlState } from '../entities/index.ts';
import { truncated } from '../sla/fraction.ts';

export const CONTROL_STATUSES = [
  'met',
  'not_met',
  'exception',
  'insufficient',
  'not_assessed',
  'not_applicable',
] as const;
export type ControlStatus = (typeof CONTROL_STATUSES)[number];
export type StatusCounts = Readonly<Record<ControlStatus, number>>;

/** Results that count, worst first. One that is not applicable says nothing. */
const GRAVITY = ['fail', 'insufficient_data', 'exception', 'pass'] as const satisfies readonly CheckResultState[];

/**
 * The worst of the supporting checks; null where there are none. A check that was never computed (null) counts as insufficient data; where none applies the
 * answer is `not_applicable`.
 */
export function automatedState(results: readonly (CheckResultState | null)[]): CheckResultState | null {
  if (results.length === 0) return null;
  const told = results.map((result) => result ?? 'insufficient_data');
  return GRAVITY.find((state) => told.includes(state)) ?? 'not_applicable';
}

export const OPERATING_STATES = ['effective', 'ineffective', 'exception', 'insufficient', 'not_assessed'] as const;

export interface Operating {
  readonly state: (typeof OPERATING_STATES)[number];
  /** Who says so: a person, the automated checks, or nobody. */
  readonly basis: 'manual' | 'automated' | null;
}

const BY_CHECKS: Readonly<Record<CheckResultState, Operating['state']>> = {
  pass: 'effective',
  fail: 'ineffective',
  exception: 'exception',
  insufficient_data: 'insufficient',
  not_applicable: 'not_assessed',
};

/** Operating effectiveness: the manual assessment where there is one, else what the automated checks say, marked as theirs. */
export function operatingOf(assessment: Assessment | null, automated: CheckResultState | null): Operating {
  if (assessment !== null && assessment.state !== 'not_assessed') return { state: assessment.state, basis: 'manual' };
  if (automated === null || automated === 'not_applicable') return { state: 'not_assessed', basis: null };
  return { state: BY_CHECKS[automated], basis: 'automated' };
}

export interface ControlFacts {
  readonly state: Pick<ControlState, 'applicable' | 'applicability_reason' | 'design' | 'operating'> | null;
  readonly automated: CheckResultState | null;
  /** An approved exception in force names the control. */
  readonly excepted: boolean;
}

/** The overall status, by the rules at the head of this file. */
export function controlStatus({ state, automated, excepted }: ControlFacts): ControlStatus {
  if (state !== null && !state.applicable && state.applicability_reason.trim() !== '') return 'not_applicable';
  const design = state?.design?.state ?? 'not_assessed';
  const operating = operatingOf(state?.operating ?? null, automated);
  if (automated === 'fail' || design === 'ineffective' || operating.state === 'ineffective') {
    return excepted ? 'exception' : 'not_met';
  }
  if (automated === 'insufficient_data') return 'insufficient';
  if (automated === 'exception') return 'exception';
  if (design === 'effective' && operating.state === 'effective') return 'met';
  return excepted ? 'exception' : 'not_assessed';
}

/** Why the status is what it is, in one sentence. */
export function statusReason(facts: ControlFacts): string {
  const { state, automated, excepted } = facts;
  const status = controlStatus(facts);
  if (status === 'not_applicable') return state!.applicability_reason;
  const design = state?.design?.state ?? 'not_assessed';
  const { state: operating, basis } = operatingOf(state?.operating ?? null, automated);
  const deviation = [
    ...(design === 'ineffective' ? ['its design was assessed as ineffective'] : []),
    ...(operating === 'ineffective' && basis === 'manual' ? ['its operation was assessed as ineffective'] : []),
    ...(automated === 'fail' ? ['a check that supports it fails'] : []),
  ].join(', ');
  const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  if (deviation !== '')
    return sentence(status === 'exception' ? `${deviation}; an exception in force accepts it` : deviation);
  if (status === 'insufficient') return 'A check that supports it has too little data to pass.';
  if (automated === 'exception') return 'What fails in its checks is covered by exceptions in force.';
  if (status === 'met') {
    const by = basis === 'manual' ? 'assessed as effective' : 'borne out by its automated checks';
    return `Design assessed as effective, operation ${by}.`;
  }
  if (excepted) return 'An exception in force names it, and it is not assessed as effective.';
  const missing = [
    ...(design === 'effective' ? [] : ['its design']),
    ...(operating === 'effective' ? [] : ['its operation']),
  ];
  return `Nobody has assessed ${missing.join(' and ')} yet.`;
}

/** Whether an exception holds on a day: approved by somebody, not revoked, not past its last day. */
export function isInForce(
  { approved_at, revoked_at, expires_on }: Pick<ControlException, 'approved_at' | 'revoked_at' | 'expires_on'>,
  day: string,
): boolean {
  return approved_at !== null && revoked_at === null && expires_on >= day;
}

export interface Percentage {
  /** Controls that are met. */
  readonly met: number;
  /** Controls that count: all but those that do not apply. */
  readonly of: number;
  /** Controls that do not apply. */
  readonly excluded: number;
  /** met / of in percent with one decimal, cut off and never rounded up; null where nothing counts. */
  readonly percent: string | null;
}

export function percentageOf(counts: StatusCounts): Percentage {
  const all = CONTROL_STATUSES.reduce((sum, status) => sum + counts[status], 0);
  const excluded = counts.not_applicable;
  const of = all - excluded;
  return { met: counts.met, of, excluded, percent: truncated(BigInt(counts.met) * 100n, BigInt(of), 1) };
}

export function noCounts(): Record<ControlStatus, number> {
  return { met: 0, not_met: 0, exception: 0, insufficient: 0, not_assessed: 0, not_applicable: 0 };
}
