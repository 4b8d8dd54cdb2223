/**
 * SCIM 2.0 (RFC 7643, RFC 7644) for directories that provision members: Users and Groups of one organization under
 * `/scim/v2/orgs/{org}`. Filters, PATCH and schemas are the library's; rules about members are those of every other route.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import SCIMMY from 'scimmy';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { authenticate } from '../auth/credentials.ts';
import { Problem } from '../http/problems.ts';
import { inOrg, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { logRequest } from '../tenancy/events.ts';
import { RESULTS_MAX, type ScimContext } from './context.ts';
import './users.ts';
import './groups.ts';

const TYPE = 'application/scim+json';
const BASE = '/scim/v2';
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const tags = ['scim'];

SCIMMY.Config.set({
  patch: true,
  filter: { supported: true, maxResults: RESULTS_MAX },
  sort: true,
  bulk: false,
  changePassword: false,
  etag: false,
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Service account key',
      description: 'A key of a service account that holds users:manage, as a bearer token.',
    },
  ],
});
SCIMMY.Resources.User.basepath(BASE);
SCIMMY.Resources.Group.basepath(BASE);
SCIMMY.Resources.Schema.basepath(BASE);
SCIMMY.Resources.ResourceType.basepath(BASE);
SCIMMY.Resources.ServiceProviderConfig.basepath(BASE);

const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
const Query = z.object({
  filter: z.string().max(1_000).optional(),
  attributes: z.string().max(1_000).optional(),
  excludedAttributes: z.string().max(1_000).optional(),
  sortBy: z.string().max(100).optional(),
  sortOrder: z.enum(['ascending', 'descending']).optional(),
  startIndex: z.coerce.number().int().min(-1_000_000).max(1_000_000).optional(),
  count: z.coerce
    .number()
    .int()
    .min(-1)
    .max(1_000_000)
    .transform((count) => Math.min(Math.max(count, 0), RESULTS_MAX))
    .optional(),
});

type Kind = typeof SCIMMY.Resources.User | typeof SCIMMY.Resources.Group;

/** Addresses as a directory reaches them: the library knows none of organizations. */
function text(env: Env, orgId: string, body: unknown): string {
  const base = `https://${env.core.instance.publicHost}${BASE}/orgs/${orgId}`;
  return JSON.stringify(body, (key, value: unknown) =>
    (key === 'location' || key === '$ref') && typeof value === 'string' && value.startsWith(`${BASE}/`)
      ? base + value.slice(BASE.length)
      : value,
  );
}

function send(reply: FastifyReply, status: number, body: string | null): FastifyReply {
  reply.code(status).header('cache-control', 'no-store');
  // Sent as it is: the library has formed it.
  return body === null
    ? reply.send()
    : reply
        .type(TYPE)
        .serializer((payload: string) => payload)
        .send(body);
}

function statusOf(error: FastifyError | Error): number {
  if (error instanceof Problem) return error.status;
  if (error instanceof SCIMMY.Types.Error) return Number((error as { status?: number }).status ?? 500);
  if (error instanceof AppError) return error.code === 'NOT_FOUND' ? 404 : error.code === 'CONFLICT' ? 409 : 400;
  const { statusCode } = error as FastifyError;
  return statusCode !== undefined && statusCode < 500 ? statusCode : 500;
}

/** RFC 7644 section 3.12. */
function sendError(reply: FastifyReply, request: FastifyRequest, error: FastifyError | Error): FastifyReply {
  const status = statusOf(error);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  const scimType = error instanceof SCIMMY.Types.Error ? (error as { scimType?: string }).scimType : undefined;
  const detail =
    status >= 500
      ? 'An unexpected fault; nothing was changed.'
      : error instanceof Problem
        ? (error.detail ?? error.message)
        : error.message;
  const headers = error instanceof Problem ? error.headers : {};
  return send(
    reply.headers(headers),
    status,
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType ? { scimType } : status === 400 ? { scimType: 'invalidValue' } : {}),
      detail: detail.slice(0, 500),
    }),
  );
}

interface Work {
  readonly action: string;
  readonly lock: boolean;
  readonly status: number;
  run(context: ScimContext, request: FastifyRequest): Promise<unknown>;
}

/** One SCIM request in one transaction of the tenant, with the events of what it did. */
async function perform(env: Env, request: FastifyRequest, reply: FastifyReply, work: Work): Promise<FastifyReply> {
  const route = { url: '', summary: '', tags, action: work.action, lock: work.lock };
  const { org: orgId } = request.params as z.output<typeof OrgParams>;
  const body = await inOrg(env, request, route, async (org) => {
    const context: ScimContext = { org, events: [], failure: null };
    try {
      const answer = await work.run(context, request);
      if (!work.lock) await logRequest(org, { action: work.action, target: { type: 'organization', id: orgId } });
      for (const event of context.events) await logRequest(org, event);
      if (answer === undefined) return null;
      const body = text(env, orgId, answer);
      const { meta } = JSON.parse(body) as { meta?: { location?: string } };
      if (work.status === 201 && meta?.location !== undefined) reply.header('location', meta.location);
      return body;
    } catch (error) {
      // The fault itself, so that a refusal is logged as one.
      throw context.failure instanceof Problem ? context.failure : error;
    }
  });
  return send(reply, body === null ? 204 : work.status, body);
}

/** Entra ID sends `"False"` for false unless asked otherwise: https://learn.microsoft.com/entra/identity/app-provisioning */
function plainBooleans(body: unknown): unknown {
  const plain = (value: unknown): unknown =>
    value === 'True' || value === 'true' ? true : value === 'False' || value === 'false' ? false : value;
  const inside = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'active' in value
      ? { ...value, active: plain(value.active) }
      : value;
  const { Operations } = body as { Operations?: unknown };
  if (!Array.isArray(Operations)) return body;
  return {
    ...(body as object),
    Operations: (Operations as unknown[]).map((operation) => {
      if (typeof operation !== 'object' || operation === null || !('value' in operation)) return operation;
      const whole = 'path' in operation && operation.path === 'active';
      return { ...operation, value: whole ? plain(operation.value) : inside(operation.value) };
    }),
  };
}

function resourceRoutes(app: FastifyInstance, env: Env, kind: Kind, path: string, verb: string): void {
  const name = path.slice(1, -1).toLowerCase();
  const list = `${BASE}/orgs/:org${path}`;
  const one = `${list}/:id`;
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    request.credentials = await authenticate(env, request);
  };
  const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;
  const params = OrgParams.extend({ id: Id });
  const schema = { tags, security: [{ bearer: [] }] };
  const Body = z.record(z.string(), z.unknown());
  const handler = (work: Work) => (request: FastifyRequest, reply: FastifyReply) => perform(env, request, reply, work);
  // The library tells a parameter that is undefined from one that is not there.
  const query = (request: FastifyRequest): Record<string, string> =>
    Object.fromEntries(
      Object.entries(request.query as Record<string, string>).filter(([, value]) => value !== undefined),
    );
  app.get(list, {
    onRequest,
    schema: { ...schema, summary: `SCIM: list ${name}s`, params: OrgParams, querystring: Query },
    handler: handler({
      action: `${verb}.list`,
      lock: false,
      status: 200,
      run: (context, request) => new kind(undefined, query(request)).read(context),
    }),
  });
  app.post(list, {
    onRequest,
    schema: { ...schema, summary: `SCIM: create a ${name}`, params: OrgParams, body: Body },
    handler: handler({
      action: `${verb}.create`,
      lock: true,
      status: 201,
      run: (context, request) => new kind().write(request.body, context),
    }),
  });
  app.get(one, {
    onRequest,
    schema: {
      ...schema,
      summary: `SCIM: one ${name}`,
      params,
      querystring: Query.pick({ attributes: true, excludedAttributes: true }),
    },
    handler: handler({
      action: `${verb}.read`,
      lock: false,
      status: 200,
      run: (context, request) => new kind(idOf(request), query(request)).read(context),
    }),
  });
  app.put(one, {
    onRequest,
    schema: { ...schema, summary: `SCIM: replace a ${name}`, params, body: Body },
    handler: handler({
      action: `${verb}.update`,
      lock: true,
      status: 200,
      run: (context, request) => new kind(idOf(request)).write(request.body, context),
    }),
  });
  app.patch(one, {
    onRequest,
    schema: { ...schema, summary: `SCIM: change a ${name}`, params, body: Body },
    handler: handler({
      action: `${verb}.update`,
      lock: true,
      status: 200,
      run: (context, request) => new kind(idOf(request)).patch(plainBooleans(request.body) as never, context),
    }),
  });
  app.delete(one, {
    onRequest,
    schema: { ...schema, summary: `SCIM: remove a ${name}`, params },
    handler: handler({
      action: `${verb}.delete`,
      lock: true,
      status: 204,
      run: async (context, request) => await new kind(idOf(request)).dispose(context),
    }),
  });
}

/** What the service can do; the same for every organization, yet told to members only. */
function discoveryRoutes(app: FastifyInstance, env: Env): void {
  for (const [path, read] of [
    ['/ServiceProviderConfig', () => new SCIMMY.Resources.ServiceProviderConfig().read()],
    ['/ResourceTypes', () => new SCIMMY.Resources.ResourceType().read()],
    ['/Schemas', () => new SCIMMY.Resources.Schema().read()],
  ] as const) {
    app.get(`${BASE}/orgs/:org${path}`, {
      onRequest: async (request: FastifyRequest) => {
        request.credentials = await authenticate(env, request);
      },
      schema: { tags, security: [{ bearer: [] }], summary: `SCIM: ${path.slice(1)}`, params: OrgParams },
      handler: async (request, reply) => {
        const { org } = request.params as z.output<typeof OrgParams>;
        const route = { url: '', summary: '', tags, action: 'scim.discover', lock: false };
        return send(reply, 200, text(env, org, await inOrg(env, request, route, async () => await read())));
      },
    });
  }
}

export function scimRoutes(app: FastifyInstance, env: Env): void {
  app.register(async (scope) => {
    const parse = app.getDefaultJsonParser('error', 'error');
    scope.addContentTypeParser(TYPE, { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (request, body, done) => {
      // Directories send the type with a DELETE too, which has no body.
      if (body === '' && request.method === 'DELETE') done(null, undefined);
      else parse(request, body as string, done);
    });
    scope.setErrorHandler((error: FastifyError, request, reply) => sendError(reply, request, error));
    resourceRoutes(scope, env, SCIMMY.Resources.User, '/Users', 'member');
    resourceRoutes(scope, env, SCIMMY.Resources.Group, '/Groups', 'group');
    discoveryRoutes(scope, env);
  });
}
