export { Command, type CommandType, IssueKey } from './command.ts';
export {
  COMPLIANCE_COLLECTIONS,
  type ComplianceCommand,
  isComplianceCommand,
  RECORD_KINDS,
  type RecordKind,
} from './complianceCommands.ts';
export { effectOf, foldedInput, makesTarget, narrowed, PENDING_VERSION, patchOf, referencesOf } from './effect.ts';
export { type CommandRequest, type CommandTarget, requestOf, targetOf } from './request.ts';
export { type FieldDifference, threeWay } from './threeWay.ts';
