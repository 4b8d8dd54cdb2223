/**
 * An assessment: what the controls of one framework came to over a period, with everything it rests on. It is the one source of every export (CSV, OSCAL, report),
 * and a verifier computes those again from it. Format `mission-control/compliance/1`, RFC 8785 text.
 */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { canonicalize, isCanonical, type Json } from '../../json/index.ts';
import {
  automatedState,
  CONTROL_STATUSES,
  controlStatus,
  isInForce,
  noCounts,
  type Percentage,
  percentageOf,
  type StatusCounts,
} from '../controlStatus.ts';

const Id = z.string().min(1).max(120);
const Short = z.string().max(512);
const Long = z.string().max(10_000);
const Instant = z.iso.datetime();
const Day = z.iso.date();
const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().min(0);
const Ids = z.array(Id).max(5_000);
const State = z.enum(['pass', 'fail', 'exception', 'not_applicable', 'insufficient_data']);

const Judgement = z.strictObject({
  state: z.enum(['effective', 'ineffective']),
  reason: Long,
  /** User id. */
  by: Short,
  at: Instant,
});

export const AssessedControl = z.strictObject({
  id: Id,
  ref: Short,
  title: Short,
  parent: Id.nullable(),
  kind: z.enum(['group', 'control']),
  obligation: z.enum(['required', 'addressable']).nullable(),
  /** Null for a group. */
  status: z.enum(CONTROL_STATUSES).nullable(),
  /** Why it does not apply; empty where it does. */
  not_applicable_because: Long,
  design: Judgement.nullable(),
  operating: Judgement.nullable(),
  /** The worst of its automated checks; null: it has none that says anything. */
  automated: State.nullable(),
  owner: Short.nullable(),
  due_on: Day.nullable(),
  checks: Ids,
  evidence: Ids,
  findings: Ids,
  exceptions: Ids,
});
export type AssessedControl = z.infer<typeof AssessedControl>;

export const AssessedCheck = z.strictObject({
  id: Id,
  title: Short,
  rule: z.int().min(1),
  state: State,
  summary: Long,
  population_of: Short,
  population: Count,
  failing: Count,
  excepted: Count,
  /** SHA-256 over what the rule looked at. */
  digest: Hex,
  /** Failing and excepted items, as far as they are named. */
  items: z
    .array(z.strictObject({ id: Short, title: Short, at: Instant.nullable(), why: Long, exception: Id.nullable() }))
    .max(1_000),
});
export type AssessedCheck = z.infer<typeof AssessedCheck>;

const AssessedException = z.strictObject({
  ...{ id: Id, title: Short, controls: Ids, checks: Ids, subjects: z.array(Short).max(1_000) },
  ...{ reason: Long, compensating: Long, management_response: Long },
  ...{ approved_by: Short.nullable(), approved_at: Instant.nullable(), expires_on: Day },
});
const AssessedFinding = z.strictObject({
  ...{ id: Id, title: Short, controls: Ids, checks: Ids },
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  status: z.enum(['open', 'closed']),
  ...{ condition: Long, criteria: Long, cause: Long, effect: Long, recommendation: Long, management_response: Long },
  due_on: Day.nullable(),
});
export const AssessedEvidence = z.strictObject({
  ...{ id: Id, title: Short, kind: z.enum(['file', 'screenshot', 'query', 'link']) },
  ...{ evidence_on: Day, valid_until: Day.nullable(), added_at: Instant, controls: Ids, checks: Ids },
  file: z.strictObject({ sha256: Hex, bytes: Count, name: Short, media_type: Short }).nullable(),
  url: z.string().max(2_000).nullable(),
  /** Why its file is not in the bundle; null: it is, or there is none. */
  omitted: Long.nullable(),
});
export type AssessedEvidence = z.infer<typeof AssessedEvidence>;

export const Assessment = z.strictObject({
  format: z.literal('mission-control/compliance/1'),
  organization: z.strictObject({ id: z.string().max(63), name: Short }),
  framework: z.strictObject({ id: Id, title: Short, edition: Short, revision: z.int().min(1), issuer: Short }),
  /** [from, to). */
  period: z.strictObject({ from: Instant, to: Instant }),
  /** Up to here the mirror knew log and records. */
  known_to: Instant,
  assessed_at: Instant,
  /** What the checks of the log rest on. */
  log: z.strictObject({ size: Count, root: Hex }),
  controls: z.array(AssessedControl).max(5_000),
  checks: z.array(AssessedCheck).max(100),
  exceptions: z.array(AssessedException).max(2_000),
  findings: z.array(AssessedFinding).max(10_000),
  evidence: z.array(AssessedEvidence).max(20_000),
});
export type Assessment = z.infer<typeof Assessment>;

/** A thousand controls with everything; what a reader holds in memory. */
export const ASSESSMENT_BYTES_MAX = 64 * 1024 * 1024;

export function assessmentText(assessment: Assessment): string {
  return canonicalize(assessment as unknown as Json);
}

/** Reads an assessment. Throws LOG_MALFORMED. */
export function readAssessment(text: string): Assessment {
  if (!isCanonical(text)) throw new AppError('LOG_MALFORMED', 'The assessment is not canonical JSON (RFC 8785).');
  const read = Assessment.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  throw new AppError(
    'LOG_MALFORMED',
    `The assessment is not of this format: ${issue.path.join('.')}: ${issue.message}`,
  );
}

export interface Coverage extends Percentage {
  readonly counts: StatusCounts;
}

/** How far the framework is met: numerator, denominator, and what was left out of both. */
export function coverageOf({ controls }: Pick<Assessment, 'controls'>): Coverage {
  const counts = noCounts();
  for (const { status } of controls) if (status !== null) counts[status] += 1;
  return { counts, ...percentageOf(counts) };
}

/** `87.5 %`; `none applies` without a control that does. */
export function coverageText({ percent }: Pick<Percentage, 'percent'>): string {
  return percent === null ? 'none applies' : `${percent} %`;
}

const missing = (named: readonly string[], there: ReadonlySet<string>): string | undefined =>
  named.find((id) => !there.has(id));

/** Why a control's status does not follow from what stands beside it; null: it does. */
function statusFault(control: AssessedControl, checks: ReadonlyMap<string, AssessedCheck>): string | null {
  const { status, kind, not_applicable_because: reason, design, operating } = control;
  if (kind === 'group') return status === null ? null : 'Only a control has a status.';
  const automated = automatedState(control.checks.map((id) => checks.get(id)!.state));
  if (automated !== control.automated) return `Its checks come to ${automated ?? 'nothing'}, not to what it says.`;
  const state = { applicable: reason === '', applicability_reason: reason, design, operating } as const;
  const wanted = controlStatus({
    state: { ...state, design: judged(design), operating: judged(operating) },
    ...{ automated, excepted: control.exceptions.length > 0 },
  });
  return wanted === status ? null : `It is ${wanted.replaceAll('_', ' ')} by its assessments, checks and exceptions.`;
}

const judged = (one: AssessedControl['design']) => (one === null ? null : { ...one, period: null });

/** First contradiction within an assessment, in words; null: there is none. Writer and verifier refuse by it. */
export function assessmentFault(assessment: Assessment): string | null {
  const { controls, checks, exceptions, findings, evidence, period } = assessment;
  const byId = new Map(checks.map((check) => [check.id, check]));
  const ids = (list: readonly { readonly id: string }[]): ReadonlySet<string> => new Set(list.map(({ id }) => id));
  const known = { checks: ids(checks), exceptions: ids(exceptions), findings: ids(findings), evidence: ids(evidence) };
  for (const [name, list] of Object.entries({ controls, checks, exceptions, findings, evidence })) {
    if (ids(list).size !== list.length) return `Something stands twice among the ${name}.`;
  }
  if (Date.parse(period.from) >= Date.parse(period.to)) return 'The period ends before it begins.';
  const last = new Date(Date.parse(period.to) - 1).toISOString().slice(0, 10);
  const lapsed = exceptions.find((one) => !isInForce({ ...one, revoked_at: null }, last));
  if (lapsed !== undefined) return `The exception "${lapsed.title}" was not in force on ${last}.`;
  for (const control of controls) {
    for (const name of ['checks', 'exceptions', 'findings', 'evidence'] as const) {
      const absent = missing(control[name], known[name]);
      if (absent !== undefined) return `${control.ref} names ${absent} of the ${name}, which is not there.`;
    }
    const fault = statusFault(control, byId);
    if (fault !== null) return `${control.ref}: ${fault}`;
  }
  for (const { id, state, population, failing, excepted, items } of checks) {
    const named = items.filter(({ exception }) => exception === null).length;
    if (named > failing || items.length - named > excepted) return `${id} names more failing items than it counts.`;
    if (state === 'pass' && (failing > 0 || excepted > 0 || population === 0))
      return `${id} passed, and its figures do not.`;
    if (state === 'fail' && failing === 0) return `${id} failed, and nothing failed in it.`;
    if (state === 'exception' && (failing > 0 || excepted === 0))
      return `${id} is excepted, and its figures say otherwise.`;
  }
  return null;
}
