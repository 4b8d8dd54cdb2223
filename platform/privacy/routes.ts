/** Routes of requests of data subjects: what an erasure would do, the erasure, the access export. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ErasurePlan, KEEPS } from '../../shared/compliance/erasure.ts';
import { DataRequest, Text } from '../../shared/entities/index.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { logOnce } from '../tenancy/events.ts';
import { erase } from './erase.ts';
import { exportPage } from './export.ts';
import { planErasure, requestOf, sizeOf } from './scan.ts';

const tags = ['privacy'];
const ONE = '/v1/orgs/:org/data-requests/:id';
const OneParams = OrgParams.extend({ id: z.string().min(1).max(120) });
const After = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);

/** A read, not a mutation with a switch: it changes nothing, takes no lock, and nobody erases by leaving a switch out. */
function planRoute(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: `${ONE}/erasure`,
    summary: 'What an erasure for this request would take, and what holds and law keep; nothing is erased',
    tags,
    action: 'privacy.plan',
    params: OneParams,
    query: z.strictObject({ keep: z.enum(KEEPS).default('floor') }),
    response: ErasurePlan,
    run: async (context, { params, query }) => {
      const { user_id } = await requestOf(context.tx, params.id);
      return (await planErasure(context, user_id, query.keep, await sizeOf(context.tx))).plan;
    },
  });
}

function eraseRoute(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: `${ONE}/erase`,
    summary: 'Erase what the plan with this digest names: disclosures of the log, and what else is live',
    tags,
    action: 'privacy.erase',
    params: OneParams,
    body: z.strictObject({
      keep: z.enum(KEEPS),
      /** Of the plan that was shown. */
      to: z.int().min(0),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      reason: Text(2_000),
    }),
    status: 200,
    response: z.object({ id: z.string(), version: z.int(), request: DataRequest, plan: ErasurePlan }),
    run: async (context, { params, body }, expect) => {
      const before = await requestOf(context.tx, params.id);
      expect(before.version);
      const { record, plan, events } = await erase(context, params.id, body, await sizeOf(context.tx));
      const [event, ...parts] = events;
      return { body: { id: record.id, version: record.version, request: record, plan }, event: event!, parts };
    },
  });
}

function exportRoute(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: `${ONE}/export`,
    summary: 'All personal data of the person as NDJSON, page by page; the last line is {line: "end", next, more}',
    tags,
    action: 'privacy.export',
    params: OneParams,
    query: z.strictObject({ after: After }),
    run: async (context, { params, query }, { reply }) => {
      const { core, tx } = context;
      const request = await requestOf(tx, params.id);
      const [organization] = await tx.query<{ name: string }>('SELECT name FROM organization');
      const text = await exportPage(tx, organization?.name ?? '', request, query.after, core.now());
      await logOnce(context, `privacy.export ${params.id}`, {
        action: 'privacy.export',
        target: { type: 'data_request', id: params.id },
      });
      reply.type('application/x-ndjson').header('cache-control', 'no-store');
      return text;
    },
  });
}

export function privacyRoutes(app: FastifyInstance, env: Env): void {
  planRoute(app, env);
  eraseRoute(app, env);
  exportRoute(app, env);
}
