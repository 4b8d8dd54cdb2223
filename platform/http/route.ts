/**
 * The two shapes of a tenant route. A read runs in one transaction under the tenant's role; a mutation besides takes the
 * organization's lock, writes exactly one event and keeps its answer under the idempotency key, all in that transaction.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Claims } from '../auth/tokens.ts';
import type { Tx } from '../db/database.ts';
import { lockOrg } from '../log/append.ts';
import { OrgId } from '../orgs/schemas.ts';
import {
  authenticate,
  callerOf,
  type Env,
  enterOrg,
  type Happening,
  logRequest,
  type OrgContext,
} from '../tenancy/context.ts';
import { logDenied } from '../tenancy/refusals.ts';
import { idempotencyKey, keepAnswer, release, reserve, type StoredAnswer } from './idempotency.ts';
import { Problem } from './problems.ts';

export const OrgParams = z.object({ org: OrgId });
export const BEARER = [{ bearer: [] }];
const MutationHeaders = z.object({
  'idempotency-key': z.string().min(1).max(255).optional(),
  'if-match': z.string().max(80).optional(),
});

type Schema = z.ZodType;

interface RouteBase {
  readonly url: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** Any one is enough; none: membership is enough. */
  readonly anyOf: readonly string[];
  /** Verb under which success or refusal is logged. */
  readonly action: string;
}

export interface ReadRoute<P extends Schema, Q extends Schema> extends RouteBase {
  readonly params: P;
  readonly query: Q;
  readonly response?: Schema;
  run(
    context: OrgContext,
    input: { params: z.output<P>; query: z.output<Q> },
    io: { request: FastifyRequest; reply: FastifyReply },
  ): Promise<unknown>;
}

export interface MutationRoute<P extends Schema, B extends Schema> extends RouteBase {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly params: P;
  readonly body?: B;
  readonly status: 200 | 201 | 204;
  readonly response?: Schema;
  /** `expect(version)` compares If-Match with the thing's version. */
  run(
    context: OrgContext,
    input: { params: z.output<P>; body: z.output<B> },
    expect: (version: number) => void,
  ): Promise<{ body: { version: number } | null; event: Omit<Happening, 'action'> }>;
}

const orgOf = (request: FastifyRequest): string => (request.params as z.output<typeof OrgParams>).org;

/** Runs the work in the tenant; a refusal leaves its event behind. */
async function inOrg<T>(
  env: Env,
  request: FastifyRequest,
  claims: Claims,
  route: RouteBase,
  work: (context: OrgContext) => Promise<T>,
): Promise<T> {
  const orgId = orgOf(request);
  const caller = callerOf(request);
  try {
    return await env.core.db.transaction(async (tx: Tx) =>
      work(await enterOrg(env.core, tx, claims, caller, orgId, route.anyOf)),
    );
  } catch (error) {
    if (error instanceof Problem && error.slug === 'forbidden') {
      await logDenied(env.core, claims, caller, orgId, route.action);
    }
    throw error;
  }
}

export function defineRead<P extends Schema, Q extends Schema>(
  app: FastifyInstance,
  env: Env,
  route: ReadRoute<P, Q>,
): void {
  app.route({
    method: 'GET',
    url: route.url,
    schema: {
      summary: route.summary,
      tags: [...route.tags],
      security: BEARER,
      params: route.params,
      querystring: route.query,
      ...(route.response === undefined ? {} : { response: { 200: route.response } }),
    },
    onRequest: async (request) => {
      request.claims = await authenticate(env, request);
    },
    handler: async (request, reply) => {
      const input = { params: request.params as z.output<P>, query: request.query as z.output<Q> };
      const answer = await inOrg(env, request, request.claims!, route, (context) =>
        route.run(context, input, { request, reply }),
      );
      return reply.sent ? reply : answer;
    },
  });
}

/** Compares If-Match, when sent, with the thing's version. Throws Problem version-mismatch. */
function expectVersion(header: string | undefined): (version: number) => void {
  return (version) => {
    if (header !== undefined && header !== '*' && header !== `"${version}"`) {
      throw new Problem('version-mismatch', `The present version is ${version}.`);
    }
  };
}

function send(reply: FastifyReply, answer: StoredAnswer, replayed: boolean): FastifyReply {
  reply.code(answer.status).headers(answer.headers);
  if (replayed) reply.header('idempotency-replayed', 'true');
  return answer.body === null ? reply.send() : reply.send(JSON.parse(answer.body));
}

export function defineMutation<P extends Schema, B extends Schema>(
  app: FastifyInstance,
  env: Env,
  route: MutationRoute<P, B>,
): void {
  const { core } = env;
  const perform = async (request: FastifyRequest, key: string | null, kept: StoredAnswer | null) =>
    await inOrg(env, request, request.claims!, route, async (context) => {
      if (kept !== null) return kept;
      await lockOrg(context.tx);
      const input = { params: request.params as z.output<P>, body: request.body as z.output<B> };
      const { body, event } = await route.run(context, input, expectVersion(request.headers['if-match']));
      await logRequest(context, { ...event, action: route.action });
      const answer: StoredAnswer = {
        status: route.status,
        headers: body === null ? {} : { etag: `"${body.version}"` },
        body: route.status === 204 || body === null ? null : JSON.stringify(body),
      };
      if (key !== null) await keepAnswer(core, context.tx, key, answer);
      return answer;
    });
  app.route({
    method: route.method,
    url: route.url,
    schema: {
      summary: route.summary,
      tags: [...route.tags],
      security: BEARER,
      params: route.params,
      headers: MutationHeaders,
      ...(route.body === undefined ? {} : { body: route.body }),
      response: { [route.status]: route.response ?? z.null() },
    },
    onRequest: async (request) => {
      request.claims = await authenticate(env, request);
    },
    handler: async (request, reply) => {
      const header = request.headers['idempotency-key'];
      if (typeof header !== 'string') return send(reply, await perform(request, null, null), false);
      const key = idempotencyKey(request.claims!.sub, request.method, request.url, header);
      const kept = await reserve(core, key, request.body);
      try {
        return send(reply, await perform(request, key, kept), kept !== null);
      } catch (error) {
        if (kept === null) await release(core, key);
        throw error;
      }
    },
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by routes that need a token, before anything of the request is read. */
    claims?: Claims;
  }
}
