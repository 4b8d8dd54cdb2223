/** Retention, legal hold, requests of data subjects, and the registers that checks read: transfers, terminations, incidents, log reviews. */
import { z } from 'zod';
import { PeriodText } from '../compliance/period.ts';
import { Day, recordFields } from './compliance.ts';
import { EntityId, LongText, Text, Timestamp, Version } from './fields.ts';

/** Classes of events that can be kept for different times; by the first word of the action (`shared/compliance/eventClass.ts`). */
export const EVENT_CLASSES = ['authentication', 'access', 'data', 'configuration', 'compliance', 'system'] as const;
export type EventClass = (typeof EVENT_CLASSES)[number];

/** How long events are kept: of a class or all, of a workspace or all. Of several that fit an event the most special one holds. */
export const RetentionPolicy = z.object({
  ...recordFields,
  name: z.string(),
  event_class: z.enum(EVENT_CLASSES).nullable(),
  workspace_id: z.string().nullable(),
  /** ISO 8601 period. Kept at least so long; what is older may be pruned. */
  keep: z.string(),
  /** And no longer than this; null: no ceiling. */
  max: z.string().nullable(),
  purpose: z.string(),
  basis: z.enum(['law', 'contract', 'policy']),
  citation: z.string(),
});
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;
const policyFields = {
  name: Text(120),
  event_class: z.enum(EVENT_CLASSES).nullable(),
  workspace_id: EntityId.nullable(),
  keep: PeriodText,
  max: PeriodText.nullable(),
  purpose: Text(1_000),
  basis: RetentionPolicy.shape.basis,
  citation: LongText(500),
};
export const RetentionPolicyInput = z.strictObject({
  ...policyFields,
  id: EntityId.optional(),
  event_class: policyFields.event_class.default(null),
  workspace_id: policyFields.workspace_id.default(null),
  max: policyFields.max.default(null),
  basis: policyFields.basis.default('policy'),
  citation: policyFields.citation.default(''),
});
export const RetentionPolicyPatch = z.strictObject(policyFields).partial();

/** While it is in force nothing within its scope is pruned or erased. */
export const LegalHold = z.object({
  ...recordFields,
  name: z.string(),
  matter: z.string(),
  reason: z.string(),
  /** Null: of every workspace. */
  workspaces: z.array(z.string()).nullable(),
  /** User ids; null: of everybody. */
  subjects: z.array(z.string()).nullable(),
  /** Events recorded from this day to that one, both included (UTC); null: without end. */
  from: Day.nullable(),
  to: Day.nullable(),
  released_at: Timestamp.nullable(),
  released_by: z.string().nullable(),
  release_reason: z.string(),
});
export type LegalHold = z.infer<typeof LegalHold>;
export const LegalHoldInput = z.strictObject({
  id: EntityId.optional(),
  name: Text(120),
  matter: Text(200),
  reason: Text(2_000),
  workspaces: z.array(EntityId).min(1).max(1_000).nullable().default(null),
  subjects: z.array(z.string().max(64)).min(1).max(1_000).nullable().default(null),
  from: Day.nullable().default(null),
  to: Day.nullable().default(null),
});
export type LegalHoldInput = z.infer<typeof LegalHoldInput>;
export const HoldRelease = z.strictObject({ reason: Text(2_000) });

/** What went at one pruning, written by the platform; the proof stands in the log under `event_seq`. */
export const Pruning = z.object({
  id: z.string(),
  org_id: z.string(),
  /** Entries [from, to) went with everything; both are multiples of 256. */
  from: z.int().min(0),
  to: z.int().min(0),
  /** Root over all events [0, to), those of earlier prunings too, hex: a mirror that knows none of them can hold its hashes against it. */
  root: z.string(),
  /** Entries beyond `to` whose disclosures went. */
  shredded: z.int().min(0),
  policies: z.array(z.string()),
  event_seq: z.int().min(0),
  at: Timestamp,
  by: z.string(),
  version: Version,
});
export type Pruning = z.infer<typeof Pruning>;

export const DATA_REQUEST_KINDS = [
  'access',
  'erasure',
  'correction',
  'restriction',
  'portability',
  'objection',
  'opt_out',
] as const;
export const DATA_REQUEST_STATES = ['received', 'verified', 'in_progress', 'fulfilled', 'denied', 'withdrawn'] as const;
/** A request of a person about their data: the register that GDPR Art. 12 and 11 CCR § 7101(b) ask for. */
export const DataRequest = z.object({
  ...recordFields,
  kind: z.enum(DATA_REQUEST_KINDS),
  law: z.enum(['gdpr', 'ccpa', 'other']),
  /** Who asks, as they named themselves. */
  subject: z.string(),
  /** The user it is about, once that is known. */
  user_id: z.string().nullable(),
  received_on: Day,
  due_on: Day,
  /** How it came in: mail, form, by word of mouth. */
  channel: z.string(),
  state: z.enum(DATA_REQUEST_STATES),
  note: z.string(),
  /** Why it was denied, in whole or in part (11 CCR § 7101(b)). */
  denied_reason: z.string(),
  answered_on: Day.nullable(),
  /** What the platform erased for it. */
  erasure: z
    .object({ at: Timestamp, by: z.string(), disclosures: z.int(), events: z.int(), event_seq: z.int() })
    .nullable(),
});
export type DataRequest = z.infer<typeof DataRequest>;
const dataRequestFields = {
  subject: Text(320),
  user_id: z.string().max(64).nullable(),
  received_on: Day,
  due_on: Day,
  channel: Text(120),
  note: LongText(8_000),
};
export const DataRequestInput = z.strictObject({
  ...dataRequestFields,
  id: EntityId.optional(),
  kind: z.enum(DATA_REQUEST_KINDS),
  law: DataRequest.shape.law,
  user_id: dataRequestFields.user_id.default(null),
  note: dataRequestFields.note.default(''),
});
export const DataRequestPatch = z
  .strictObject({
    ...dataRequestFields,
    state: z.enum(DATA_REQUEST_STATES),
    denied_reason: LongText(4_000),
    answered_on: Day.nullable(),
  })
  .partial();

export const MECHANISMS = ['adequacy', 'standard_clauses', 'binding_rules', 'certification', 'derogation'] as const;
/** The mechanism under which data may go, or be read, outside the EEA (GDPR Art. 45 to 49). */
export const TransferMechanism = z.object({
  ...recordFields,
  /** `region <name>` or `member <id>`: who or where; `domain <name>` for everybody of it. */
  subject: z.string(),
  mechanism: z.enum(MECHANISMS),
  reference: z.string(),
  from: Day,
  until: Day.nullable(),
});
export type TransferMechanism = z.infer<typeof TransferMechanism>;
const transferFields = {
  subject: z.string().regex(/^(?:region|member|domain) \S{1,253}$/),
  mechanism: z.enum(MECHANISMS),
  reference: Text(500),
  from: Day,
  until: Day.nullable(),
};
export const TransferMechanismInput = z.strictObject({
  ...transferFields,
  id: EntityId.optional(),
  until: transferFields.until.default(null),
});
export const TransferMechanismPatch = z.strictObject(transferFields).partial();

/** When somebody's work ended, as personnel tells it: what ACC-05 measures the end of access against. */
export const Termination = z.object({ ...recordFields, user_id: z.string(), ended_at: Timestamp, source: z.string() });
export type Termination = z.infer<typeof Termination>;
export const TerminationInput = z.strictObject({
  id: EntityId.optional(),
  user_id: z.string().min(1).max(64),
  ended_at: Timestamp,
  source: Text(200),
});

/** A security incident: what INC-01 measures. */
export const Incident = z.object({
  ...recordFields,
  title: z.string(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  detected_at: Timestamp,
  responded_at: Timestamp.nullable(),
  resolved_at: Timestamp.nullable(),
  /** Whether personal data was breached: then the authority is told within 72 hours (GDPR Art. 33(1)). */
  personal_data: z.boolean(),
  aware_at: Timestamp.nullable(),
  authority_told_at: Timestamp.nullable(),
  /** Reasons for a delay (Art. 33(1)), or why no notice was needed. */
  notice_reason: z.string(),
  note: z.string(),
});
export type Incident = z.infer<typeof Incident>;
const incidentFields = {
  title: Text(200),
  severity: Incident.shape.severity,
  detected_at: Timestamp,
  responded_at: Timestamp.nullable(),
  resolved_at: Timestamp.nullable(),
  personal_data: z.boolean(),
  aware_at: Timestamp.nullable(),
  authority_told_at: Timestamp.nullable(),
  notice_reason: LongText(4_000),
  note: LongText(8_000),
};
export const IncidentInput = z.strictObject({
  ...incidentFields,
  id: EntityId.optional(),
  responded_at: incidentFields.responded_at.default(null),
  resolved_at: incidentFields.resolved_at.default(null),
  personal_data: incidentFields.personal_data.default(false),
  aware_at: incidentFields.aware_at.default(null),
  authority_told_at: incidentFields.authority_told_at.default(null),
  notice_reason: incidentFields.notice_reason.default(''),
  note: incidentFields.note.default(''),
});
export const IncidentPatch = z.strictObject(incidentFields).partial();

/** That somebody looked through the log of a day (UTC): what LOG-07 asks for. */
export const LogReview = z.object({ ...recordFields, day: Day, note: z.string() });
export type LogReview = z.infer<typeof LogReview>;
export const LogReviewInput = z.strictObject({ id: EntityId.optional(), day: Day, note: LongText(4_000).default('') });
