import type { FastifyInstance } from 'fastify';
import { v7 } from 'uuid';
import { z } from 'zod';
import {
  EntityId,
  IssuedKey,
  KeyInput,
  ServiceAccount,
  ServiceAccountInput,
  ServiceAccountPatch,
} from '../../shared/entities/index.ts';
import { givesAnew } from '../../shared/rbac/index.ts';
import { PageQuery, pageOf, pageWith, readCursor } from '../http/pagination.ts';
import { patched } from '../http/patch.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { issueKey, revokeKey } from './keys.ts';
import {
  checkExpiry,
  checkGrants,
  checkIssuer,
  checkOwner,
  checkReach,
  checkWorkspace,
  refuseRevoked,
  refuseSelf,
  refuseTakenName,
  reserveAccount,
} from './rules.ts';
import { accountStory, editedVersion, insertAccount, listAccounts, readAccount, saveAccount } from './service.ts';

const AccountParams = OrgParams.extend({ id: EntityId });
const KeyParams = AccountParams.extend({ key: z.string().regex(/^[0-9A-Za-z]{16}$/) });
const Empty = z.strictObject({}).nullish();
const tags = ['service accounts'];
const LIST = '/v1/orgs/:org/service-accounts';
const ONE = `${LIST}/:id`;
/** Many permissions of long names. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

function readRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List service accounts, the revoked ones too',
    tags,
    action: 'service_account.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(ServiceAccount),
    run: async ({ tx, orgId }, { query }) =>
      pageWith(await listAccounts(tx, orgId, readCursor(query.cursor), query.limit)),
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One service account with its keys, without their secrets',
    tags,
    action: 'service_account.read',
    params: AccountParams,
    query: z.strictObject({}),
    response: ServiceAccount,
    run: async ({ tx, orgId }, { params }, { reply }) => {
      const account = await readAccount(tx, orgId, params.id);
      reply.header('etag', `"${account.version}"`);
      return account;
    },
  });
}

/** Who answers for what this principal makes: the user, or the owner of the account that makes it. */
async function answerable({ tx, orgId, principal }: OrgContext): Promise<string> {
  if (principal.type === 'user') return principal.user.id;
  return (await readAccount(tx, orgId, principal.accountId)).owner_id;
}

async function create(context: OrgContext, input: z.output<typeof ServiceAccountInput>): Promise<ServiceAccount> {
  const { core, tx, orgId, book } = context;
  checkGrants(context, null, input);
  checkExpiry(input.expires_at, core.now());
  await checkWorkspace(tx, input.workspace_id);
  await reserveAccount(tx);
  const owner_id = await answerable(context);
  await checkOwner(tx, owner_id);
  const catalog_version = book.catalog.version;
  const id = input.id ?? v7();
  await refuseTakenName(tx, { ...input, id });
  return await insertAccount(core, tx, orgId, { ...input, id, owner_id, catalog_version });
}

async function update(
  context: OrgContext,
  before: ServiceAccount,
  patch: ServiceAccountPatch,
): Promise<ServiceAccount> {
  const { core, tx, book } = context;
  const after = patched(before, patch);
  refuseRevoked(before);
  refuseSelf(context, before);
  checkReach(context, before);
  checkGrants(context, before, patch.permissions === undefined ? { ...after, permissions: [] } : after);
  if (patch.workspace_id !== undefined) await checkWorkspace(tx, patch.workspace_id);
  if (patch.owner_id !== undefined && patch.owner_id !== before.owner_id) await checkOwner(tx, patch.owner_id);
  if (patch.expires_at !== undefined && patch.expires_at !== before.expires_at) {
    checkExpiry(patch.expires_at, core.now());
  }
  if (givesAnew(before, after, core.now())) checkIssuer(context, after);
  await refuseTakenName(tx, after);
  // Permissions that are written are all written anew, under the newest version.
  const catalog_version = patch.permissions === undefined ? before.catalog_version : book.catalog.version;
  return await saveAccount(core, tx, { ...after, catalog_version });
}

function changeRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Create a service account, without a key; its permissions do not go beyond the creator’s',
    tags,
    action: 'service_account.create',
    params: OrgParams,
    body: ServiceAccountInput,
    bodyLimit: BODY_BYTES_MAX,
    status: 201,
    response: ServiceAccount,
    run: async (context, { body }) => {
      const after = await create(context, body);
      return { body: after, event: accountStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change name, owner, permissions, workspace, rate limit or end',
    tags,
    action: 'service_account.update',
    params: AccountParams,
    body: ServiceAccountPatch,
    bodyLimit: BODY_BYTES_MAX,
    status: 200,
    response: ServiceAccount,
    run: async (context, { params, body }, expect) => {
      const before = await readAccount(context.tx, context.orgId, params.id);
      expect(before.version, await editedVersion(context.tx, params.id));
      const after = await update(context, before, body);
      return { body: after, event: accountStory(before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: `${ONE}/revoke`,
    summary: 'Revoke a service account for good; its keys end at once',
    tags,
    action: 'service_account.revoke',
    params: AccountParams,
    body: Empty,
    status: 200,
    response: ServiceAccount,
    run: async (context, { params }, expect) => {
      const { core, tx, orgId } = context;
      const before = await readAccount(tx, orgId, params.id);
      expect(before.version, await editedVersion(tx, params.id));
      refuseRevoked(before);
      refuseSelf(context, before);
      checkReach(context, before);
      const after = await saveAccount(core, tx, { ...before, revoked_at: new Date(core.now()).toISOString() });
      return { body: after, event: accountStory(before, after) };
    },
  });
}

function keyRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: `${ONE}/keys`,
    summary: 'Issue a key; the answer holds its secret, which is shown once',
    tags,
    action: 'service_account.key.issue',
    params: AccountParams,
    body: KeyInput,
    status: 201,
    response: IssuedKey,
    once: true,
    run: async (context, { params, body }, expect) => {
      const { core, tx, orgId, principal } = context;
      const before = await readAccount(tx, orgId, params.id);
      expect(before.version, await editedVersion(tx, params.id));
      refuseRevoked(before);
      refuseSelf(context, before);
      checkIssuer(context, before);
      checkExpiry(body.expires_at, core.now());
      const by = principal.type === 'user' ? principal.user.id : principal.accountId;
      const issued = await issueKey(core, tx, before, body, by);
      return { body: issued, event: accountStory(before, issued.account, issued.key.id) };
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: `${ONE}/keys/:key/revoke`,
    summary: 'Revoke one key; it ends at once',
    tags,
    action: 'service_account.key.revoke',
    params: KeyParams,
    body: Empty,
    status: 200,
    response: ServiceAccount,
    run: async (context, { params }, expect) => {
      const { core, tx, orgId } = context;
      const before = await readAccount(tx, orgId, params.id);
      expect(before.version, await editedVersion(tx, params.id));
      checkReach(context, before);
      const after = await revokeKey(core, tx, before, params.key);
      return { body: after, event: accountStory(before, after, params.key) };
    },
  });
}

export function accountRoutes(app: FastifyInstance, env: Env): void {
  readRoutes(app, env);
  changeRoutes(app, env);
  keyRoutes(app, env);
}
