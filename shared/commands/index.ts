export { Command, type CommandType, IssueKey } from './command.ts';
export { type CommandRequest, type CommandTarget, requestOf, targetOf } from './request.ts';
