/** Routes of compliance records: one for each command there is, and one list a kind. */
import type { FastifyInstance } from 'fastify';
import { v7 } from 'uuid';
import { z } from 'zod';
import { COMPLIANCE_COMMANDS, ComplianceCommand } from '../../shared/commands/complianceCommands.ts';
import { COMPLIANCE_COLLECTIONS, RECORD_KINDS, type RecordKind } from '../../shared/commands/index.ts';
import { recordFaults } from '../../shared/compliance/recordRules.ts';
import { makesRecord, recordAfter, recordKindOf } from '../../shared/compliance/records.ts';
import { entitySchemas } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { refuse } from '../http/refuse.ts';
import { defineMutation, defineRead, type Expect, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { refuseAbsentFile } from './blobs.ts';
import { loadRecordBook } from './book.ts';
import { applyModes, refuseLockout } from './enforcement.ts';
import { dropRecord, keepRecord, readRecord, recordStory, selectRecords } from './records.ts';

const tags = ['compliance'];
const OneParams = OrgParams.extend({ id: z.string().min(1).max(120) });
const at = (kind: RecordKind): string => `/v1/orgs/:org/${COMPLIANCE_COLLECTIONS[kind]}`;
const WORDS: Readonly<Record<string, string>> = { create: 'Make', update: 'Change', delete: 'Remove' };

/** A framework with a thousand controls, as text. */
const FRAMEWORK_BYTES_MAX = 4 * 1_048_576;

function listRoute(app: FastifyInstance, env: Env, kind: RecordKind): void {
  defineRead(app, env, {
    url: at(kind),
    summary: `List ${COMPLIANCE_COLLECTIONS[kind]}`,
    tags,
    action: 'compliance.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(entitySchemas[kind]),
    run: async ({ tx }, { query }) =>
      page(
        await selectRecords(tx, kind, 'AND id > $2 ORDER BY id LIMIT $3', [readCursor(query.cursor), query.limit + 1]),
        query.limit,
      ),
  });
}

/** Carries a command out: the rules, the record, the feed. Answers the record after it and what the log keeps. */
export async function carryOut({ core, tx, orgId, principal }: OrgContext, command: ComplianceCommand, expect: Expect) {
  const kind = recordKindOf(command);
  const by = principal.type === 'user' ? principal.user.id : principal.accountId;
  const now = core.now();
  refuseLockout(command, principal);
  const before = await readRecord(tx, kind, command.id);
  if (before !== null || makesRecord(command)) expect(before?.version ?? 0);
  refuse(recordFaults(command, await loadRecordBook(tx, command, by, now)));
  await refuseAbsentFile(tx, command);
  const after = recordAfter(command, before, orgId, { at: new Date(now).toISOString(), by });
  if (after === null) await dropRecord(tx, kind, command.id);
  const kept = after === null ? null : await keepRecord(tx, kind, after);
  if (kind === 'compliance_mode') await applyModes(tx);
  return { body: kept, event: { ...recordStory(kind, before, kept), action: command.type } };
}

type CommandSchema = (typeof COMPLIANCE_COMMANDS)[number];

function bodyOf(schema: CommandSchema, verb: string): z.ZodType | undefined {
  const shape = schema.shape as { readonly input?: z.ZodObject; readonly patch?: z.ZodType };
  if (verb === 'create' && schema.shape.type.value !== 'framework.create') {
    return shape.input!.safeExtend({ id: z.uuid().optional() as never });
  }
  if (verb === 'delete') return undefined;
  return shape.patch ?? shape.input ?? z.strictObject({}).nullish();
}

function commandRoute(app: FastifyInstance, env: Env, schema: CommandSchema): void {
  const type = schema.shape.type.value;
  const [kind, verb] = type.split('.') as [RecordKind, string];
  const making = verb === 'create';
  const removing = verb === 'delete';
  const body = bodyOf(schema, verb);
  defineMutation(app, env, {
    method: removing ? 'DELETE' : verb === 'update' ? 'PATCH' : 'POST',
    url: making ? at(kind) : ['update', 'delete'].includes(verb) ? `${at(kind)}/:id` : `${at(kind)}/:id/${verb}`,
    summary: `${WORDS[verb] ?? verb[0]!.toUpperCase() + verb.slice(1)} (${kind.replaceAll('_', ' ')})`,
    tags,
    action: type,
    params: making ? OrgParams : OneParams,
    ...(body === undefined ? {} : { body }),
    ...(type === 'framework.create' ? { bodyLimit: FRAMEWORK_BYTES_MAX } : {}),
    status: making ? 201 : removing ? 204 : 200,
    ...(removing ? {} : { response: entitySchemas[kind] }),
    run: async (context, { params, body: asked }, expect) => {
      const { id: named, ...rest } = (asked ?? {}) as { readonly id?: string };
      const id = making ? (named ?? v7()) : (params as unknown as { readonly id: string }).id;
      const input = type === 'framework.create' ? asked : rest;
      const told = removing ? {} : verb === 'update' ? { patch: rest } : { input };
      const bare = { type, id };
      return await carryOut(
        context,
        commandOf('input' in schema.shape || 'patch' in schema.shape ? { ...bare, ...told } : bare),
        expect,
      );
    },
  });
}

/** Throws INPUT_INVALID for an id that is none of its kind. */
function commandOf(value: object): ComplianceCommand {
  const read = ComplianceCommand.safeParse(value);
  if (read.success) return read.data;
  throw new AppError('INPUT_INVALID', read.error.issues[0]?.message);
}

export function complianceRoutes(app: FastifyInstance, env: Env): void {
  for (const kind of RECORD_KINDS) listRoute(app, env, kind);
  for (const schema of COMPLIANCE_COMMANDS) commandRoute(app, env, schema);
}
