import { z } from 'zod';
import { EntityId, LongText, Text, Timestamp, TimeZone, Version } from './fields.ts';

/** A fraction 0..1 with at most six decimals, so that it is exact as millionths (shared/sla/fraction.ts). Percent exists on screens alone. */
export const Fraction = z
  .number()
  .min(0)
  .max(1)
  .refine((x) => Math.abs(x * 1e6 - Math.round(x * 1e6)) < 1e-6, 'a fraction of at most six decimals');

/** How a response time stands for many: their mean, weighted by requests, or a percentile of all of them. */
export const ResponseMeasure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mean') }),
  z.strictObject({ kind: z.literal('percentile'), percentile: z.number().gt(0).lt(1) }),
]);
export type ResponseMeasure = z.infer<typeof ResponseMeasure>;

/** `calendar`: local months of the zone. `rolling`: the last so many days, each of 24 hours. */
export const SlaWindow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('calendar') }),
  z.strictObject({ kind: z.literal('rolling'), days: z.int().min(1).max(92) }),
]);
export type SlaWindow = z.infer<typeof SlaWindow>;

const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const LocalEnd = LocalTime.or(z.literal('24:00'));
/**
 * Local hours in which the SLA counts; ISO weekdays, 1 Monday. All else is excluded. Where `to` is not after `from` it is of the next day:
 * 22:00 to 06:00, or 08:00 to 08:00 for a whole day from eight.
 */
export const ServiceHours = z.strictObject({
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: LocalTime,
  to: LocalEnd,
});
export type ServiceHours = z.infer<typeof ServiceHours>;

export const CreditTerms = z.strictObject({
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** What the month costs, in minor units, as a decimal string: money is never a float. */
  monthly_fee_minor: z.string().regex(/^\d{1,15}$/),
  /** Below this no credit is paid out, in minor units. */
  minimum_minor: z
    .string()
    .regex(/^\d{1,15}$/)
    .default('0'),
  /** Availability below `below` earns `percent` of the fee; the lowest tier that is met counts. */
  tiers: z
    .array(z.strictObject({ below: Fraction, percent: z.int().min(1).max(100) }))
    .min(1)
    .max(10),
});
export type CreditTerms = z.infer<typeof CreditTerms>;

/** Fires when both windows burn faster than the rate at which `budget` of the whole budget would go in `long_minutes`. */
export const BurnRule = z.strictObject({
  long_minutes: z.int().min(5).max(44_640),
  short_minutes: z.int().min(1).max(10_080),
  budget: Fraction,
  severity: z.enum(['page', 'ticket']),
});
export type BurnRule = z.infer<typeof BurnRule>;

/** Google SRE workbook, chapter 5, table 5-8 and its extension to three days. */
export const DEFAULT_BURN_RULES: readonly BurnRule[] = [
  { long_minutes: 60, short_minutes: 5, budget: 0.02, severity: 'page' },
  { long_minutes: 360, short_minutes: 30, budget: 0.05, severity: 'page' },
  { long_minutes: 1_440, short_minutes: 120, budget: 0.1, severity: 'ticket' },
  { long_minutes: 4_320, short_minutes: 360, budget: 0.1, severity: 'ticket' },
];

/** What is promised. Another promise is another revision: a past month is judged by the revision of its time. */
export const SlaTerms = z.strictObject({
  /** `requests`: good of valid requests. `time`: time that is not down of time observed (OPERATIONS, Availability). */
  availability_basis: z.enum(['requests', 'time']).default('requests'),
  target_availability: Fraction.default(0.99),
  max_response_time_ms: z.int().min(1).max(3_600_000).default(1_000),
  response_measure: ResponseMeasure.default({ kind: 'mean' }),
  max_error_rate: Fraction.default(0.01),
  window: SlaWindow.default({ kind: 'calendar' }),
  time_zone: TimeZone,
  /** Null: at all hours. */
  service_hours: z.array(ServiceHours).max(14).nullable().default(null),
  credits: CreditTerms.nullable().default(null),
  burn_rules: z
    .array(BurnRule)
    .max(8)
    .default([...DEFAULT_BURN_RULES]),
  /** A breach of error rate and a burn alert need at least so many bad events: with little traffic one failure is no trend. */
  min_bad_events: z.int().min(0).max(1_000_000).default(10),
});
export type SlaTerms = z.infer<typeof SlaTerms>;

export const SlaRevision = z.object({
  /** From 1. */
  revision: z.int().min(1),
  terms: SlaTerms,
  /** The first instant it holds; up to the next revision's. The first: when the SLA was made; later ones: the first instant of a local month. */
  effective_from: Timestamp,
  made_at: Timestamp,
  made_by: z.string(),
  reason: z.string(),
});
export type SlaRevision = z.infer<typeof SlaRevision>;

export const SLA_REVISIONS_MAX = 100;

/** A service level agreement of an organization, a workspace or one service. */
export const Sla = z.object({
  id: z.string(),
  org_id: z.string(),
  name: z.string(),
  description: z.string(),
  /** Series it is measured by: null takes every workspace (and what belongs to none), every service but the platform's own (shared/sla/source.ts). */
  workspace_id: z.string().nullable(),
  service: z.string().nullable(),
  /** By rising `effective_from`. */
  revisions: z.array(SlaRevision).min(1).max(SLA_REVISIONS_MAX),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** From then on it is not judged any more; null while in force. */
  ended_at: Timestamp.nullable(),
  version: Version,
});
export type Sla = z.infer<typeof Sla>;

/** Name of a measured service: `api`, `checkout-eu`. */
export const ServiceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

export const SlaInput = z.strictObject({
  id: EntityId.optional(),
  name: Text(120),
  description: LongText(2_000).default(''),
  workspace_id: EntityId.nullable().default(null),
  service: ServiceName.nullable().default(null),
  terms: SlaTerms,
});
export type SlaInput = z.infer<typeof SlaInput>;

/** `terms` makes a revision that holds from the first instant of the next local month (of the present revision's zone). */
export const SlaPatch = z
  .strictObject({ name: Text(120), description: LongText(2_000), terms: SlaTerms, reason: LongText(2_000) })
  .partial();
export type SlaPatch = z.infer<typeof SlaPatch>;

/** A maintenance window: time that counts for nothing. Announced before it begins, or retroactive with a reason that every report shows. */
export const SlaExclusion = z.object({
  id: z.string(),
  org_id: z.string(),
  /** Null: of every SLA of the organization. */
  sla_id: z.string().nullable(),
  from: Timestamp,
  to: Timestamp,
  reason: z.string(),
  /** Made after it began. */
  retroactive: z.boolean(),
  created_at: Timestamp,
  created_by: z.string(),
  version: Version,
});
export type SlaExclusion = z.infer<typeof SlaExclusion>;

const exclusionFields = {
  sla_id: EntityId.nullable().default(null),
  from: Timestamp,
  to: Timestamp,
  reason: Text(500),
};
const inOrder = ({ from, to }: { from: string; to: string }): boolean => Date.parse(from) < Date.parse(to);
const ENDS_EARLY = { path: ['to'], message: 'ends before it begins' };
export const SlaExclusionInput = z
  .strictObject({ id: EntityId.optional(), ...exclusionFields })
  .refine(inOrder, ENDS_EARLY);
export type SlaExclusionInput = z.infer<typeof SlaExclusionInput>;
/** Without an id, which a command brings itself. */
export const SlaExclusionDraft = z.strictObject(exclusionFields).refine(inOrder, ENDS_EARLY);

export const SLA_METRICS = ['availability', 'response_time', 'error_rate'] as const;
export type SlaMetric = (typeof SLA_METRICS)[number];

/** A promise that does not hold: opened once, closed when it holds again; never one for each evaluation. */
export const SlaBreach = z.object({
  id: z.string(),
  org_id: z.string(),
  sla_id: z.string(),
  revision: z.int(),
  metric: z.enum(SLA_METRICS),
  /** `day`: the last 24 hours. `window`: the calendar month or rolling window of the terms. */
  scope: z.enum(['day', 'window']),
  opened_at: Timestamp,
  closed_at: Timestamp.nullable(),
  target: z.number(),
  /** The worst value seen while open; milliseconds or a fraction. */
  actual: z.number(),
  /** Of availability: how far below the target, as a share of the target; null for the others. */
  breach_percent: z.number().nullable(),
  version: Version,
});
export type SlaBreach = z.infer<typeof SlaBreach>;

/** A burn-rate alert: at this speed the budget ends before its time. */
export const SlaAlert = z.object({
  id: z.string(),
  org_id: z.string(),
  sla_id: z.string(),
  revision: z.int(),
  severity: z.enum(['page', 'ticket']),
  long_minutes: z.int(),
  short_minutes: z.int(),
  /** Burn rate at which it fires, and the highest seen in the long window while open. */
  threshold: z.number(),
  burn_rate: z.number(),
  opened_at: Timestamp,
  closed_at: Timestamp.nullable(),
  version: Version,
});
export type SlaAlert = z.infer<typeof SlaAlert>;

/** A closed month as the platform computed it; `supersedes` names an earlier issue, made before late data came. */
export const SlaReportIssue = z.object({
  /** `<sla>.<yyyy-mm>`: one entity for a month; its issues count up. */
  id: z.string(),
  org_id: z.string(),
  sla_id: z.string(),
  /** `2026-10`, local to the zone of the terms. */
  month: z.string(),
  issue: z.int().min(1),
  issued_at: Timestamp,
  /** RFC 8785 text of the report (shared/sla/report.ts, `MonthReport`). */
  report: z.string(),
  /** SHA-256 of that text, hex. */
  digest: z.string(),
  /** Digest of the issue before; null for the first. */
  supersedes: z.string().nullable(),
  version: Version,
});
export type SlaReportIssue = z.infer<typeof SlaReportIssue>;

/** Where breaches and alerts are told. */
export const SlaChannel = z.object({
  id: z.string(),
  org_id: z.string(),
  name: z.string(),
  kind: z.enum(['webhook', 'email']),
  /** URL of a webhook, without credentials; address of an e-mail. */
  address: z.string(),
  /** What it is told: page alerts, ticket alerts, breaches opened and closed. */
  events: z.array(z.enum(['page', 'ticket', 'breach', 'resolved'])),
  /** Null: of every SLA. */
  sla_id: z.string().nullable(),
  enabled: z.boolean(),
  created_at: Timestamp,
  version: Version,
});
export type SlaChannel = z.infer<typeof SlaChannel>;

const channelFields = {
  name: Text(120),
  address: z.string().min(3).max(2_000),
  events: SlaChannel.shape.events.min(1).max(4),
  sla_id: EntityId.nullable(),
  enabled: z.boolean(),
};
/** Making a webhook answers its signing secret once (docs/FORMATS.md, webhooks). */
export const SlaChannelInput = z.strictObject({
  id: EntityId.optional(),
  kind: SlaChannel.shape.kind,
  ...channelFields,
  events: channelFields.events.default(['page', 'ticket', 'breach', 'resolved']),
  sla_id: channelFields.sla_id.default(null),
  enabled: channelFields.enabled.default(true),
});
export type SlaChannelInput = z.infer<typeof SlaChannelInput>;
export const SlaChannelPatch = z.strictObject(channelFields).partial();
export type SlaChannelPatch = z.infer<typeof SlaChannelPatch>;

/** What making a channel answers; null for a channel that signs nothing. */
export const SlaChannelMade = z.object({ channel: SlaChannel, secret: z.string().nullable() });
export type SlaChannelMade = z.infer<typeof SlaChannelMade>;

/** What came of a test notification. */
export const SlaChannelTested = z.object({ delivered: z.boolean(), detail: z.string(), delivery_id: z.string() });
export type SlaChannelTested = z.infer<typeof SlaChannelTested>;

/** One notification to one channel; its id is the `webhook-id`, the same at each attempt. */
export const SlaDelivery = z.object({
  id: z.string(),
  channel_id: z.string(),
  /** `sla.breach.opened` and the like. */
  event: z.string(),
  subject: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.int(),
  created_at: Timestamp,
  last_attempt_at: Timestamp.nullable(),
  /** Null: it is not tried again. */
  next_attempt_at: Timestamp.nullable(),
  /** What the last attempt came to. */
  detail: z.string(),
});
export type SlaDelivery = z.infer<typeof SlaDelivery>;

/** One series of metrics: a service of a workspace, or of the organization as a whole. */
export const MetricSeries = z.object({
  /** A small number as text. */
  id: z.string(),
  org_id: z.string(),
  workspace_id: z.string().nullable(),
  service: z.string(),
  /** What it was last told by: `ingest`, `probe`, `import:<format>`, `platform`. */
  source: z.string(),
  /** An observed state stands until the next one but no longer than this; null: until the next one. Milliseconds. */
  hold_ms: z.int().min(1).nullable(),
  created_at: Timestamp,
  version: Version,
});
export type MetricSeries = z.infer<typeof MetricSeries>;
