import type { FastifyInstance } from 'fastify';
import { v7 } from 'uuid';
import { z } from 'zod';
import { EntityId, Role, RoleInput, RolePatch } from '../../shared/entities/index.ts';
import { PageQuery, pageOf, pageWith, readCursor } from '../http/pagination.ts';
import { patched } from '../http/patch.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { CatalogPage, CatalogQuery, catalogPage } from './catalogPage.ts';
import { importRoutes } from './importRoutes.ts';
import { checkRoleGiven, refuseInUse, refuseTakenId, refuseTakenName } from './rules.ts';
import { listRoles, readRole, removeRole, roleStory, saveRole } from './service.ts';

const RoleParams = OrgParams.extend({ id: EntityId });
const tags = ['roles'];
const LIST = '/v1/orgs/:org/roles';
const ONE = '/v1/orgs/:org/roles/:id';
/** 20,000 grants of long names. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

function readRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List custom roles',
    tags,
    action: 'role.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(Role),
    run: async ({ tx, orgId }, { query }) =>
      pageWith(await listRoles(tx, orgId, readCursor(query.cursor), query.limit)),
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One custom role',
    tags,
    action: 'role.read',
    params: RoleParams,
    query: z.strictObject({}),
    response: Role,
    run: async ({ tx, orgId }, { params }, { reply }) => {
      const role = await readRole(tx, orgId, params.id);
      reply.header('etag', `"${role.version}"`);
      return role;
    },
  });
  defineRead(app, env, {
    url: '/v1/orgs/:org/permission-catalog',
    summary: 'The permissions that can be granted, by id, with the catalog version that brought each',
    tags,
    action: 'permission_catalog.read',
    params: OrgParams,
    query: CatalogQuery,
    response: CatalogPage,
    run: async ({ book: { catalog } }, { query }) => catalogPage(catalog, query),
  });
}

async function create(context: OrgContext, input: z.output<typeof RoleInput>): Promise<Role> {
  const { core, tx, orgId, book } = context;
  const at = new Date(core.now()).toISOString();
  const { id = v7(), ...fields } = input;
  const catalog_version = book.catalog.version;
  const role: Role = {
    ...fields,
    id,
    org_id: orgId,
    catalog_version,
    source: null,
    created_at: at,
    updated_at: at,
    version: 1,
  };
  await refuseTakenId(tx, id);
  await refuseTakenName(tx, role);
  checkRoleGiven(context, null, role);
  return await saveRole(tx, role);
}

async function update(context: OrgContext, before: Role, patch: RolePatch): Promise<Role> {
  const { core, tx, book } = context;
  const catalog_version = patch.permissions === undefined ? before.catalog_version : book.catalog.version;
  const next: Role = {
    ...patched(before, patch),
    catalog_version,
    updated_at: new Date(core.now()).toISOString(),
  };
  await refuseTakenName(tx, next);
  checkRoleGiven(context, before, next);
  return await saveRole(tx, next);
}

export function roleRoutes(app: FastifyInstance, env: Env): void {
  readRoutes(app, env);
  importRoutes(app, env);
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Create a custom role; its wildcards reach what the catalog holds now',
    tags,
    action: 'role.create',
    params: OrgParams,
    body: RoleInput,
    bodyLimit: BODY_BYTES_MAX,
    status: 201,
    response: Role,
    run: async (context, { body }) => {
      const after = await create(context, body);
      return { body: after, event: roleStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change a custom role; permissions that are sent are written under the newest catalog version',
    tags,
    action: 'role.update',
    params: RoleParams,
    body: RolePatch,
    bodyLimit: BODY_BYTES_MAX,
    status: 200,
    response: Role,
    run: async (context, { params, body }, expect) => {
      const before = await readRole(context.tx, context.orgId, params.id);
      expect(before.version);
      const after = await update(context, before, body);
      return { body: after, event: roleStory(before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: ONE,
    summary: 'Delete a custom role that nobody holds or inherits from',
    tags,
    action: 'role.delete',
    params: RoleParams,
    status: 204,
    run: async ({ tx, orgId }, { params }, expect) => {
      const before = await readRole(tx, orgId, params.id);
      expect(before.version);
      await refuseInUse(tx, before.id);
      await removeRole(tx, before);
      return { body: null, event: roleStory(before, null) };
    },
  });
}
