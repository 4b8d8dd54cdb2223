export { Command, type CommandType, IssueKey } from './command.ts';
export { effectOf, foldedInput, narrowed, PENDING_VERSION, patchOf, referencesOf } from './effect.ts';
export { type CommandRequest, type CommandTarget, requestOf, targetOf } from './request.ts';
export { type FieldDifference, threeWay } from './threeWay.ts';
