/**
 * The Mission Control enterprise API.
 *
 *   const platform = await createPlatform({ dataDir });
 *   await platform.app.listen({ host: '127.0.0.1', port });
 *   await platform.close();
 */
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { v7 } from 'uuid';
import { z } from 'zod';
import { openKeys } from './accounts/entry.ts';
import { accountRoutes } from './accounts/routes.ts';
import { authRoutes } from './auth/routes.ts';
import { openTokens } from './auth/tokens.ts';
import { startBlobKeeper } from './compliance/blobKeeper.ts';
import { blobRoutes } from './compliance/blobRoutes.ts';
import { type ChecksParts, openChecks, startChecksKeeper } from './compliance/checks/keeper.ts';
import { checkRoutes } from './compliance/checks/routes.ts';
import { retentionRoutes } from './compliance/retentionRoutes.ts';
import { complianceRoutes } from './compliance/routes.ts';
import { startSafeguards } from './compliance/safeguards.ts';
import { type Core, type CoreOptions, openCore } from './core.ts';
import type { Database } from './db/database.ts';
import { feedRoutes } from './feed/routes.ts';
import { type Hosting, hostingFromEnv } from './hosting.ts';
import { installProblems, Problem } from './http/problems.ts';
import { startKeeper } from './log/keeper.ts';
import { logRoutes } from './log/routes.ts';
import { memberRoutes } from './members/routes.ts';
import { startMetricKeeper } from './metrics/keeper.ts';
import { OwnTraffic } from './metrics/own.ts';
import { metricRoutes } from './metrics/routes.ts';
import { organizationRoutes } from './orgs/routes.ts';
import { privacyRoutes } from './privacy/routes.ts';
import { reviewRoutes } from './reviews/routes.ts';
import { roleRoutes } from './roles/routes.ts';
import { scimRoutes } from './scim/routes.ts';
import { closeSla, openSla, type SlaParts, startSlaKeeper } from './sla/keeper.ts';
import { type Smtp, smtpFromEnv } from './sla/options.ts';
import { slaRoutes } from './sla/routes.ts';
import { ssoRoutes } from './sso/routes.ts';
import type { Env } from './tenancy/context.ts';
import { PURGE_MS } from './threads/logs.ts';
import { threadRoutes } from './threads/routes.ts';
import { workspaceRoutes } from './workspaces/routes.ts';

export const VERSION = '0.1.0';
const BODY_BYTES_MAX = 64 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
const REQUEST_MS_MAX = 30_000;

export interface PlatformOptions extends CoreOptions {
  /** A store that is open already; closed with the platform. */
  readonly core?: Core;
  /** A checkpoint is signed at most this often while events come; default 10 s. */
  readonly checkpointMsMin?: number;
  /** Heartbeat events while serving; default 10 min. */
  readonly heartbeatMs?: number;
  /** Lets sign-in providers be on this machine and without TLS: for trials and tests; default false. */
  readonly ssoLoopback?: boolean;
  /** Lets webhooks go to this machine and without TLS: for trials and tests; default false. */
  readonly webhookLoopback?: boolean;
  /** How the platform is run; default: what the environment says. */
  readonly hosting?: Hosting;
  /** Server that takes e-mail; default: the one of the environment, null where there is none. */
  readonly smtp?: Smtp | null;
  /** Automated checks are looked at, and evaluated on a change, so often; default each minute, and every 5 min. */
  readonly checksMs?: number;
  /** Purges of thread logs past their retention while serving; default a quarter of an hour. */
  readonly purgeMs?: number;
  /** Log of requests; default: none. */
  readonly logger?: FastifyServerOptions['logger'];
}

export interface Platform {
  readonly app: FastifyInstance;
  readonly core: Core;
  readonly db: Database;
  /** Judging and sending of service levels: the keeper's, once it listens; before, whoever holds this runs rounds by hand. */
  readonly sla: SlaParts;
  /** Evaluation of automated checks, likewise. */
  readonly checks: ChecksParts;
  /** Finishes requests under way, then closes the store. */
  close(): Promise<void>;
}

/** What must never reach a log line, wherever it stands. */
export const REDACT = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.totp',
  '*.refresh_token',
  '*.access_token',
  '*.secret',
  '*.client_secret',
  '*.code',
  '*.code_verifier',
  '*.kek',
];

function healthRoutes(app: FastifyInstance, env: Env): void {
  const Status = z.object({ status: z.string() });
  app.get('/healthz', { schema: { summary: 'Alive', tags: ['health'], response: { 200: Status } } }, () => ({
    status: 'ok',
  }));
  app.get(
    '/readyz',
    { schema: { summary: 'Ready: the database answers', tags: ['health'], response: { 200: Status } } },
    async () => {
      try {
        await env.core.db.ping();
      } catch {
        throw new Problem('unavailable', 'The database does not answer.');
      }
      return { status: 'ready' };
    },
  );
  const Meta = z.object({ name: z.string(), version: z.string(), time: z.string() });
  app.get(
    '/v1/meta',
    { schema: { summary: 'Name, version and clock', tags: ['health'], response: { 200: Meta } } },
    () => ({
      name: 'Mission Control',
      version: VERSION,
      time: new Date(env.core.now()).toISOString(),
    }),
  );
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()));
}

/** What routes need besides. */
interface Parts {
  readonly sla: SlaParts;
  readonly checks: ChecksParts;
  readonly own: OwnTraffic;
}

/** The API's server without its routes: limits, schemas, headers, problems. The bench puts a route on one that asks nobody. */
export async function openServer({ logger = false }: Pick<PlatformOptions, 'logger'> = {}): Promise<FastifyInstance> {
  const app = Fastify({
    logger,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    connectionTimeout: 2 * REQUEST_MS_MAX,
    routerOptions: { maxParamLength: 200 },
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    forceCloseConnections: 'idle',
    // Ours, never the caller's: it joins event, access log and error.
    requestIdHeader: false,
    genReqId: () => v7(),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installProblems(app);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.credentials?.kind === 'key') reply.headers(request.credentials.headers);
  });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mission Control enterprise API',
        version: VERSION,
        description:
          'Errors are RFC 9457 problem details. Mutations of an organization take Idempotency-Key and If-Match. A bearer is a token or a key of a service account.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: jsonSchemaTransform,
  });
  return app;
}

async function build(env: Env, parts: Parts, options: PlatformOptions): Promise<FastifyInstance> {
  const app = await openServer(options);
  parts.own.watch(app);
  await app.register(async (scope) => {
    healthRoutes(scope, env);
    authRoutes(scope, env);
    organizationRoutes(scope, env);
    workspaceRoutes(scope, env);
    memberRoutes(scope, env);
    ssoRoutes(scope, env);
    scimRoutes(scope, env);
    accountRoutes(scope, env);
    reviewRoutes(scope, env);
    roleRoutes(scope, env);
    threadRoutes(scope, env);
    slaRoutes(scope, env, parts.sla);
    metricRoutes(scope, env);
    complianceRoutes(scope, env);
    checkRoutes(scope, env, parts.checks);
    privacyRoutes(scope, env);
    retentionRoutes(scope, env);
    await scope.register(async (inner) => blobRoutes(inner, env));
    feedRoutes(scope, env);
    logRoutes(scope, env);
  });
  return app;
}

/** Opens the store, migrates it and builds the API. Throws what `openCore` throws. */
export async function createPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const core = options.core ?? (await openCore(options));
  try {
    const hosting = options.hosting ?? hostingFromEnv(process.env);
    const env: Env = {
      core,
      tokens: await openTokens(core),
      checkpointMsMin: options.checkpointMsMin ?? 10_000,
      keys: openKeys(core),
      ssoLoopback: options.ssoLoopback ?? false,
      hosting,
    };
    const smtp = options.smtp === undefined ? smtpFromEnv(process.env) : options.smtp;
    const slaFault = (error: unknown): void => app.log.error({ err: error }, 'keeping service levels failed');
    const sla = openSla(core, { loopback: options.webhookLoopback ?? false, smtp }, slaFault);
    const own = new OwnTraffic(core);
    const checks = openChecks(core, (orgId, at) => sla.sender.expect(orgId, at));
    const app = await build(env, { sla, checks, own }, options);
    let stopKeeper: () => Promise<void> = async () => undefined;
    let stopMetrics: () => Promise<void> = async () => undefined;
    let stopSafeguards: () => Promise<void> = async () => undefined;
    let stopSla: () => Promise<void> = async () => undefined;
    let stopChecks: () => Promise<void> = async () => undefined;
    let stopBlobs: () => Promise<void> = async () => undefined;
    app.addHook('onListen', () => {
      stopKeeper = startKeeper(core, {
        checkpointMs: env.checkpointMsMin,
        heartbeatMs: options.heartbeatMs ?? 600_000,
        purgeMs: options.purgeMs ?? PURGE_MS,
        onError: (error) => app.log.error({ err: error }, 'keeping the logs failed'),
      });
    });
    app.addHook('onListen', () => {
      stopMetrics = startMetricKeeper(core, own, {
        purgeMs: options.purgeMs ?? PURGE_MS,
        onError: (error) => app.log.error({ err: error }, 'keeping metrics failed'),
      });
    });
    app.addHook('onListen', () => {
      stopSafeguards = startSafeguards(core, hosting, (error) =>
        app.log.error({ err: error }, 'keeping safeguards failed'),
      );
    });
    app.addHook('onListen', () => {
      stopSla = startSlaKeeper(core, sla, slaFault);
    });
    app.addHook('onListen', () => {
      const fault = (error: unknown): void => app.log.error({ err: error }, 'evaluating checks failed');
      stopChecks = startChecksKeeper(core, checks, fault, options.checksMs);
    });
    app.addHook('onListen', () => {
      stopBlobs = startBlobKeeper(core, (error) => app.log.error({ err: error }, 'keeping files failed'));
    });
    app.addHook('onClose', async () => {
      await stopBlobs();
      await stopChecks();
      await checks.evaluator.close();
      await stopKeeper();
      await stopSafeguards();
      await stopSla();
      await stopMetrics();
      await closeSla(sla);
      await core.close();
    });
    await app.ready();
    return { app, core, db: core.db, sla, checks, close: () => app.close() };
  } catch (error) {
    await core.close();
    throw error;
  }
}
