/**
 * What an organization consists of, as the platform's routes show it, the change feed carries it and the mirror holds it. A reader
 * strips fields it does not know, so that an older console reads a newer platform.
 */
import { AccessReview, AccessReviewItem } from './accessReview.ts';
import { Member } from './member.ts';
import { Organization } from './organization.ts';
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
} as const;

export type EntityKind = keyof typeof entitySchemas;
export const ENTITY_KINDS = Object.keys(entitySchemas) as [EntityKind, ...EntityKind[]];

export * from './accessReview.ts';
export * from './fields.ts';
export * from './member.ts';
export * from './organization.ts';
export * from './role.ts';
export * from './serviceAccount.ts';
export * from './sla.ts';
export * from './sso.ts';
export * from './thread.ts';
export * from './workspace.ts';
