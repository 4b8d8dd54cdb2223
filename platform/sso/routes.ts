import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SsoInput, SsoSettings } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { grantsOfRole } from '../../shared/rbac/index.ts';
import { TokenAnswer, tokenAnswer } from '../auth/answer.ts';
import { checkUrl } from '../http/guardedFetch.ts';
import { invalidField, Problem } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import { checkRole } from '../members/rules.ts';
import { callerOf, type Env } from '../tenancy/context.ts';
import { refuseBeyond } from '../tenancy/escalation.ts';
import { beginSignIn, finishSignIn, redeemCode } from './flow.ts';
import { deleteSso, readSso, writeSso } from './settings.ts';

const tags = ['sso'];
const ONE = '/v1/orgs/:org/sso';
const CALLBACK = '/v1/auth/sso/callback';

/** The console listens on a loopback address, on any port (RFC 8252 section 7.3); the name `localhost` is not enough (8.3). */
const Loopback = z
  .url()
  .max(200)
  .refine((text) => {
    const url = new URL(text);
    const local = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
    return url.protocol === 'http:' && local && url.search === '' && url.hash === '' && url.username === '';
  }, 'not a loopback address');
const Challenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const BeginBody = z.strictObject({
  organization: z.string().min(1).max(64),
  redirect_uri: Loopback,
  code_challenge: Challenge,
  code_challenge_method: z.literal('S256'),
  state: z.string().min(16).max(200),
});
const RedeemBody = z.strictObject({
  code: z.string().min(1).max(200),
  code_verifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/),
  redirect_uri: Loopback,
});

function signInRoutes(app: FastifyInstance, env: Env): void {
  const { core } = env;
  const options = { loopback: env.ssoLoopback };
  // The provider knows this address by registration; on a loopback trial it is the one that the browser used.
  const callbackUrl = (host: string): string =>
    env.ssoLoopback && /^(127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)
      ? `http://${host}${CALLBACK}`
      : `https://${core.instance.publicHost}${CALLBACK}`;
  app.post(
    '/v1/auth/sso/start',
    {
      schema: {
        summary: "Begin to sign in through an organization's OpenID provider",
        tags,
        body: BeginBody,
        response: { 200: z.object({ authorize_url: z.string() }) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const body = request.body as z.output<typeof BeginBody>;
      return { authorize_url: await beginSignIn(core, body, callbackUrl(request.host), options) };
    },
  );
  app.get(
    CALLBACK,
    {
      schema: {
        summary: 'The provider sends the browser back here, which is sent on to the console',
        tags,
        querystring: z.looseObject({ state: z.string().min(1).max(200) }),
      },
    },
    async (request, reply) => {
      const url = new URL(callbackUrl(request.host));
      url.search = new URL(request.url, 'http://unused').search;
      const target = await finishSignIn(core, url, callerOf(request), options);
      return await reply
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect(target, 303);
    },
  );
  app.post(
    '/v1/auth/sso/token',
    {
      schema: {
        summary: 'Exchange the code for tokens that reach this organization alone',
        tags,
        body: RedeemBody,
        response: { 200: TokenAnswer },
      },
    },
    async (request, reply) => {
      const done = await redeemCode(core, request.body as z.output<typeof RedeemBody>, callerOf(request));
      if (done === null) throw new Problem('login-failed');
      reply.header('cache-control', 'no-store');
      return await tokenAnswer(env, done.user, done.sid, done.refreshToken);
    },
  );
}

const story = (before: SsoSettings | null, after: SsoSettings | null, orgId: string) => ({
  target: { type: 'organization', id: orgId },
  disclosures: { change: { before: before as unknown as Json, after: after as unknown as Json } },
});

export function ssoRoutes(app: FastifyInstance, env: Env): void {
  signInRoutes(app, env);
  defineRead(app, env, {
    url: ONE,
    summary: 'Single sign-on settings, without the client secret',
    tags,
    action: 'sso.read',
    params: OrgParams,
    query: z.strictObject({}),
    response: SsoSettings,
    sensitive: ({ params }) => ({ target: { type: 'organization', id: params.org } }),
    run: async ({ tx }, _input, { reply }) => {
      const settings = await readSso(tx);
      if (settings === null) throw new Problem('not-found', 'Single sign-on is off.');
      reply.header('etag', `"${settings.version}"`);
      return settings;
    },
  });
  defineMutation(app, env, {
    method: 'PUT',
    url: ONE,
    summary: 'Turn single sign-on on, or change it',
    tags,
    action: 'sso.update',
    params: OrgParams,
    body: SsoInput,
    status: 200,
    response: SsoSettings,
    run: async (context, { body }, expect) => {
      const { core, tx, orgId, book } = context;
      checkUrl(body.issuer, { loopback: env.ssoLoopback });
      const before = await readSso(tx);
      if (before !== null) expect(before.version);
      if (body.provision_role !== null) {
        if (body.domains.length === 0)
          throw invalidField('/domains', 'Without domains, anybody the provider knows would join.');
        checkRole(body.provision_role, book, '/provision_role');
        refuseBeyond(context, grantsOfRole(body.provision_role, book));
      }
      const after = await writeSso(core, tx, orgId, body);
      return { body: after, event: story(before, after, orgId) };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: ONE,
    summary: 'Turn single sign-on off',
    tags,
    action: 'sso.delete',
    params: OrgParams,
    status: 204,
    run: async ({ tx, orgId }, _input, expect) => {
      const before = await readSso(tx);
      if (before === null) throw new Problem('not-found', 'Single sign-on is off.');
      expect(before.version);
      await deleteSso(tx);
      return { body: null, event: story(before, null, orgId) };
    },
  });
}
