/** The forty automated checks, evaluated offline from the mirror with the rules the platform evaluates by. */
import { z } from 'zod';
import { CHECK_GROUPS } from '../compliance/checks/catalog.ts';
import { CHECK_RESULTS, CheckParameters, CheckResult, ControlException, Day } from '../entities/index.ts';
import { LocalPath, OrgId, Sha256Hex, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job, query } from './procedure.ts';

export const CheckId = z.string().regex(/^[A-Z]{3}-\d{2}$/);
/** Ten years: no question of an auditor is longer. */
const PERIOD_MS_MAX = 3_660 * 86_400_000;
const State = z.enum(CHECK_RESULTS);

/** [from, to), UTC. */
const period = { orgId: OrgId, from: UtcMs, to: UtcMs } as const;
const forward = ({ from, to }: { from: number; to: number }): boolean => from < to && to - from <= PERIOD_MS_MAX;
const BACKWARD = { path: ['to'], message: 'a period ends after it begins, and is at most ten years long' };

export const CheckSummary = z.strictObject({
  check: CheckId,
  group: z.enum(CHECK_GROUPS),
  title: z.string(),
  rule: z.int(),
  state: State,
  /** One sentence with the figures. */
  summary: z.string(),
  populationOf: z.string(),
  population: z.int(),
  failing: z.int(),
  excepted: z.int(),
  /** Over everything the rule looked at. */
  digest: Sha256Hex,
  /** Ids of controls of the built-in frameworks that it supports. */
  supports: z.array(z.string()),
});
export type CheckSummary = z.infer<typeof CheckSummary>;

export const CheckRun = z.strictObject({
  from: UtcMs,
  to: UtcMs,
  /** Up to here the mirror knows, and when it was evaluated. */
  asOf: UtcMs,
  evaluatedAt: UtcMs,
  elapsedMs: z.number(),
  events: z.int(),
  /** The mirror has changed since. */
  stale: z.boolean(),
  checks: z.array(CheckSummary),
});
export type CheckRun = z.infer<typeof CheckRun>;

export const CheckItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  at: UtcMs.nullable(),
  why: z.string(),
  exception: z.string().nullable(),
  /** What it is about, where there is something to go to. */
  link: z
    .strictObject({ kind: z.enum(['member', 'service_account', 'event', 'workspace', 'sla']), id: z.string() })
    .nullable(),
});
export type CheckItem = z.infer<typeof CheckItem>;

const FromPlatform = CheckResult.pick({
  rule: true,
  from: true,
  to: true,
  computed_at: true,
  state: true,
  population: true,
  failing: true,
  digest: true,
}).strict();

/** What the platform found for the same period, and in what both differ. */
export const CheckComparison = z.strictObject({
  check: CheckId,
  platform: FromPlatform.nullable(),
  verdict: z.enum(['equal', 'differs', 'not_evaluated']),
  /** `state`, `population`, `failing`, `digest`, `rule`. */
  differs: z.array(z.string()),
});
export type CheckComparison = z.infer<typeof CheckComparison>;

export const CheckDetail = z.strictObject({
  summary: CheckSummary,
  run: CheckRun.omit({ checks: true }),
  /** The rule in words, with the figures of the parameters. */
  explanation: z.string(),
  parameters: CheckParameters,
  /** Names of those the rule reads. */
  reads: z.array(z.string()),
  /** Failing and excepted items that are named; the rest is counted. */
  total: z.int(),
  items: z.array(CheckItem),
  exceptions: z.array(ControlException),
  controls: z.array(
    z.strictObject({
      framework: z.string(),
      title: z.string(),
      controls: z.array(z.strictObject({ id: z.string(), ref: z.string(), title: z.string() })),
    }),
  ),
  comparison: CheckComparison,
});
export type CheckDetail = z.infer<typeof CheckDetail>;

export const CheckTrendDay = z.strictObject({
  day: Day,
  at: UtcMs,
  computedAt: UtcMs,
  /** Checks by state. */
  states: z.record(State, z.int()),
  /** Of those that apply, the ones that passed. */
  numerator: z.int(),
  denominator: z.int(),
  /** That do not apply; what was insufficient or excepted stays in the denominator and is no pass. */
  excluded: z.int(),
  /** Null where nothing applies. */
  percent: z.number().nullable(),
  /** Checks that did not pass. */
  failing: z.array(z.strictObject({ check: CheckId, state: State })),
});
export type CheckTrendDay = z.infer<typeof CheckTrendDay>;

export const checksProcedures = {
  'checks.run': job(
    'unlocked',
    'Evaluate automated checks over a period from the mirror, offline. Null ids means all forty. Result: the run, as checks.results answers it.',
    z
      .strictObject({ ...period, ids: z.array(CheckId).min(1).max(40).nullable().default(null) })
      .refine(forward, BACKWARD),
    JobStarted,
  ),
  'checks.results': query(
    'unlocked',
    'What a run of this period came to, without its items; null where none is kept. Null ids: the run of all forty.',
    z
      .strictObject({ ...period, ids: z.array(CheckId).min(1).max(40).nullable().default(null) })
      .refine(forward, BACKWARD),
    CheckRun.nullable(),
  ),
  'checks.detail': query(
    'unlocked',
    'One check of a period: its rule in words, parameters, failing items, exceptions, the controls it supports, and what the platform found. Evaluated now where no run is kept.',
    z
      .strictObject({
        ...period,
        check: CheckId,
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(1_000).default(100),
      })
      .refine(forward, BACKWARD),
    CheckDetail,
  ),
  'checks.compare': query(
    'unlocked',
    'Our results of a kept run beside what the platform found for the same period: equal, different in what, or not evaluated there.',
    z.strictObject(period).refine(forward, BACKWARD),
    z.array(CheckComparison),
  ),
  'checks.latest': query(
    'unlocked',
    'What the platform last found, as last synced: one line a check that has a result.',
    z.strictObject({ orgId: OrgId }),
    z.array(CheckResult),
  ),
  'checks.trend': query(
    'unlocked',
    'States of the checks day by day as the platform evaluated them, and the share that passed: numerator, denominator and what is left out.',
    z.strictObject({ orgId: OrgId, from: Day, to: Day, ids: z.array(CheckId).min(1).max(40).nullable().default(null) }),
    z.strictObject({ days: z.array(CheckTrendDay), basis: z.string() }),
  ),
  'checks.csv': job(
    'unlocked',
    'Write a run as CSV: one line a check, then one a failing item. Evaluated now where no run is kept. Result: {path, rows}. A null path means the exports folder.',
    z.strictObject({ ...period, path: LocalPath.nullable() }).refine(forward, BACKWARD),
    JobStarted,
  ),
} as const;
