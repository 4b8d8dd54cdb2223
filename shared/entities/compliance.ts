/**
 * What an organization records about its compliance: modes, own frameworks, the state of controls, exceptions, findings, comments, and what
 * the platform computed. Every record has the same fields of its making and last change; what becomes of one by a command stands in
 * `shared/compliance/records.ts`.
 */
import { z } from 'zod';
import { ControlMapping } from '../compliance/crosswalk.ts';
import { ControlId, Framework } from '../compliance/framework.ts';
import { ModeSettings } from '../compliance/modes.ts';
import { EntityId, LongText, Text, Timestamp, Version } from './fields.ts';

/** Fields of every record. Empty `*_by`: waits to be sent, or the platform itself. */
export const recordFields = {
  id: z.string(),
  org_id: z.string(),
  created_at: Timestamp,
  created_by: z.string(),
  updated_at: Timestamp,
  updated_by: z.string(),
  version: Version,
};

/** Ids of controls, each once. */
export const ControlIds = z
  .array(ControlId)
  .max(500)
  .transform((list) => [...new Set(list)].sort());
/** A day, `2026-11-25`. */
export const Day = z.iso.date();

/** Changes of one mode that are kept; the oldest goes first, and stays in the log. */
export const MODE_REVISIONS_MAX = 200;

/** The compliance mode of a framework; its id is the framework's. What holds on a past day is the last revision made before it. */
export const ComplianceMode = z.object({
  ...recordFields,
  enabled: z.boolean(),
  settings: ModeSettings,
  /** Oldest first; the last one is the present. */
  revisions: z.array(
    z.object({
      at: Timestamp,
      by: z.string(),
      enabled: z.boolean(),
      settings: ModeSettings,
      /** Why; asked for where a mode is switched off or loosened. */
      reason: z.string(),
    }),
  ),
});
export type ComplianceMode = z.infer<typeof ComplianceMode>;
export const ModeEnable = z.strictObject({ settings: ModeSettings, reason: LongText(2_000).default('') });
export const ModeDisable = z.strictObject({ reason: Text(2_000) });

/** A framework of the organization's own, or imported from an OSCAL catalog; its id is the framework's. */
export const OwnFramework = z.object({ ...recordFields, framework: Framework });
export type OwnFramework = z.infer<typeof OwnFramework>;

/** A mapping of the organization's own beside the built-in crosswalk. */
export const ControlMappingRecord = z.object({ ...recordFields, ...ControlMapping.shape });
export type ControlMappingRecord = z.infer<typeof ControlMappingRecord>;

export const EFFECTIVENESS = ['not_assessed', 'effective', 'ineffective'] as const;
/** One manual assessment; of operating effectiveness over a period, of design at a day. */
export const Assessment = z.object({
  state: z.enum(EFFECTIVENESS),
  reason: z.string(),
  /** Days, both included; null: of the day it was made. */
  period: z.object({ from: Day, to: Day }).nullable(),
  at: Timestamp,
  by: z.string(),
});
export type Assessment = z.infer<typeof Assessment>;
export const AssessmentInput = z
  .strictObject({
    state: z.enum(EFFECTIVENESS),
    reason: LongText(4_000),
    period: z.strictObject({ from: Day, to: Day }).nullable().default(null),
  })
  .refine(({ state, reason }) => state === 'not_assessed' || reason.trim() !== '', {
    path: ['reason'],
    message: 'an assessment needs its reason',
  });

/** What people say of one control; its id is the control's. Absent: nobody said anything yet. */
export const ControlState = z.object({
  ...recordFields,
  /** User id of the person who answers for it. */
  owner_id: z.string().nullable(),
  due_on: Day.nullable(),
  /** False: does not apply here, for the reason given. */
  applicable: z.boolean(),
  applicability_reason: z.string(),
  design: Assessment.nullable(),
  operating: Assessment.nullable(),
  /** How the control is carried out here. */
  description: z.string(),
});
export type ControlState = z.infer<typeof ControlState>;
export const ControlStatePatch = z
  .strictObject({
    owner_id: z.string().max(64).nullable(),
    due_on: Day.nullable(),
    applicable: z.boolean(),
    applicability_reason: LongText(2_000),
    design: AssessmentInput,
    operating: AssessmentInput,
    description: LongText(10_000),
  })
  .partial()
  .refine(({ applicable, applicability_reason: reason }) => applicable !== false || (reason ?? '').trim() !== '', {
    path: ['applicability_reason'],
    message: 'what does not apply needs its reason',
  });

/**
 * An exception: a known deviation that somebody else than who asked for it accepted, until a day. Failing items it names count as excepted
 * in the checks it names; a control it names shows it.
 */
export const ControlException = z.object({
  ...recordFields,
  title: z.string(),
  controls: z.array(z.string()),
  checks: z.array(z.string()),
  /** Ids of failing items as checks name them, such as `member <id>`; empty: all of the checks named. */
  subjects: z.array(z.string()),
  reason: z.string(),
  /** What is done instead. */
  compensating: z.string(),
  /** The last day on which it holds. */
  expires_on: Day,
  management_response: z.string(),
  approved_at: Timestamp.nullable(),
  approved_by: z.string().nullable(),
  revoked_at: Timestamp.nullable(),
  revoked_by: z.string().nullable(),
});
export type ControlException = z.infer<typeof ControlException>;
const CheckIds = z.array(z.string().regex(/^[A-Z]{3}-\d{2}$/)).max(40);
const exceptionFields = {
  title: Text(200),
  controls: ControlIds,
  checks: CheckIds,
  subjects: z.array(z.string().min(1).max(200)).max(1_000),
  reason: Text(4_000),
  compensating: LongText(4_000),
  expires_on: Day,
};
export const ControlExceptionInput = z.strictObject({
  ...exceptionFields,
  id: EntityId.optional(),
  controls: ControlIds.default([]),
  checks: CheckIds.default([]),
  subjects: exceptionFields.subjects.default([]),
  compensating: exceptionFields.compensating.default(''),
});
export type ControlExceptionInput = z.infer<typeof ControlExceptionInput>;
export const ExceptionApproval = z.strictObject({ management_response: Text(4_000) });

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
/** A finding in the form auditors use: condition, criteria, cause, effect, recommendation. */
export const Finding = z.object({
  ...recordFields,
  title: z.string(),
  controls: z.array(z.string()),
  checks: z.array(z.string()),
  severity: z.enum(SEVERITIES),
  status: z.enum(['open', 'closed']),
  condition: z.string(),
  criteria: z.string(),
  cause: z.string(),
  effect: z.string(),
  recommendation: z.string(),
  management_response: z.string(),
  owner_id: z.string().nullable(),
  due_on: Day.nullable(),
  closed_at: Timestamp.nullable(),
  closed_reason: z.string(),
});
export type Finding = z.infer<typeof Finding>;
const findingFields = {
  title: Text(200),
  controls: ControlIds,
  checks: CheckIds,
  severity: z.enum(SEVERITIES),
  condition: LongText(8_000),
  criteria: LongText(8_000),
  cause: LongText(8_000),
  effect: LongText(8_000),
  recommendation: LongText(8_000),
  management_response: LongText(8_000),
  owner_id: z.string().max(64).nullable(),
  due_on: Day.nullable(),
};
export const FindingInput = z.strictObject({
  ...findingFields,
  id: EntityId.optional(),
  controls: ControlIds.default([]),
  checks: CheckIds.default([]),
  criteria: findingFields.criteria.default(''),
  cause: findingFields.cause.default(''),
  effect: findingFields.effect.default(''),
  recommendation: findingFields.recommendation.default(''),
  management_response: findingFields.management_response.default(''),
  owner_id: findingFields.owner_id.default(null),
  due_on: findingFields.due_on.default(null),
});
export const FindingPatch = z.strictObject(findingFields).partial();
export const FindingClose = z.strictObject({ reason: Text(4_000) });

export const ControlComment = z.object({ ...recordFields, control: z.string(), text: z.string() });
export type ControlComment = z.infer<typeof ControlComment>;
export const ControlCommentInput = z.strictObject({ id: EntityId.optional(), control: ControlId, text: Text(8_000) });

const Days = (most: number) => z.int().min(1).max(most);
/** Parameters of the automated checks; id `settings`. The figures they begin with are those of the check's own source. */
export const checkParameters = {
  /** Domains of e-mail addresses that are the organization's own, lower case; empty: not said. */
  own_domains: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/),
    )
    .max(200)
    .default([]),
  admins_max: z.int().min(2).max(1_000).default(5),
  idle_days: Days(3_650).default(90),
  review_months: z.int().min(1).max(36).default(6),
  termination_hours: z.int().min(1).max(720).default(24),
  key_age_days: Days(3_650).default(90),
  key_life_days: Days(3_650).default(365),
  heartbeat_hours: z.int().min(1).max(720).default(24),
  skew_seconds: z.int().min(1).max(86_400).default(300),
  failed_sign_ins: z.int().min(1).max(100).default(10),
  cryptoperiod_days: Days(3_650).default(365),
  incident_response_minutes: z.int().min(1).max(100_000).default(240),
  quota_percent: z.int().min(1).max(100).default(80),
  mirror_age_hours: z.int().min(1).max(720).default(24),
} as const;
export const CheckParameters = z.object(checkParameters);
export type CheckParameters = z.infer<typeof CheckParameters>;
export const CheckSettings = z.object({ ...recordFields, ...checkParameters });
export type CheckSettings = z.infer<typeof CheckSettings>;
export const CheckSettingsPatch = z.strictObject(
  Object.fromEntries(Object.entries(checkParameters).map(([key, schema]) => [key, schema.unwrap().optional()])) as {
    [K in keyof typeof checkParameters]: z.ZodOptional<ReturnType<(typeof checkParameters)[K]['unwrap']>>;
  },
);

export const CHECK_RESULTS = ['pass', 'fail', 'exception', 'not_applicable', 'insufficient_data'] as const;
export type CheckResultState = (typeof CHECK_RESULTS)[number];
/** What the platform last computed of one check; its id is the check's. */
export const CheckResult = z.object({
  id: z.string(),
  org_id: z.string(),
  rule: z.int().min(1),
  from: Timestamp,
  /** The end of the period, not included. */
  to: Timestamp,
  computed_at: Timestamp,
  state: z.enum(CHECK_RESULTS),
  summary: z.string(),
  population: z.int().min(0),
  failing: z.int().min(0),
  excepted: z.int().min(0),
  /** Ids of failing items, the first 100. */
  failing_ids: z.array(z.string()),
  /** SHA-256 over what the rule looked at, hex. */
  digest: z.string(),
  /** Since when the state is what it is. */
  since: Timestamp,
  version: Version,
});
export type CheckResult = z.infer<typeof CheckResult>;
/** What the checks came to on one UTC day; its id is the day. */
export const CheckDay = z.object({
  id: z.string(),
  org_id: z.string(),
  computed_at: Timestamp,
  results: z.array(
    z.object({
      check: z.string(),
      rule: z.int(),
      state: z.enum(CHECK_RESULTS),
      population: z.int(),
      failing: z.int(),
      digest: z.string(),
    }),
  ),
  version: Version,
});
export type CheckDay = z.infer<typeof CheckDay>;

/** How the platform protects this organization's data, as its operator set it up; id `safeguards`. */
export const Safeguards = z.object({
  id: z.string(),
  org_id: z.string(),
  updated_at: Timestamp,
  audit_logging: z.boolean(),
  /** `basis`: what the platform knows itself, or what its operator declares. */
  at_rest: z.object({ on: z.boolean(), basis: z.enum(['measured', 'declared', 'none']), detail: z.string() }),
  in_transit: z.object({ on: z.boolean(), basis: z.enum(['measured', 'declared', 'none']), detail: z.string() }),
  /** Where the data is; empty: not declared. */
  region: z.string(),
  /** Keys that protect data of this organization; never a key itself. */
  data_keys: z.array(z.object({ id: z.string(), purpose: z.string(), created_at: Timestamp })),
  version: Version,
});
export type Safeguards = z.infer<typeof Safeguards>;
