/**
 * What an organization consists of, as the platform's routes show it, the change feed carries it and the mirror holds it. A reader
 * strips fields it does not know, so that an older console reads a newer platform.
 */
import { AccessReview, AccessReviewItem } from './accessReview.ts';
import {
  CheckDay,
  CheckResult,
  CheckSettings,
  ComplianceMode,
  ControlComment,
  ControlException,
  ControlMappingRecord,
  ControlState,
  Finding,
  OwnFramework,
  Safeguards,
} from './compliance.ts';
import { Evidence, EvidenceRequest } from './evidence.ts';
import { Member } from './member.ts';
import { Organization } from './organization.ts';
import {
  DataRequest,
  Incident,
  LegalHold,
  LogReview,
  Pruning,
  RetentionPolicy,
  Termination,
  TransferMechanism,
} from './privacy.ts';
import { PermissionSet, Role } from './role.ts';
import { ServiceAccount } from './serviceAccount.ts';
import { MetricSeries, Sla, SlaAlert, SlaBreach, SlaChannel, SlaExclusion, SlaReportIssue } from './sla.ts';
import { Workspace } from './workspace.ts';

/** Schema of each kind of the change feed. */
export const entitySchemas = {
  organization: Organization,
  workspace: Workspace,
  member: Member,
  role: Role,
  permission_set: PermissionSet,
  service_account: ServiceAccount,
  access_review: AccessReview,
  access_review_item: AccessReviewItem,
  sla: Sla,
  sla_exclusion: SlaExclusion,
  sla_breach: SlaBreach,
  sla_alert: SlaAlert,
  sla_report: SlaReportIssue,
  sla_channel: SlaChannel,
  metric_series: MetricSeries,
  compliance_mode: ComplianceMode,
  framework: OwnFramework,
  control_mapping: ControlMappingRecord,
  control_state: ControlState,
  control_exception: ControlException,
  finding: Finding,
  control_comment: ControlComment,
  check_settings: CheckSettings,
  check_result: CheckResult,
  check_day: CheckDay,
  safeguards: Safeguards,
  evidence: Evidence,
  evidence_request: EvidenceRequest,
  retention_policy: RetentionPolicy,
  legal_hold: LegalHold,
  pruning: Pruning,
  data_request: DataRequest,
  transfer_mechanism: TransferMechanism,
  termination: Termination,
  incident: Incident,
  log_review: LogReview,
} as const;

export type EntityKind = keyof typeof entitySchemas;
export const ENTITY_KINDS = Object.keys(entitySchemas) as [EntityKind, ...EntityKind[]];

export * from './accessReview.ts';
export * from './compliance.ts';
export * from './evidence.ts';
export * from './fields.ts';
export * from './member.ts';
export * from './organization.ts';
export * from './privacy.ts';
export * from './role.ts';
export * from './serviceAccount.ts';
export * from './sla.ts';
export * from './sso.ts';
export * from './thread.ts';
export * from './workspace.ts';
