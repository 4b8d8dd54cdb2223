/** Commands about compliance records. Each kind has a collection; what is neither making, changing nor removing is a verb below the record. */
import { z } from 'zod';
import { ControlMapping } from '../compliance/crosswalk.ts';
import { ControlId, Framework } from '../compliance/framework.ts';
import {
  CheckSettingsPatch,
  ControlCommentInput,
  ControlExceptionInput,
  ControlStatePatch,
  DataRequestInput,
  DataRequestPatch,
  EntityId,
  EvidenceInput,
  EvidencePatch,
  EvidenceRequestInput,
  EvidenceRequestPatch,
  EvidenceWithdrawal,
  ExceptionApproval,
  FindingClose,
  FindingInput,
  FindingPatch,
  HoldRelease,
  IncidentInput,
  IncidentPatch,
  LegalHoldInput,
  LogReviewInput,
  ModeDisable,
  ModeEnable,
  RetentionPolicyInput,
  RetentionPolicyPatch,
  TerminationInput,
  TransferMechanismInput,
  TransferMechanismPatch,
} from '../entities/index.ts';

const id = EntityId;
const newId = z.uuid();
const of = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape });

export const COMPLIANCE_COMMANDS = [
  of('compliance_mode.enable', { id: ControlId, input: ModeEnable }),
  of('compliance_mode.disable', { id: ControlId, input: ModeDisable }),
  of('framework.create', { id: ControlId, input: Framework }),
  of('framework.delete', { id: ControlId }),
  of('control_mapping.create', { id: newId, input: ControlMapping }),
  of('control_mapping.delete', { id }),
  of('control_state.update', { id: ControlId, patch: ControlStatePatch }),
  of('control_exception.create', { id: newId, input: ControlExceptionInput.omit({ id: true }) }),
  of('control_exception.approve', { id, input: ExceptionApproval }),
  of('control_exception.revoke', { id }),
  of('finding.create', { id: newId, input: FindingInput.omit({ id: true }) }),
  of('finding.update', { id, patch: FindingPatch }),
  of('finding.close', { id, input: FindingClose }),
  of('finding.reopen', { id }),
  of('control_comment.create', { id: newId, input: ControlCommentInput.omit({ id: true }) }),
  of('control_comment.delete', { id }),
  of('check_settings.update', { id: z.literal('settings'), patch: CheckSettingsPatch }),
  of('evidence.create', { id: newId, input: EvidenceInput.safeExtend({ id: z.undefined().optional() }) }),
  of('evidence.update', { id, patch: EvidencePatch }),
  of('evidence.withdraw', { id, input: EvidenceWithdrawal }),
  of('evidence_request.create', { id: newId, input: EvidenceRequestInput.omit({ id: true }) }),
  of('evidence_request.update', { id, patch: EvidenceRequestPatch }),
  of('retention_policy.create', { id: newId, input: RetentionPolicyInput.omit({ id: true }) }),
  of('retention_policy.update', { id, patch: RetentionPolicyPatch }),
  of('retention_policy.delete', { id }),
  of('legal_hold.create', { id: newId, input: LegalHoldInput.omit({ id: true }) }),
  of('legal_hold.release', { id, input: HoldRelease }),
  of('data_request.create', { id: newId, input: DataRequestInput.omit({ id: true }) }),
  of('data_request.update', { id, patch: DataRequestPatch }),
  of('transfer_mechanism.create', { id: newId, input: TransferMechanismInput.omit({ id: true }) }),
  of('transfer_mechanism.update', { id, patch: TransferMechanismPatch }),
  of('termination.create', { id: newId, input: TerminationInput.omit({ id: true }) }),
  of('termination.delete', { id }),
  of('incident.create', { id: newId, input: IncidentInput.omit({ id: true }) }),
  of('incident.update', { id, patch: IncidentPatch }),
  of('log_review.create', { id: newId, input: LogReviewInput.omit({ id: true }) }),
] as const;
export const ComplianceCommand = z.discriminatedUnion('type', COMPLIANCE_COMMANDS);
export type ComplianceCommand = z.infer<typeof ComplianceCommand>;

/** Collection of each kind below `/v1/orgs/{org}`. */
export const COMPLIANCE_COLLECTIONS = {
  compliance_mode: 'compliance-modes',
  framework: 'frameworks',
  control_mapping: 'control-mappings',
  control_state: 'control-states',
  control_exception: 'control-exceptions',
  finding: 'findings',
  control_comment: 'control-comments',
  check_settings: 'check-settings',
  evidence: 'evidence',
  evidence_request: 'evidence-requests',
  retention_policy: 'retention-policies',
  legal_hold: 'legal-holds',
  data_request: 'data-requests',
  transfer_mechanism: 'transfer-mechanisms',
  termination: 'terminations',
  incident: 'incidents',
  log_review: 'log-reviews',
} as const;
/** Kinds of records that people write. */
export type RecordKind = keyof typeof COMPLIANCE_COLLECTIONS;
export const RECORD_KINDS = Object.keys(COMPLIANCE_COLLECTIONS) as [RecordKind, ...RecordKind[]];

const KINDS: ReadonlySet<string> = new Set(RECORD_KINDS);

/** Whether a command is about a compliance record. */
export function isComplianceCommand<C extends { readonly type: string }>(command: C): command is C & ComplianceCommand {
  return KINDS.has(command.type.slice(0, command.type.indexOf('.')));
}
