/** Service levels: judged offline from the mirror's own minutes, with the code the platform judges by. */
import { z } from 'zod';
import {
  ServiceName,
  SLA_METRICS,
  SlaAlert,
  SlaBreach,
  SlaChannel,
  SlaChannelInput,
  SlaExclusion,
  SlaRevision,
  SlaTerms,
} from '../entities/index.ts';
import { LocalPath, OrgId, Sha256Hex, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { command, job, query } from './procedure.ts';

const Id = z.string().max(64);
export const MonthText = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const Verdict = z.enum(['compliant', 'breached', 'no_data']);
export const SlaSpan = z.strictObject({ from: UtcMs, to: UtcMs });

export const SlaMetricView = z.strictObject({
  metric: z.enum(SLA_METRICS),
  verdict: Verdict,
  target: z.number(),
  actual: z.number().nullable(),
  breachPercent: z.number().nullable(),
  /** As text: cut off, never rounded up to the target. Percent with its sign, or milliseconds. */
  targetText: z.string(),
  actualText: z.string().nullable(),
});
export type SlaMetricView = z.infer<typeof SlaMetricView>;

export const SlaBudgetView = z.strictObject({
  basis: z.enum(['requests', 'time']),
  allowed: z.number(),
  spent: z.number(),
  remaining: z.number().nullable(),
  projected: z.boolean(),
  exhaustedAt: UtcMs.nullable(),
});
export type SlaBudgetView = z.infer<typeof SlaBudgetView>;

export const SlaJudgement = z.strictObject({
  window: SlaSpan,
  verdict: Verdict,
  metrics: z.array(SlaMetricView),
  requests: z.int(),
  failed: z.int(),
  responseMs: z.strictObject({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  /** Time basis: share of the judged time that was not observed, and availability if it had all been down, or up. */
  unobservedMs: z.number().nullable(),
  bounds: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  budget: SlaBudgetView,
});
export type SlaJudgement = z.infer<typeof SlaJudgement>;

/** `at_risk`: it holds, and a burn alert is open or less than a quarter of the budget is left. */
export const SlaStatus = z.enum(['compliant', 'at_risk', 'breached', 'no_data', 'ended']);
export type SlaStatus = z.infer<typeof SlaStatus>;

export const SlaCard = z.strictObject({
  id: Id,
  name: z.string(),
  description: z.string(),
  workspaceId: z.string().nullable(),
  workspaceName: z.string().nullable(),
  service: z.string().nullable(),
  status: SlaStatus,
  revision: SlaRevision.nullable(),
  /** One that does not hold yet. */
  nextRevision: SlaRevision.nullable(),
  /** The last 24 hours, and the window of the terms; both end at `asOf`. */
  day: SlaJudgement.nullable(),
  window: SlaJudgement.nullable(),
  openBreaches: z.array(SlaBreach),
  openAlerts: z.array(SlaAlert),
  /** Availability of the last 30 local days, oldest first; null without data. */
  sparkline: z.array(z.number().nullable()),
});
export type SlaCard = z.infer<typeof SlaCard>;

export const SlaPoint = z.strictObject({
  at: UtcMs,
  availability: z.number().nullable(),
  responseMs: z.number().nullable(),
  errorRate: z.number().nullable(),
  requests: z.int(),
  failed: z.int(),
  /** Share of the step that is excluded, and that nobody observed. */
  excluded: z.number(),
  unobserved: z.number(),
});
export type SlaPoint = z.infer<typeof SlaPoint>;

export const SlaIncident = z.strictObject({
  id: z.string(),
  kind: z.enum(['outage', 'breach', 'alert', 'exclusion', 'gap']),
  from: UtcMs,
  /** Null: it goes on. */
  to: UtcMs.nullable(),
  title: z.string(),
  /** What it rests on. */
  detail: z.string(),
  severity: z.enum(['page', 'ticket']).nullable(),
  /** Milliseconds it took from the budget of time; null where that is not its measure. */
  downMs: z.number().nullable(),
});
export type SlaIncident = z.infer<typeof SlaIncident>;

export const SlaMonthRow = z.strictObject({
  month: MonthText,
  period: SlaSpan,
  revision: z.int().nullable(),
  verdict: Verdict,
  /** Per cent as text with its sign, cut as in the report; so is the error rate. */
  availability: z.string().nullable(),
  responseMs: z.number().nullable(),
  errorRate: z.string().nullable(),
  requests: z.int(),
  downMinutes: z.string(),
  creditMinor: z.string().nullable(),
  currency: z.string().nullable(),
});
export type SlaMonthRow = z.infer<typeof SlaMonthRow>;

/** What is written as CSV, with the question it is the answer to. */
export const SlaTable = z.discriminatedUnion('table', [
  z.strictObject({ table: z.literal('incidents'), from: UtcMs, to: UtcMs }),
  z.strictObject({ table: z.literal('months'), months: z.int().min(1).max(36) }),
  z.strictObject({ table: z.literal('days'), months: z.int().min(1).max(13) }),
  z.strictObject({
    table: z.literal('trend'),
    from: UtcMs,
    to: UtcMs,
    step: z.enum(['minute', 'five', 'hour', 'day']),
  }),
]);
export type SlaTable = z.infer<typeof SlaTable>;

const One = { orgId: OrgId, id: Id };

export const slaProcedures = {
  'sla.list': query(
    'unlocked',
    'Every SLA of an organization as a card, judged now from the mirror; `asOf` is the end of what the mirror has.',
    z.strictObject({ orgId: OrgId, includeEnded: z.boolean().default(false) }),
    z.strictObject({ asOf: UtcMs.nullable(), cards: z.array(SlaCard), elapsedMs: z.number() }),
  ),
  'sla.trend': query(
    'unlocked',
    'The three metrics over time, in steps of whole minutes or of local days, with the targets that held, breaches and budget left at each step. At most 2,000 points.',
    z.strictObject({ ...One, from: UtcMs, to: UtcMs, step: z.enum(['minute', 'five', 'hour', 'day']) }),
    z.strictObject({
      points: z.array(SlaPoint),
      targets: z.array(SlaSpan.extend({ revision: z.int(), terms: SlaTerms })),
      breaches: z.array(SlaBreach),
      timeZone: z.string(),
    }),
  ),
  'sla.burndown': query(
    'unlocked',
    'Error budget left over a window, from 1 down, and the forecast to its end: straight on at the pace of the last day.',
    z.strictObject({ ...One, month: MonthText.nullable() }),
    z.strictObject({
      window: SlaSpan,
      budget: SlaBudgetView,
      points: z.array(z.strictObject({ at: UtcMs, remaining: z.number() })),
      forecast: z.array(z.strictObject({ at: UtcMs, remaining: z.number() })),
      timeZone: z.string(),
    }),
  ),
  'sla.days': query(
    'unlocked',
    'Each local day of the last months, oldest first: its verdict against the target that held. Availability in percent, with its sign.',
    z.strictObject({ ...One, months: z.int().min(1).max(13).default(13) }),
    z.strictObject({
      days: z.array(
        z.strictObject({
          day: z.string(),
          from: UtcMs,
          to: UtcMs,
          verdict: Verdict,
          availability: z.string().nullable(),
          requests: z.int(),
          downMs: z.number(),
        }),
      ),
      timeZone: z.string(),
    }),
  ),
  'sla.incidents': query(
    'unlocked',
    'Outages, breaches, alerts, maintenance and gaps in the data, newest first.',
    z.strictObject({
      ...One,
      from: UtcMs,
      to: UtcMs,
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100),
    }),
    z.strictObject({ rows: z.array(SlaIncident), total: z.int() }),
  ),
  'sla.months': query(
    'unlocked',
    'The last closed months under the terms that held, oldest first. Availability and error rate in percent, with their sign.',
    z.strictObject({ ...One, months: z.int().min(1).max(36).default(12) }),
    z.array(SlaMonthRow),
  ),
  'sla.whatIf': query(
    'unlocked',
    'What the last closed months would have been under other terms, beside what they were. For an SLA there is not yet, workspace and service say what is measured.',
    z.strictObject({
      orgId: OrgId,
      id: Id.nullable(),
      workspaceId: Id.nullable(),
      service: ServiceName.nullable(),
      terms: SlaTerms,
      months: z.int().min(1).max(36).default(12),
    }),
    z.strictObject({
      months: z.array(z.strictObject({ month: MonthText, was: SlaMonthRow.nullable(), would: SlaMonthRow })),
      /** Rules that could never fire, and the like. */
      warnings: z.array(z.string()),
      elapsedMs: z.number(),
    }),
  ),
  'sla.report': query(
    'unlocked',
    'The monthly report computed from the mirror, and whether it equals what the platform issued. `report` is the canonical text.',
    z.strictObject({ ...One, month: MonthText }),
    z.strictObject({
      report: z.record(z.string(), z.unknown()),
      digest: Sha256Hex,
      /** `not_issued`: the month is not closed or the platform has not issued it. */
      comparison: z.enum(['equal', 'differs', 'not_issued']),
      platformDigest: Sha256Hex.nullable(),
      issue: z.int().nullable(),
      /** Where they differ: field, here, platform. */
      differences: z.array(z.strictObject({ field: z.string(), here: z.string(), platform: z.string() })),
    }),
  ),
  'sla.exportReport': job(
    'unlocked',
    'Write the monthly reports of the SLAs named as a signed bundle with PDF, CSV and JSON. Result: BundleResult. A null path means the exports folder.',
    z.strictObject({ orgId: OrgId, ids: z.array(Id).min(1).max(100), month: MonthText, path: LocalPath.nullable() }),
    JobStarted,
  ),
  'sla.export': job(
    'unlocked',
    'Write what a screen of an SLA lists as CSV, whole. Result: {path, rows}. A null path means the exports folder.',
    z.strictObject({ ...One, table: SlaTable, path: LocalPath.nullable() }),
    JobStarted,
  ),
  'sla.exclusions': query(
    'unlocked',
    'Maintenance windows, newest first.',
    z.strictObject({ orgId: OrgId, id: Id.nullable() }),
    z.array(SlaExclusion),
  ),
  'sla.channels': query(
    'unlocked',
    'Where breaches are told, by name.',
    z.strictObject({ orgId: OrgId }),
    z.array(SlaChannel),
  ),
  'sla.services': query(
    'unlocked',
    'Measured services with the first and last minute the mirror has of each.',
    z.strictObject({ orgId: OrgId }),
    z.array(
      z.strictObject({
        workspaceId: z.string().nullable(),
        service: z.string(),
        source: z.string(),
        first: UtcMs.nullable(),
        last: UtcMs.nullable(),
      }),
    ),
  ),
  'sla.createChannel': command(
    'unlocked',
    'Make a channel, online only. The signing secret of a webhook is in this one answer and nowhere else.',
    z.strictObject({ orgId: OrgId, input: SlaChannelInput }),
    z.strictObject({ channel: SlaChannel, secret: z.string().nullable() }),
  ),
  'sla.testChannel': command(
    'unlocked',
    'Send a test notification, online only; answers what came of it.',
    z.strictObject({ ...One }),
    z.strictObject({ delivered: z.boolean(), detail: z.string() }),
  ),
  'sla.deliveries': query(
    'unlocked',
    'The delivery log of the channels, newest first, online only.',
    z.strictObject({ orgId: OrgId, id: Id.nullable(), limit: z.int().min(1).max(200).default(100) }),
    z.array(
      z.strictObject({
        id: z.string(),
        channelId: z.string(),
        event: z.string(),
        subject: z.string(),
        state: z.enum(['waiting', 'delivered', 'failed']),
        attempts: z.int(),
        lastAttemptAt: UtcMs.nullable(),
        nextAttemptAt: UtcMs.nullable(),
        detail: z.string(),
        createdAt: UtcMs,
      }),
    ),
  ),
} as const;
