import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, ShareInput, Thread, ThreadInput, ThreadPatch } from '../../shared/entities/index.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { patched } from '../http/patch.ts';
import { invalidField } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { threadLogRoutes } from './logRoutes.ts';
import { demandThread, ownerOf } from './reach.ts';
import { addThreadIn, checkShared, listThreads, readThread, removeThread, saveThread, threadStory } from './service.ts';

export const ThreadParams = OrgParams.extend({ id: EntityId });
const tags = ['threads'];
const LIST = '/v1/orgs/:org/threads';
const ONE = '/v1/orgs/:org/threads/:id';
const ListQuery = PageQuery.extend({ workspace: EntityId.optional() });

async function list(context: OrgContext, query: z.output<typeof ListQuery>) {
  const { workspace, cursor, limit } = query;
  return page(await listThreads(context, { workspace, after: readCursor(cursor), limit: limit + 1 }), limit);
}

function readRoutes(app: FastifyInstance, env: Env): void {
  const common = { tags, action: 'thread.list', query: ListQuery, response: pageOf(Thread) } as const;
  defineRead(app, env, {
    ...common,
    url: LIST,
    summary: 'List the threads within reach',
    params: OrgParams,
    run: async (context, { query }) => await list(context, query),
  });
  defineRead(app, env, {
    ...common,
    url: '/api/threads',
    summary: 'List the threads within reach, of the organization the token is for',
    params: z.object({}),
    run: async (context, { query }) => await list(context, query),
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One thread',
    tags,
    action: 'thread.read',
    params: ThreadParams,
    query: z.strictObject({}),
    response: Thread,
    run: async (context, { params }, { reply }) => {
      const thread = await readThread(context, params.id);
      demandThread(context, 'thread.read', thread);
      reply.header('etag', `"${thread.version}"`);
      return thread;
    },
  });
}

/** The workspace asked for, which must be within reach; the token's own where it has one. Throws Problem invalid-request. */
function workspaceFor({ workspaces }: OrgContext, wanted: string | undefined): string {
  const id = wanted ?? (workspaces?.length === 1 ? workspaces[0] : undefined);
  if (id === undefined) throw invalidField('/workspace_id', 'A workspace is needed.');
  if (workspaces !== null && !workspaces.includes(id))
    throw invalidField('/workspace_id', `There is no workspace ${id}.`);
  return id;
}

function changeRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Create a thread; the caller owns it',
    tags,
    action: 'thread.create',
    params: OrgParams,
    body: ThreadInput,
    status: 201,
    response: Thread,
    run: async (context, { body }) => {
      const { core, tx, orgId } = context;
      const owner = ownerOf(context);
      demandThread(context, 'thread.create', { owner, shared_with: [] });
      const workspaceId = workspaceFor(context, body.workspace_id);
      const after = await addThreadIn(core, tx, orgId, { id: body.id, workspaceId, name: body.name, owner });
      return { body: after, event: threadStory(null, after) };
    },
  });
  const one = { tags, params: ThreadParams } as const;
  const change = { ...one, status: 200, response: Thread } as const;
  defineMutation(app, env, {
    ...change,
    method: 'PATCH',
    url: ONE,
    summary: 'Change name or status',
    action: 'thread.update',
    body: ThreadPatch,
    run: async (context, { params, body }, expect) => {
      const before = await readThread(context, params.id);
      demandThread(context, 'thread.update', before);
      expect(before.version);
      const after = await saveThread(context.core, context.tx, patched(before, body));
      return { body: after, event: threadStory(before, after) };
    },
  });
  defineMutation(app, env, {
    ...change,
    method: 'POST',
    url: `${ONE}/share`,
    summary: 'Say with whom the thread is shared',
    action: 'thread.share',
    body: ShareInput,
    run: async (context, { params, body }, expect) => {
      const before = await readThread(context, params.id);
      demandThread(context, 'thread.share', before);
      expect(before.version);
      await checkShared(context.tx, body.shared_with);
      const after = await saveThread(context.core, context.tx, { ...before, shared_with: body.shared_with });
      return { body: after, event: threadStory(before, after) };
    },
  });
  defineMutation(app, env, {
    ...one,
    method: 'DELETE',
    url: ONE,
    summary: 'Delete a thread with its logs',
    action: 'thread.delete',
    status: 204,
    run: async (context, { params }, expect) => {
      const before = await readThread(context, params.id);
      demandThread(context, 'thread.delete', before);
      expect(before.version);
      await removeThread(context.tx, before);
      return { body: null, event: threadStory(before, null) };
    },
  });
}

export function threadRoutes(app: FastifyInstance, env: Env): void {
  readRoutes(app, env);
  changeRoutes(app, env);
  threadLogRoutes(app, env);
}
