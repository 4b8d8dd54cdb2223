/** Which class of events an action belongs to, by its first word: what retention policies and LOG-04 speak of. */
import type { EventClass } from '../entities/privacy.ts';

const CLASSES: Readonly<Record<string, EventClass>> = {
  auth: 'authentication',
  sso: 'configuration',
  user: 'authentication',
  member: 'access',
  role: 'access',
  permission_set: 'access',
  group: 'access',
  service_account: 'access',
  access_review: 'access',
  organization: 'configuration',
  workspace: 'configuration',
  sla: 'configuration',
  sla_exclusion: 'configuration',
  sla_channel: 'configuration',
  thread: 'data',
  metric: 'data',
  log: 'compliance',
  compliance_mode: 'compliance',
  framework: 'compliance',
  control_mapping: 'compliance',
  control_state: 'compliance',
  control_exception: 'compliance',
  control_comment: 'compliance',
  check_settings: 'compliance',
  check: 'compliance',
  evidence: 'compliance',
  evidence_request: 'compliance',
  finding: 'compliance',
  retention_policy: 'compliance',
  retention: 'compliance',
  legal_hold: 'compliance',
  privacy: 'compliance',
  data_request: 'compliance',
  transfer_mechanism: 'compliance',
  termination: 'compliance',
  incident: 'compliance',
  log_review: 'compliance',
  safeguards: 'system',
  platform: 'system',
};

/** The class of an action; what is imported from elsewhere is data. */
export function eventClassOf(action: string): EventClass {
  const dot = action.indexOf('.');
  return CLASSES[dot < 0 ? action : action.slice(0, dot)] ?? 'data';
}
