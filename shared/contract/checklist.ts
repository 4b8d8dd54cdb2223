/** The checklist of controls: what people and automated checks say of each, what it comes to, and everything known of one control. */
import { z } from 'zod';
import { CONTROL_STATUSES, OPERATING_STATES } from '../compliance/controlStatus.ts';
import { RELATIONS } from '../compliance/crosswalk.ts';
import { ControlId, ControlNode } from '../compliance/framework.ts';
import {
  CHECK_RESULTS,
  CheckResult,
  ControlComment,
  ControlException,
  ControlState,
  Day,
  EFFECTIVENESS,
  Evidence,
  EvidenceRequest,
  Finding,
} from '../entities/index.ts';
import { AuditRow } from './audit.ts';
import { OrgId, UtcMs } from './common.ts';
import { PendingChange } from './outbox.ts';
import { query } from './procedure.ts';

const Status = z.enum(CONTROL_STATUSES);
const Counts = z.strictObject({
  met: z.int(),
  not_met: z.int(),
  exception: z.int(),
  insufficient: z.int(),
  not_assessed: z.int(),
  not_applicable: z.int(),
});
/** `of` counts every control but the excluded, which do not apply; `percent` has one decimal, cut off, null where nothing counts. */
const Percentage = z.strictObject({ met: z.int(), of: z.int(), excluded: z.int(), percent: z.string().nullable() });
const CheckState = z.enum(CHECK_RESULTS);
const RollUp = z.strictObject({ counts: Counts, percentage: Percentage });

/** What an answer rests on. */
const Basis = z.strictObject({
  /** The UTC day everything is judged on. */
  day: Day,
  /** A past day: records as they were at its end. */
  past: z.boolean(),
  syncedAt: UtcMs.nullable(),
  /** Results of the checks: the last ones, those kept of the day, or none kept of it. */
  checks: z.enum(['latest', 'day', 'none']),
  /** Changes of these records that wait in the outbox and are in the answer; none on a past day. */
  pending: z.int(),
  /** Records that were changed since the day: as the log tells them, and as their own dates tell where it does not. */
  fromLog: z.int(),
  byDates: z.int(),
  /** Records that this console cannot read, of a newer platform. */
  unreadable: z.int(),
});
export type ChecklistBasis = z.infer<typeof Basis>;

const Summary = z.strictObject({
  status: Status,
  why: z.string(),
  automated: CheckState.nullable(),
  /** State null: never computed. */
  checks: z.array(z.strictObject({ id: z.string(), state: CheckState.nullable() })),
  design: z.enum(EFFECTIVENESS),
  operating: z.strictObject({ state: z.enum(OPERATING_STATES), basis: z.enum(['manual', 'automated']).nullable() }),
  ownerId: z.string().nullable(),
  dueOn: Day.nullable(),
  overdue: z.boolean(),
  evidence: z.strictObject({ valid: z.int(), expired: z.int() }),
  openFindings: z.int(),
  exceptions: z.int(),
  exceptionsAsked: z.int(),
  comments: z.int(),
  openRequests: z.int(),
});
export type ControlSummaryView = z.infer<typeof Summary>;

const Row = z.strictObject({
  node: ControlNode,
  depth: z.int(),
  rollUp: RollUp.nullable(),
  control: Summary.nullable(),
  pending: PendingChange.nullable(),
});
export type ChecklistRowView = z.infer<typeof Row>;

const FrameworkFacts = z.strictObject({
  id: ControlId,
  title: z.string(),
  edition: z.string(),
  /** Of the organization itself, not one that comes with the console. */
  own: z.boolean(),
  /** Its compliance mode is on. */
  mode: z.boolean(),
});

const Via = z.strictObject({
  by: z.enum(['control', 'check', 'mapping']),
  id: z.string().nullable(),
  relation: z.enum(RELATIONS).nullable(),
  reason: z.string(),
});

const FindingView = z.strictObject({ finding: Finding, pending: PendingChange.nullable() });
export type FindingView = z.infer<typeof FindingView>;
const ExceptionView = z.strictObject({
  exception: ControlException,
  /** Approved, not revoked, and not past its last day. */
  inForce: z.boolean(),
  pending: PendingChange.nullable(),
});
export type ExceptionView = z.infer<typeof ExceptionView>;

const Asked = z.strictObject({
  orgId: OrgId,
  /** Null: now. A past UTC day: at its end. */
  at: Day.nullable().default(null),
});

export const checklistProcedures = {
  'compliance.overview': query(
    'unlocked',
    'Every framework, built in and own: whether its mode is on, how many controls are met of those that count, what is open. From the mirror, with what waits in the outbox.',
    Asked,
    z.strictObject({
      basis: Basis,
      frameworks: z.array(
        FrameworkFacts.extend({
          ...RollUp.shape,
          controls: z.int(),
          openFindings: z.int(),
          overdue: z.int(),
          /** Exceptions in force on its controls that end within 30 days. */
          expiringExceptions: z.int(),
        }),
      ),
      findings: z.strictObject({ open: z.int(), overdue: z.int() }),
      exceptions: z.strictObject({ inForce: z.int(), asked: z.int(), expiring: z.int() }),
    }),
  ),
  'compliance.checklist': query(
    'unlocked',
    'The tree of one framework with the state of each control: automated, design and operating apart, overall; owner, due day, counts; groups rolled up. A past day shows records as they were and the results kept of it.',
    Asked.extend({ framework: ControlId }),
    FrameworkFacts.extend({
      ...RollUp.shape,
      basis: Basis,
      openFindings: z.int(),
      overdue: z.int(),
      rows: z.array(Row),
    }),
  ),
  'compliance.deviations': query(
    'unlocked',
    'Every finding and every exception across all controls, newest first, with the references of the controls they name.',
    Asked,
    z.strictObject({
      basis: Basis,
      findings: z.array(FindingView),
      exceptions: z.array(ExceptionView),
      /** Of every control named. */
      controls: z.array(z.strictObject({ id: ControlId, ref: z.string(), title: z.string(), framework: ControlId })),
    }),
  ),
  'compliance.control': query(
    'unlocked',
    'Everything about one control: its state, checks with results, related controls and why, evidence and by what way it counts, findings, exceptions, comments, requests, and the events of the log about them.',
    Asked.extend({ control: ControlId }),
    z.strictObject({
      basis: Basis,
      framework: FrameworkFacts,
      node: ControlNode,
      /** What is above it, from the root. */
      above: z.array(z.strictObject({ id: ControlId, ref: z.string(), title: z.string() })),
      summary: Summary,
      state: ControlState.nullable(),
      pending: PendingChange.nullable(),
      checks: z.array(z.strictObject({ id: z.string(), title: z.string(), result: CheckResult.nullable() })),
      related: z.array(
        z.strictObject({
          controlId: ControlId,
          framework: ControlId,
          frameworkTitle: z.string(),
          ref: z.string(),
          title: z.string(),
          /** Read from this control to the other. */
          relation: z.enum(RELATIONS),
          reason: z.string(),
          checks: z.array(z.string()),
          /** Evidence of this control counts for the other, and the other way. */
          serves: z.boolean(),
          servedBy: z.boolean(),
          status: Status.nullable(),
        }),
      ),
      evidence: z.array(
        z.strictObject({
          evidence: Evidence,
          via: Via,
          state: z.enum(['valid', 'expired', 'withdrawn']),
          pending: PendingChange.nullable(),
        }),
      ),
      findings: z.array(FindingView),
      exceptions: z.array(ExceptionView),
      comments: z.array(z.strictObject({ comment: ControlComment, pending: PendingChange.nullable() })),
      requests: z.array(z.strictObject({ request: EvidenceRequest, pending: PendingChange.nullable() })),
      /** Newest first, the last 200 of `historyTotal`. */
      history: z.array(AuditRow),
      historyTotal: z.int(),
    }),
  ),
} as const;
