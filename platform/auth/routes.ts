/** Login, refresh, tenant tokens, logout, one-time codes. None of their answers is ever stored: they carry secrets. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, OrgId, TIERS } from '../../shared/entities/index.ts';
import { Problem } from '../http/problems.ts';
import { BEARER } from '../http/route.ts';
import { noteMfa } from '../members/service.ts';
import { MeQuery, organizationsOf } from '../orgs/list.ts';
import { callerOf, type Env, enterUser, refuseConfined } from '../tenancy/context.ts';
import { TokenAnswer, tokenAnswer, UserView } from './answer.ts';
import { authenticate, userClaims } from './credentials.ts';
import { logForUser, login } from './login.ts';
import { mintOrgToken } from './orgToken.ts';
import { PASSWORD_CHARS_MAX } from './password.ts';
import { endSession, markMfa, rotateRefresh } from './sessions.ts';
import { ACCESS_SECONDS } from './tokens.ts';
import { beginTotp, confirmTotp } from './totp.ts';

const tags = ['auth'];
const Code = z.string().regex(/^[0-9]{6}$/);
const LoginBody = z.strictObject({
  email: z.string().min(3).max(254),
  password: z.string().min(1).max(PASSWORD_CHARS_MAX),
  totp: Code.optional(),
});
const RefreshBody = z.strictObject({ refresh_token: z.string().min(1).max(200) });
const OrgTokenBody = z.strictObject({ org_id: OrgId, workspace_id: EntityId.optional() });
const OrgTokenAnswer = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int() });

function publicRoutes(app: FastifyInstance, env: Env): void {
  const { core } = env;
  const post = <B extends z.ZodType>(url: string, summary: string, body: B) => ({
    url,
    method: 'POST' as const,
    schema: { summary, tags, body, response: { 200: TokenAnswer } },
  });
  app.route({
    ...post('/v1/auth/login', 'Log in with password and, when enrolled, a one-time code', LoginBody),
    handler: async (request, reply) => {
      const done = await login(core, request.body as z.output<typeof LoginBody>, callerOf(request));
      reply.header('cache-control', 'no-store');
      return await tokenAnswer(env, done.user, done.sid, done.refreshToken);
    },
  });
  app.route({
    ...post('/v1/auth/refresh', 'Exchange a refresh token; a used one ends the session', RefreshBody),
    handler: async (request, reply) => {
      const { refresh_token } = request.body as z.output<typeof RefreshBody>;
      const rotation = await core.platform(async (tx) => {
        const outcome = await rotateRefresh(core, tx, refresh_token);
        if (outcome.kind === 'reused') {
          await logForUser(core, tx, outcome.user, callerOf(request), {
            action: 'auth.refresh.reuse',
            outcome: 'denied',
          });
        }
        return outcome;
      });
      if (rotation.kind === 'reused') throw new Problem('refresh-reused');
      if (rotation.kind === 'unknown') throw new Problem('refresh-failed');
      reply.header('cache-control', 'no-store');
      return await tokenAnswer(env, rotation.user, rotation.sid, rotation.refreshToken);
    },
  });
}

function sessionRoutes(app: FastifyInstance, env: Env): void {
  const { core } = env;
  app.post(
    '/v1/auth/token',
    {
      schema: {
        summary: 'A token for one organization',
        tags,
        security: BEARER,
        body: OrgTokenBody,
        response: { 200: OrgTokenAnswer },
      },
    },
    async (request, reply) => {
      const body = request.body as z.output<typeof OrgTokenBody>;
      const access_token = await mintOrgToken(
        env,
        userClaims(request),
        callerOf(request),
        body.org_id,
        body.workspace_id,
      );
      reply.header('cache-control', 'no-store');
      return { access_token, token_type: 'Bearer' as const, expires_in: ACCESS_SECONDS };
    },
  );
  app.post(
    '/v1/auth/logout',
    { schema: { summary: 'End the session and all its tokens', tags, security: BEARER, response: { 204: z.null() } } },
    async (request, reply) => {
      await core.platform(async (tx) => {
        const user = await enterUser(core, tx, userClaims(request));
        await endSession(core, tx, userClaims(request).sid);
        await logForUser(core, tx, user, callerOf(request), { action: 'auth.logout', outcome: 'success' });
      });
      return await reply.code(204).send(null);
    },
  );
}

function totpRoutes(app: FastifyInstance, env: Env): void {
  const { core } = env;
  app.post(
    '/v1/me/totp',
    {
      schema: {
        summary: 'Begin to enrol an authenticator; it counts once confirmed',
        tags,
        security: BEARER,
        response: { 200: z.object({ secret: z.string(), uri: z.string() }) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return await core.platform(async (tx) => {
        const user = await enterUser(core, tx, userClaims(request));
        refuseConfined(user);
        await logForUser(core, tx, user, callerOf(request), { action: 'user.totp.begin', outcome: 'success' });
        return await beginTotp(core, tx, user);
      });
    },
  );
  app.post(
    '/v1/me/totp/confirm',
    {
      schema: {
        summary: 'Put the authenticator in force',
        tags,
        security: BEARER,
        body: z.strictObject({ code: Code }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { code } = request.body as { code: string };
      const done = await core.platform(async (tx) => {
        const user = await enterUser(core, tx, userClaims(request));
        refuseConfined(user);
        const confirmed = await confirmTotp(core, tx, user.id, code);
        if (confirmed) await markMfa(tx, userClaims(request).sid);
        const outcome = confirmed ? 'success' : 'failure';
        const note = (orgId: string) => (confirmed ? noteMfa(core, tx, orgId, user.id) : Promise.resolve());
        await logForUser(core, tx, user, callerOf(request), { action: 'user.totp.confirm', outcome }, note);
        return confirmed;
      });
      if (!done) throw new Problem('conflict', 'The code does not fit an enrolment under way.');
      return await reply.code(204).send(null);
    },
  );
}

const Me = z.object({
  user: UserView,
  organizations: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role: z.string(),
      tier: z.enum(TIERS),
      region: z.string(),
      time_zone: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

export function authRoutes(app: FastifyInstance, env: Env): void {
  publicRoutes(app, env);
  // Everything in this scope needs a token, and asks for it before it reads a body.
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request) => {
      request.credentials = await authenticate(env, request);
    });
    sessionRoutes(scope, env);
    totpRoutes(scope, env);
    scope.get(
      '/v1/me',
      {
        schema: {
          summary: 'The caller and a page of their organizations',
          tags: ['me'],
          security: BEARER,
          querystring: MeQuery,
          response: { 200: Me },
        },
      },
      async (request) =>
        await env.core.platform(async (tx) => {
          const user = await enterUser(env.core, tx, userClaims(request));
          const query = request.query as z.output<typeof MeQuery>;
          const { items, next_cursor } = await organizationsOf(env.core, tx, user, query);
          const organizations = items.map(({ subscription_tier: tier, ...rest }) => ({ ...rest, tier }));
          return { user, organizations, next_cursor };
        }),
    );
  });
}
