import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, Workspace, WorkspaceInput, WorkspacePatch } from '../../shared/entities/index.ts';
import { readsAccounts } from '../../shared/rbac/index.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import {
  addWorkspaceIn,
  editedVersion,
  listWorkspaces,
  readWorkspace,
  removeWorkspace,
  updateWorkspace,
  workspaceStory,
} from './service.ts';

const WorkspaceParams = OrgParams.extend({ id: EntityId });
const tags = ['workspaces'];
const LIST = '/v1/orgs/:org/workspaces';
const ONE = '/v1/orgs/:org/workspaces/:id';

export function workspaceRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List workspaces',
    tags,
    action: 'workspace.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(Workspace),
    run: async ({ tx, orgId, workspaces }, { query }) =>
      page(await listWorkspaces(tx, orgId, workspaces, readCursor(query.cursor), query.limit + 1), query.limit),
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One workspace',
    tags,
    action: 'workspace.read',
    params: WorkspaceParams,
    query: z.strictObject({}),
    response: Workspace,
    run: async ({ tx, orgId, workspaces }, { params }, { reply }) => {
      const workspace = await readWorkspace(tx, orgId, params.id, workspaces);
      reply.header('etag', `"${workspace.version}"`);
      return workspace;
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Create a workspace',
    tags,
    action: 'workspace.create',
    params: OrgParams,
    body: WorkspaceInput,
    status: 201,
    response: Workspace,
    run: async ({ core, tx, orgId }, { body }) => {
      const after = await addWorkspaceIn(core, tx, orgId, body);
      return { body: after, event: workspaceStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change a workspace',
    tags,
    action: 'workspace.update',
    params: WorkspaceParams,
    body: WorkspacePatch,
    status: 200,
    response: Workspace,
    run: async ({ core, tx, orgId, workspaces }, { params, body }, expect) => {
      const before = await readWorkspace(tx, orgId, params.id, workspaces);
      expect(before.version, await editedVersion(tx, before.id));
      const after = await updateWorkspace(core, tx, before, body);
      return { body: after, event: workspaceStory(before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: ONE,
    summary: 'Delete a workspace',
    tags,
    action: 'workspace.delete',
    params: WorkspaceParams,
    status: 204,
    run: async ({ tx, orgId, workspaces, policy }, { params }, expect) => {
      const before = await readWorkspace(tx, orgId, params.id, workspaces);
      expect(before.version, await editedVersion(tx, before.id));
      await removeWorkspace(tx, before, readsAccounts(policy));
      return { body: null, event: workspaceStory(before, null) };
    },
  });
}
