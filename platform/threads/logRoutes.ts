import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, ThreadLog, ThreadLogInput } from '../../shared/entities/index.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { appendLogs, deleteLogs, listLogs } from './logs.ts';
import { demandThread } from './reach.ts';
import { readThread, threadStory } from './service.ts';

const params = OrgParams.extend({ id: EntityId });
const LOGS = '/v1/orgs/:org/threads/:id/logs';
const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Logs stand as their thread does: whoever may see it by own or shared may see them so. */
export function threadLogRoutes(app: FastifyInstance, env: Env): void {
  const common = { url: LOGS, tags: ['threads'], params } as const;
  defineRead(app, env, {
    ...common,
    summary: 'Log lines of a thread',
    action: 'thread.log.read',
    query: PageQuery,
    response: pageOf(ThreadLog),
    sensitive: (input) => ({ target: { type: 'thread', id: input.params.id } }),
    run: async (context, input) => {
      const thread = await readThread(context, input.params.id);
      demandThread(context, 'thread.log.read', thread);
      const { cursor, limit } = input.query;
      return page(await listLogs(context.tx, thread.id, readCursor(cursor), limit + 1), limit);
    },
  });
  defineMutation(app, env, {
    ...common,
    method: 'POST',
    summary: 'Append log lines',
    action: 'thread.log.append',
    body: ThreadLogInput,
    bodyLimit: BODY_BYTES_MAX,
    status: 201,
    response: z.object({ items: z.array(ThreadLog) }),
    run: async (context, input) => {
      const thread = await readThread(context, input.params.id);
      demandThread(context, 'thread.log.append', thread);
      const items = await appendLogs(context.core, context.tx, thread.id, input.body.lines);
      const { disclosures, ...event } = threadStory(thread, thread);
      const detail = { lines: items.length };
      return { body: { items }, event: { ...event, disclosures: { target: disclosures!.target!, detail } } };
    },
  });
  defineMutation(app, env, {
    ...common,
    method: 'DELETE',
    summary: 'Delete the log lines of a thread',
    action: 'thread.log.delete',
    status: 204,
    run: async (context, input) => {
      const thread = await readThread(context, input.params.id);
      demandThread(context, 'thread.log.delete', thread);
      const lines = await deleteLogs(context.tx, thread.id);
      const { disclosures, ...event } = threadStory(thread, thread);
      return { body: null, event: { ...event, disclosures: { target: disclosures!.target!, detail: { lines } } } };
    },
  });
}
