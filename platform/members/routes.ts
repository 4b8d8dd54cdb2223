import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, Member, MemberInput, MemberPatch } from '../../shared/entities/index.ts';
import { MEMBER_WORDS } from '../../shared/rbac/index.ts';
import { findUser, insertUser, normalEmail } from '../auth/users.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { PageQuery, pageOf, pageWith, readCursor } from '../http/pagination.ts';
import { patched } from '../http/patch.ts';
import { Problem } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { reserveSeats } from '../workspaces/limits.ts';
import { checkGiven, checkReactivation, keepGoverned, refuseRemoval, refuseSelf } from './rules.ts';
import { addMemberIn, memberStory, pageMembers, readMember, removeMember, saveMember } from './service.ts';

const MemberParams = OrgParams.extend({ id: EntityId });
const tags = ['members'];
const LIST = '/v1/orgs/:org/members';
const ONE = '/v1/orgs/:org/members/:id';
/** Many extra grants of long names. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

function readRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List members',
    tags,
    action: 'member.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(Member),
    sensitive: ({ params }) => ({ target: { type: 'organization', id: params.org } }),
    run: async ({ tx, orgId }, { query }) =>
      pageWith(await pageMembers(tx, orgId, readCursor(query.cursor), query.limit)),
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One member',
    tags,
    action: 'member.read',
    params: MemberParams,
    query: z.strictObject({}),
    response: Member,
    sensitive: ({ params }) => ({ target: { type: 'member', id: params.id } }),
    run: async ({ tx, orgId }, { params }, { reply }) => {
      const member = await readMember(tx, orgId, params.id);
      reply.header('etag', `"${member.version}"`);
      return member;
    },
  });
}

async function create(context: OrgContext, input: z.output<typeof MemberInput>): Promise<Member> {
  const { core, tx, orgId, book } = context;
  checkGiven(context, null, input);
  await asPlatform(tx, core.instance);
  const email = normalEmail(input.email);
  const user =
    (await findUser(tx, { email })) ??
    (await insertUser(core, tx, { email, name: input.name ?? email, passwordHash: null }));
  await asTenant(tx, core.instance, orgId);
  const { id, role, permissions, workspaces } = input;
  const added = { id, userId: user.id, role, permissions, workspaces, joined: false };
  return await addMemberIn(core, tx, orgId, added, book);
}

/** The narrowest name of what a change did. */
function actionOf(before: Member, after: Member): string {
  const changed = (['role', 'permissions', 'workspaces'] as const).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  return changed.length === 1 ? `member.${changed[0]}.update` : 'member.update';
}

async function update(context: OrgContext, before: Member, patch: MemberPatch): Promise<Member> {
  const { core, tx, book } = context;
  const wanted = patched(before, patch);
  refuseSelf(context, before);
  checkGiven(context, before, patch.permissions === undefined ? { ...wanted, permissions: [] } : wanted);
  await keepGoverned(tx, before, wanted);
  await reserveSeats(tx, before, wanted);
  // Extra grants that are written are all written anew, under the newest version.
  const catalog_version = patch.permissions === undefined ? before.catalog_version : book.catalog.version;
  return await saveMember(core, tx, { ...wanted, catalog_version });
}

function changeRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Add a member by e-mail; an unknown e-mail becomes a user without a password',
    tags,
    action: 'member.create',
    params: OrgParams,
    body: MemberInput,
    bodyLimit: BODY_BYTES_MAX,
    status: 201,
    response: Member,
    run: async (context, { body }) => {
      const after = await create(context, body);
      return { body: after, event: memberStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change role, extra grants or workspaces',
    tags,
    action: 'member.update',
    params: MemberParams,
    body: MemberPatch,
    bodyLimit: BODY_BYTES_MAX,
    status: 200,
    response: Member,
    run: async (context, { params, body }, expect) => {
      const before = await readMember(context.tx, context.orgId, params.id);
      expect(before.version);
      const after = await update(context, before, body);
      return { body: after, event: { ...memberStory(before, after), action: actionOf(before, after) } };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: ONE,
    summary: 'Remove a member; its access ends at once',
    tags,
    action: 'member.delete',
    params: MemberParams,
    status: 204,
    run: async (context, { params }, expect) => {
      const before = await readMember(context.tx, context.orgId, params.id);
      expect(before.version);
      refuseSelf(context, before);
      refuseRemoval(context, before);
      await keepGoverned(context.tx, before, null);
      await removeMember(context.core, context.tx, before);
      return { body: null, event: memberStory(before, null) };
    },
  });
}

function statusRoutes(app: FastifyInstance, env: Env): void {
  const common = {
    method: 'POST',
    tags,
    params: MemberParams,
    body: z.strictObject({}).nullish(),
    status: 200,
    response: Member,
  } as const;
  defineMutation(app, env, {
    ...common,
    url: `${ONE}/suspend`,
    summary: 'Suspend a member: its access ends at once and can be given back',
    action: 'member.suspend',
    run: async (context, { params }, expect) => {
      const { core, tx, orgId } = context;
      const before = await readMember(tx, orgId, params.id);
      expect(before.version);
      refuseSelf(context, before);
      if (before.status === 'suspended') throw new Problem('conflict', MEMBER_WORDS.suspended);
      const next = { ...before, status: 'suspended' as const, suspended_at: new Date(core.now()).toISOString() };
      await keepGoverned(tx, before, next);
      const after = await saveMember(core, tx, next);
      return { body: after, event: memberStory(before, after) };
    },
  });
  defineMutation(app, env, {
    ...common,
    url: `${ONE}/reactivate`,
    summary: 'Give a suspended member its access back',
    action: 'member.reactivate',
    run: async (context, { params }, expect) => {
      const { core, tx, orgId } = context;
      const before = await readMember(tx, orgId, params.id);
      expect(before.version);
      refuseSelf(context, before);
      if (before.status !== 'suspended') throw new Problem('conflict', MEMBER_WORDS.idle);
      checkReactivation(context, before);
      const status = before.joined_at === null ? ('invited' as const) : ('active' as const);
      const next = { ...before, status, suspended_at: null };
      await reserveSeats(tx, before, next);
      const after = await saveMember(core, tx, next);
      return { body: after, event: memberStory(before, after) };
    },
  });
}

export function memberRoutes(app: FastifyInstance, env: Env): void {
  readRoutes(app, env);
  changeRoutes(app, env);
  statusRoutes(app, env);
}
