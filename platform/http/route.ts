/**
 * The two shapes of a tenant route. A read runs in one transaction under the tenant's role; a mutation besides takes the
 * organization's lock, writes exactly one event and keeps its answer under the idempotency key, all in that transaction.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OrgId } from '../../shared/entities/index.ts';
import { logEndedKey } from '../accounts/refusals.ts';
import { authenticate, type Credentials, callerKey } from '../auth/credentials.ts';
import { refuseOutside } from '../compliance/enforcement.ts';
import type { Tx } from '../db/database.ts';
import { callerOf, type Env, enterOrg, type OrgContext } from '../tenancy/context.ts';
import { type Happening, logRequest } from '../tenancy/events.ts';
import { logDenied } from '../tenancy/refusals.ts';
import { idempotencyKey, keepAnswer, release, reserve, type StoredAnswer } from './idempotency.ts';
import { Problem } from './problems.ts';

export const OrgParams = z.object({ org: OrgId });
export const BEARER = [{ bearer: [] }];
const MutationHeaders = z.object({
  'idempotency-key': z.string().min(1).max(255).optional(),
  'if-match': z.string().max(80).optional(),
});

const SHOWN_ONCE = 'Done before under this idempotency key; the answer held a secret, which is shown once.';

type Schema = z.ZodType;

interface RouteBase {
  readonly url: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** Verb under which success or refusal is logged; what it demands stands in shared/rbac/actions.ts. */
  readonly action: string;
  /** Bytes of a body; default the server's. */
  readonly bodyLimit?: number;
}

export interface ReadRoute<P extends Schema, Q extends Schema> extends RouteBase {
  readonly params: P;
  readonly query: Q;
  readonly response?: Schema;
  /** Reading this is an event itself: every answer leaves one, about this. */
  readonly sensitive?: (input: { params: z.output<P>; query: z.output<Q> }) => Omit<Happening, 'action'>;
  run(
    context: OrgContext,
    input: { params: z.output<P>; query: z.output<Q> },
    io: { request: FastifyRequest; reply: FastifyReply },
  ): Promise<unknown>;
}

export interface MutationRoute<P extends Schema, B extends Schema> extends RouteBase {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly params: P;
  readonly body?: B;
  readonly status: 200 | 201 | 204;
  readonly response?: Schema;
  /** The answer holds a secret, so it is not kept: a repeat under the same idempotency key is refused with 409. */
  readonly once?: true;
  /** Runs when the change is committed, for a repeat under the same key too; what it gives is answered in place of the body. */
  after?(org: string, body: object): Promise<object>;
  /**
   * Runs under the organization's lock, taken before the caller's rights were read. `expect(version)` compares If-Match with the
   * thing's version. The event's action is the route's unless it names a narrower one.
   */
  run(
    context: OrgContext,
    input: { params: z.output<P>; body: z.output<B> },
    expect: Expect,
  ): Promise<{
    body: object | null;
    event: Omit<Happening, 'action'> & { readonly action?: string };
    /** Events of the parts of a change in bulk, after the one of the whole. */
    parts?: readonly Happening[];
  }>;
}

/** The organization in the path; where there is none, the one of the token or key. Throws Problem forbidden. */
function orgOf({ params, credentials }: FastifyRequest): string {
  const { org } = params as { readonly org?: string };
  const claimed = credentials?.kind === 'key' ? credentials.key.orgId : credentials?.claims.org_id;
  if (org === undefined && claimed === undefined) throw new Problem('forbidden', 'Needs a token for an organization.');
  return (org ?? claimed)!;
}

/** Runs the work in the tenant; a refusal leaves its event behind. */
export async function inOrg<T>(
  env: Env,
  request: FastifyRequest,
  route: RouteBase & { readonly lock: boolean },
  work: (context: OrgContext) => Promise<T>,
): Promise<T> {
  const orgId = orgOf(request);
  const caller = callerOf(request);
  const credentials: Credentials = request.credentials!;
  try {
    return await env.core.db.transaction(async (tx: Tx) => {
      const context = await enterOrg(env, tx, credentials, caller, orgId, route);
      if (route.lock) await refuseOutside(tx, env.hosting, request, route.action);
      return await work(context);
    });
  } catch (error) {
    if (error instanceof Problem && (error.status === 403 || error.extras.audit !== undefined)) {
      await logDenied(env, credentials, caller, orgId, route.action, error.extras.audit);
    }
    if (error instanceof Problem && error.status === 401 && credentials.kind === 'key') {
      await logEndedKey(env.core, credentials.key, caller);
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
      request.credentials = await authenticate(env, request);
    },
    handler: async (request, reply) => {
      const input = { params: request.params as z.output<P>, query: request.query as z.output<Q> };
      // Sent once the transaction has ended: nothing is read of which the event is then lost.
      return await inOrg(env, request, { ...route, lock: false }, async (context) => {
        const read = await route.run(context, input, { request, reply });
        if (route.sensitive) await logRequest(context, { ...route.sensitive(input), action: route.action });
        return read;
      });
    },
  });
}

/** `edited`: the version of the last change that matters to who edits; what only counts on its own does not conflict. */
export type Expect = (version: number, edited?: number) => void;

/** Compares If-Match, when sent, with the thing's version. Throws Problem version-mismatch. */
function expectVersion(header: string | undefined): Expect {
  return (version, edited = version) => {
    if (header === undefined || header === '*') return;
    const wanted = Number(/^"(\d{1,15})"$/.exec(header)?.[1] ?? Number.NaN);
    if (!(wanted >= edited && wanted <= version)) {
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
    await inOrg(env, request, { ...route, lock: kept === null }, async (context) => {
      if (kept !== null && route.once) throw new Problem('conflict', SHOWN_ONCE);
      if (kept !== null) return kept;
      const input = { params: request.params as z.output<P>, body: request.body as z.output<B> };
      const { body, event, parts = [] } = await route.run(context, input, expectVersion(request.headers['if-match']));
      await logRequest(context, { ...event, action: event.action ?? route.action }, ...parts);
      const answer: StoredAnswer = {
        status: route.status,
        headers: body !== null && 'id' in body && 'version' in body ? { etag: `"${String(body.version)}"` } : {},
        body: route.status === 204 || body === null ? null : JSON.stringify(body),
      };
      if (key !== null) await keepAnswer(core, context.tx, key, route.once ? { ...answer, body: null } : answer);
      return answer;
    });
  const finished = async (...asked: Parameters<typeof perform>): Promise<StoredAnswer> => {
    const answer = await perform(...asked);
    if (route.after === undefined || answer.body === null) return answer;
    const body = await route.after(orgOf(asked[0]), JSON.parse(answer.body) as object);
    return { ...answer, body: JSON.stringify(body) };
  };
  app.route({
    method: route.method,
    url: route.url,
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
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
      request.credentials = await authenticate(env, request);
    },
    handler: async (request, reply) => {
      const header = request.headers['idempotency-key'];
      if (typeof header !== 'string') return send(reply, await finished(request, null, null), false);
      const key = idempotencyKey(callerKey(request.credentials!), request.method, request.url, header);
      const kept = await reserve(core, key, request.body);
      try {
        return send(reply, await finished(request, key, kept), kept !== null);
      } catch (error) {
        if (kept === null) await release(core, key);
        throw error;
      }
    },
  });
}
