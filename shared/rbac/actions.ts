/**
 * Which permission each audited action asks for: the platform's routes take their demand from here, and the console replays past
 * events against another role with the same table. An action that is not here asks for nothing but membership.
 */

/** `anyOf`: one is enough; none: membership is. `related`: own and shared are asked of the event's target. */
export interface Demand {
  readonly anyOf: readonly string[];
  readonly related?: true;
  /** About the organization as a whole: refused to those who may use named workspaces only. */
  readonly whole?: true;
}

const one = (permission: string): Demand => ({ anyOf: [permission] });
const whole = (...anyOf: readonly string[]): Demand => ({ anyOf, whole: true });
const related = (permission: string): Demand => ({ anyOf: [permission], related: true });
const MEMBER_READERS: Demand = {
  anyOf: ['users:view', 'users:manage', 'users:invite', 'settings:view', 'compliance:audit'],
};
const ACCOUNT_READERS: Demand = { anyOf: ['accounts:view', 'accounts:manage', 'compliance:audit'] };
const LOG_READERS = whole('logs:read', 'compliance:audit');
const SLA_READERS = whole('sla:view', 'sla:manage', 'settings:view', 'logs:read', 'compliance:audit');
const SLA_MANAGERS = whole('sla:manage');
const REVIEWS = whole('compliance:audit', 'users:manage');

const COMPLIANCE_READERS = whole('compliance:view', 'compliance:manage', 'compliance:audit', 'settings:view');
const COMPLIANCE_MANAGERS = whole('compliance:manage');
/** Who runs the organization's compliance, and who audits it. */
const ASSESSORS = whole('compliance:manage', 'compliance:audit');
const PROVIDERS = whole('evidence:write', 'compliance:manage', 'compliance:audit');
const RETENTION_MANAGERS = whole('retention:manage');
const PRIVACY_MANAGERS = whole('privacy:manage');
const REGISTRARS = whole('compliance:manage', 'users:manage');

export const DEMANDS: Readonly<Record<string, Demand>> = {
  'change.list': whole('logs:read', 'settings:view', 'compliance:audit'),
  'log.checkpoint.read': LOG_READERS,
  'log.tile.read': LOG_READERS,
  'log.disclosures.read': LOG_READERS,
  'organization.update': whole('org:manage', 'billing:manage'),
  'workspace.create': whole('org:manage'),
  'workspace.update': one('org:manage'),
  'workspace.delete': one('org:manage'),
  'member.list': MEMBER_READERS,
  'member.read': MEMBER_READERS,
  'member.create': { anyOf: ['users:manage', 'users:invite'] },
  'member.update': one('users:manage'),
  'member.role.update': one('users:manage'),
  'member.permissions.update': one('users:manage'),
  'member.workspaces.update': one('users:manage'),
  'member.suspend': one('users:manage'),
  'member.reactivate': one('users:manage'),
  'member.delete': { anyOf: ['users:manage', 'users:remove'] },
  'role.create': whole('roles:manage'),
  'role.update': whole('roles:manage'),
  'role.delete': whole('roles:manage'),
  'role.import': whole('roles:manage'),
  'service_account.list': ACCOUNT_READERS,
  'service_account.read': ACCOUNT_READERS,
  'service_account.create': one('accounts:manage'),
  'service_account.update': one('accounts:manage'),
  'service_account.revoke': one('accounts:manage'),
  'service_account.key.issue': one('accounts:manage'),
  'service_account.key.revoke': one('accounts:manage'),
  'group.list': MEMBER_READERS,
  'group.read': MEMBER_READERS,
  'group.create': whole('users:manage'),
  'group.update': whole('users:manage'),
  'group.delete': whole('users:manage'),
  'sso.read': whole('org:manage'),
  'sso.update': whole('org:manage'),
  'sso.delete': whole('org:manage'),
  'access_review.create': REVIEWS,
  'access_review.close': REVIEWS,
  'sla.list': SLA_READERS,
  'sla.read': SLA_READERS,
  'sla.create': SLA_MANAGERS,
  'sla.update': SLA_MANAGERS,
  'sla.end': SLA_MANAGERS,
  'sla_exclusion.list': SLA_READERS,
  'sla_exclusion.create': SLA_MANAGERS,
  'sla_exclusion.delete': SLA_MANAGERS,
  'sla_channel.list': SLA_MANAGERS,
  'sla_channel.create': SLA_MANAGERS,
  'sla_channel.update': SLA_MANAGERS,
  'sla_channel.delete': SLA_MANAGERS,
  'sla_channel.test': SLA_MANAGERS,
  'sla_channel.deliveries': SLA_MANAGERS,
  'sla.report.read': SLA_READERS,
  'compliance.list': COMPLIANCE_READERS,
  'check.evaluate': COMPLIANCE_MANAGERS,
  'compliance_mode.enable': COMPLIANCE_MANAGERS,
  'compliance_mode.disable': COMPLIANCE_MANAGERS,
  'framework.create': COMPLIANCE_MANAGERS,
  'framework.delete': COMPLIANCE_MANAGERS,
  'control_mapping.create': COMPLIANCE_MANAGERS,
  'control_mapping.delete': COMPLIANCE_MANAGERS,
  'control_state.update': ASSESSORS,
  'control_exception.create': COMPLIANCE_MANAGERS,
  'control_exception.approve': COMPLIANCE_MANAGERS,
  'control_exception.revoke': COMPLIANCE_MANAGERS,
  'finding.create': ASSESSORS,
  'finding.update': ASSESSORS,
  'finding.close': ASSESSORS,
  'finding.reopen': ASSESSORS,
  'control_comment.create': PROVIDERS,
  'control_comment.delete': PROVIDERS,
  'check_settings.update': COMPLIANCE_MANAGERS,
  'evidence.create': PROVIDERS,
  'evidence.blob.put': PROVIDERS,
  'evidence.blob.read': COMPLIANCE_READERS,
  'evidence.update': PROVIDERS,
  'evidence.withdraw': PROVIDERS,
  'evidence_request.create': ASSESSORS,
  'evidence_request.update': PROVIDERS,
  'retention_policy.create': RETENTION_MANAGERS,
  'retention_policy.update': RETENTION_MANAGERS,
  'retention_policy.delete': RETENTION_MANAGERS,
  'retention.plan': whole('retention:manage', 'compliance:view', 'compliance:manage', 'compliance:audit'),
  'retention.prune': RETENTION_MANAGERS,
  'legal_hold.create': RETENTION_MANAGERS,
  'legal_hold.release': RETENTION_MANAGERS,
  'data_request.create': PRIVACY_MANAGERS,
  'data_request.update': PRIVACY_MANAGERS,
  'privacy.plan': PRIVACY_MANAGERS,
  'privacy.export': PRIVACY_MANAGERS,
  'privacy.erase': PRIVACY_MANAGERS,
  'transfer_mechanism.create': COMPLIANCE_MANAGERS,
  'transfer_mechanism.update': COMPLIANCE_MANAGERS,
  'termination.create': REGISTRARS,
  'termination.delete': REGISTRARS,
  'incident.create': ASSESSORS,
  'incident.update': ASSESSORS,
  'log_review.create': whole('logs:read', 'compliance:audit', 'compliance:manage'),
  'metric.list': SLA_READERS,
  'metric.ingest': one('metrics:write'),
  // Who makes a thread owns it: own is enough.
  'thread.create': related('threads:create'),
  'thread.list': related('threads:read'),
  'thread.read': related('threads:read'),
  'thread.update': related('threads:update'),
  'thread.delete': related('threads:delete'),
  'thread.share': related('threads:share'),
  'thread.log.append': related('threads:update'),
  'thread.log.read': related('logs:read'),
  'thread.log.delete': related('logs:delete'),
};
