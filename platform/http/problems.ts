/** RFC 9457 problem details: the one form of every refusal. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, type ErrorCode } from '../../shared/errors.ts';

export const PROBLEM_BASE = 'https://missioncontrol.invalid/problems/';

const PROBLEMS = {
  'invalid-request': [400, 'The request does not match the interface.'],
  unauthenticated: [401, 'A valid access token is needed.'],
  'login-failed': [401, 'E-mail, password or code is wrong.'],
  'mfa-required': [401, 'A one-time code is needed.'],
  'sso-failed': [400, 'The sign-in did not succeed.'],
  'sso-unavailable': [404, 'There is no such organization with single sign-on.'],
  'provider-unreachable': [502, 'The sign-in provider cannot be used.'],
  'refresh-failed': [401, 'The refresh token is not valid.'],
  'refresh-reused': [401, 'The refresh token was used before; the session is ended.'],
  forbidden: [403, 'Not allowed.'],
  'not-found': [404, 'There is no such thing here.'],
  pruned: [410, 'This was pruned from the log.'],
  conflict: [409, 'The request conflicts with the present state.'],
  'limit-reached': [409, 'A limit is reached.'],
  residency: [409, 'The data may not be kept here.'],
  'insecure-transport': [403, 'Encryption in transit is required.'],
  'request-in-flight': [409, 'A request with this idempotency key is under way.'],
  'version-mismatch': [412, 'The thing was changed meanwhile.'],
  'too-large': [413, 'The request is too large.'],
  'unsupported-media-type': [415, 'The media type is not supported.'],
  'idempotency-mismatch': [422, 'The idempotency key was used with another request.'],
  'too-many-attempts': [429, 'Too many failed attempts.'],
  'rate-limited': [429, 'The rate limit is reached.'],
  internal: [500, 'An unexpected fault; nothing was changed.'],
  unavailable: [503, 'Not ready.'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemSlug = keyof typeof PROBLEMS;

export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

export interface ProblemExtras {
  /** Another status than the slug's own. */
  readonly status?: number;
  /** Fields of the body that are wrong: `path` as a JSON pointer. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** Figures that belong to the slug. */
  readonly details?: Readonly<Record<string, string | number>>;
  /** The refusal stands in the log though it is none of rights: what it is about. */
  readonly audit?: { readonly type: string; readonly id: string };
}

/** Thrown by routes; the error handler writes it. `detail` is shown to the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly slug: ProblemSlug;
  readonly status: number;
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly extras: ProblemExtras;

  constructor(
    slug: ProblemSlug,
    detail?: string,
    headers: Readonly<Record<string, string>> = {},
    extras: ProblemExtras = {},
  ) {
    super(PROBLEMS[slug][1]);
    this.slug = slug;
    this.status = extras.status ?? PROBLEMS[slug][0];
    this.detail = detail;
    this.headers = headers;
    this.extras = extras;
  }
}

/** A field of the body that the schema could not know to be wrong. */
export function invalidField(path: string, message: string): Problem {
  return new Problem('invalid-request', message, {}, { errors: [{ path, message }] });
}

const BY_CODE: Partial<Record<ErrorCode, ProblemSlug>> = {
  INPUT_INVALID: 'invalid-request',
  NOT_FOUND: 'not-found',
  CONFLICT: 'conflict',
  PLATFORM_UNREACHABLE: 'provider-unreachable',
};
const BY_STATUS: Readonly<Record<number, ProblemSlug>> = {
  400: 'invalid-request',
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-media-type',
};

type FieldErrors = NonNullable<ProblemExtras['errors']>;

function fieldErrors(error: FastifyError): FieldErrors | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  return error.validation
    .slice(0, 20)
    .map((issue) => ({ path: issue.instancePath.slice(0, 200), message: (issue.message ?? 'invalid').slice(0, 200) }));
}

function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AppError) {
    const slug = BY_CODE[error.code];
    return slug === undefined ? new Problem('internal') : new Problem(slug, error.message);
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  const slug = status === undefined ? undefined : BY_STATUS[status];
  return new Problem(slug ?? (status !== undefined && status < 500 ? 'invalid-request' : 'internal'));
}

function send(reply: FastifyReply, request: FastifyRequest, problem: Problem, fields?: FieldErrors): FastifyReply {
  const errors = problem.extras.errors ?? fields;
  const { details } = problem.extras;
  const body: z.infer<typeof ProblemBody> = {
    type: PROBLEM_BASE + problem.slug,
    title: problem.message,
    status: problem.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    instance: `urn:request:${request.id}`,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(details === undefined ? {} : { details }),
  };
  // What a route had set for an answer that came to nothing.
  for (const name of ['etag', 'vary', 'content-encoding']) reply.removeHeader(name);
  // Sent as bytes: the route's response schemas describe successes.
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((payload: string) => payload)
    .send(JSON.stringify(body));
}

/** Every error and every unknown path answers a problem; an unexpected one is logged whole and shown as nothing. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
    return send(reply, request, problem, fieldErrors(error));
  });
  app.setNotFoundHandler((request, reply) => send(reply, request, new Problem('not-found')));
}
