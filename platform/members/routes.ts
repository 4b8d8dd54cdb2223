import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Json } from '../../shared/json/index.ts';
import { allows, grantsOf, type Permission, ROLES, type Role } from '../../shared/rbac/index.ts';
import { findUser, insertUser, normalEmail } from '../auth/users.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { Problem } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import { EntityId, Text } from '../orgs/schemas.ts';
import type { Env } from '../tenancy/context.ts';
import {
  addMemberIn,
  ExtraPermissions,
  listMembers,
  Member,
  readMember,
  removeMember,
  updateMember,
} from './service.ts';

const MemberParams = OrgParams.extend({ id: EntityId });
const MemberInput = z.strictObject({
  email: z.email().max(254),
  name: Text(120).optional(),
  role: z.enum(ROLES),
  permissions: ExtraPermissions.default([]),
});
const MemberPatch = z.strictObject({ role: z.enum(ROLES), permissions: ExtraPermissions }).partial();

const tags = ['members'];
const LIST = '/v1/orgs/:org/members';
const ONE = '/v1/orgs/:org/members/:id';
const READERS = ['users:manage', 'users:invite', 'settings:view', 'compliance:audit'];

function story(before: Member | null, after: Member | null) {
  const one = (after ?? before)!;
  return {
    target: { type: 'member', id: one.id },
    disclosures: {
      target: { name: one.name, email: one.email },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** Nobody hands out more than they hold: an inviting manager cannot make an admin. Throws Problem forbidden. */
function refuseEscalation(grants: readonly Permission[], role: Role, extra: readonly string[]): void {
  if (allows(grants, 'users:manage')) return;
  if (role === 'admin' || role === 'manager' || extra.length > 0 || grantsOf(role).length === 0) {
    throw new Problem('forbidden', 'Needs users:manage to give this role or extra permissions.');
  }
}

function readRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List members',
    tags,
    anyOf: READERS,
    action: 'member.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(Member),
    run: async ({ tx, orgId }, { query }) =>
      page(await listMembers(tx, orgId, readCursor(query.cursor), query.limit + 1), query.limit),
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One member',
    tags,
    anyOf: READERS,
    action: 'member.read',
    params: MemberParams,
    query: z.strictObject({}),
    response: Member,
    run: async ({ tx, orgId }, { params }, { reply }) => {
      const member = await readMember(tx, orgId, params.id);
      reply.header('etag', `"${member.version}"`);
      return member;
    },
  });
}

export function memberRoutes(app: FastifyInstance, env: Env): void {
  readRoutes(app, env);
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Add a member by e-mail; an unknown e-mail becomes a user without a password',
    tags,
    anyOf: ['users:manage', 'users:invite'],
    action: 'member.create',
    params: OrgParams,
    body: MemberInput,
    status: 201,
    response: Member,
    run: async ({ core, tx, orgId, grants }, { body }) => {
      refuseEscalation(grants, body.role, body.permissions);
      await asPlatform(tx, core.instance);
      const email = normalEmail(body.email);
      const user =
        (await findUser(tx, { email })) ??
        (await insertUser(core, tx, { email, name: body.name ?? email, passwordHash: null }));
      await asTenant(tx, core.instance, orgId);
      const { role, permissions } = body;
      const after = await addMemberIn(core, tx, orgId, { userId: user.id, role, permissions, joined: false });
      return { body: after, event: story(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change role or extra permissions',
    tags,
    anyOf: ['users:manage'],
    action: 'member.role.update',
    params: MemberParams,
    body: MemberPatch,
    status: 200,
    response: Member,
    run: async ({ core, tx, orgId }, { params, body }, expect) => {
      const before = await readMember(tx, orgId, params.id);
      expect(before.version);
      const after = await updateMember(core, tx, before, body);
      return { body: after, event: story(before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: ONE,
    summary: 'Remove a member; its access ends at once',
    tags,
    anyOf: ['users:manage', 'users:remove'],
    action: 'member.delete',
    params: MemberParams,
    status: 204,
    run: async ({ core, tx, orgId, grants }, { params }, expect) => {
      const before = await readMember(tx, orgId, params.id);
      expect(before.version);
      refuseEscalation(grants, before.role, []);
      await removeMember(core, tx, before);
      return { body: null, event: story(before, null) };
    },
  });
}
