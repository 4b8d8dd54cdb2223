import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Organization, OrganizationInput, OrganizationPatch } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { authenticate, userClaims } from '../auth/credentials.ts';
import { idempotencyKey, keepAnswer, release, reserve } from '../http/idempotency.ts';
import { PageQuery, pageOf } from '../http/pagination.ts';
import { Problem } from '../http/problems.ts';
import { BEARER, defineMutation, defineRead, OrgParams } from '../http/route.ts';
import { callerOf, type Env, enterUser, refuseConfined } from '../tenancy/context.ts';
import { organizationsOf } from './list.ts';
import { checkPatch } from './rules.ts';
import { createOrganizationIn, readOrganization, updateOrganization } from './service.ts';

const tags = ['organizations'];
const ONE = '/v1/orgs/:org';
/** Bounds what one user can make: each organization is a schema. */
const OWNED_MAX = 100;

/** Routes above any tenant: they take the user's token. */
function userRoutes(app: FastifyInstance, env: Env): void {
  const { core } = env;
  app.get(
    '/v1/orgs',
    {
      schema: {
        summary: 'Organizations of the caller',
        tags,
        security: BEARER,
        querystring: PageQuery,
        response: { 200: pageOf(Organization) },
      },
      onRequest: async (request) => {
        request.credentials = await authenticate(env, request);
      },
    },
    async (request) =>
      await core.platform(async (tx) => {
        const user = await enterUser(core, tx, userClaims(request));
        const query = request.query as z.output<typeof PageQuery>;
        const { items, next_cursor } = await organizationsOf(core, tx, user, query);
        return { items: items.map(({ role, ...organization }) => organization), next_cursor };
      }),
  );
  app.post(
    '/v1/orgs',
    {
      schema: {
        summary: 'Create an organization; the caller becomes owner and admin',
        tags,
        security: BEARER,
        headers: z.object({ 'idempotency-key': z.string().min(1).max(255).optional() }),
        body: OrganizationInput,
        response: { 201: Organization },
      },
      onRequest: async (request) => {
        request.credentials = await authenticate(env, request);
      },
    },
    async (request, reply) => {
      const body = request.body as z.output<typeof OrganizationInput>;
      const header = request.headers['idempotency-key'];
      const key =
        typeof header === 'string' ? idempotencyKey(userClaims(request).sub, 'POST', request.url, header) : null;
      const kept = key === null ? null : await reserve(core, key, body);
      const create = async () =>
        await core.platform(async (tx) => {
          const user = await enterUser(core, tx, userClaims(request));
          refuseConfined(user);
          if (kept !== null) return JSON.parse(kept.body!) as Organization;
          const owned = await tx.query('SELECT 1 AS one FROM memberships WHERE user_id = $1 LIMIT $2', [
            user.id,
            OWNED_MAX,
          ]);
          if (owned.length >= OWNED_MAX) throw new Problem('conflict', `At most ${OWNED_MAX} organizations a user.`);
          const caller = callerOf(request);
          const made = await createOrganizationIn(
            core,
            tx,
            {
              id: body.id,
              name: body.name,
              ownerId: user.id,
              tier: body.subscription_tier,
              region: body.region,
              timeZone: body.time_zone,
            },
            {
              actor: { type: 'user', id: user.id },
              request: caller.requestId,
              disclosures: { actor: { name: user.name, email: user.email }, source: { ...caller.source } },
            },
          );
          const answer = { status: 201, headers: { etag: `"${made.version}"` }, body: JSON.stringify(made) };
          if (key !== null) await keepAnswer(core, tx, key, answer);
          return made;
        });
      try {
        const made = await create();
        if (kept !== null) reply.header('idempotency-replayed', 'true');
        return await reply.code(201).header('etag', `"${made.version}"`).send(made);
      } catch (error) {
        if (key !== null && kept === null) await release(core, key);
        throw error;
      }
    },
  );
}

export function organizationRoutes(app: FastifyInstance, env: Env): void {
  userRoutes(app, env);
  defineRead(app, env, {
    url: ONE,
    summary: 'One organization',
    tags,
    action: 'organization.read',
    params: OrgParams,
    query: z.strictObject({}),
    response: Organization,
    run: async ({ tx }, _input, { reply }) => {
      const organization = await readOrganization(tx);
      reply.header('etag', `"${organization.version}"`);
      return organization;
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change the organization: owner_id needs the owner, subscription_tier billing:manage, the rest org:manage',
    tags,
    action: 'organization.update',
    params: OrgParams,
    body: OrganizationPatch,
    status: 200,
    response: Organization,
    run: async (context, { body }, expect) => {
      const { core, tx, orgId } = context;
      const before = await readOrganization(tx);
      await checkPatch(context, before, body);
      expect(before.version);
      const after = await updateOrganization(core, tx, body);
      return {
        body: after,
        event: {
          target: { type: 'organization', id: orgId },
          disclosures: {
            target: { name: after.name },
            change: { before: before as unknown as Json, after: after as unknown as Json },
          },
        },
      };
    },
  });
}
