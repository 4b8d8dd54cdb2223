import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { IngestAnswer, IngestBody } from '../../shared/sla/ingest.ts';
import { invalidField } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { readMetricChanges } from './changes.ts';
import { ingest } from './ingest.ts';

const INGEST_BYTES_MAX = 4 * 1024 * 1024;
const tags = ['metrics'];
const ChangesQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
});

/** The workspace the metrics are of; a caller of one workspace alone need not name it. Throws Problem invalid-request. */
function workspaceFor({ workspaces }: OrgContext, named: string | null): string | null {
  if (workspaces === null) return named;
  const id = named ?? (workspaces.length === 1 ? workspaces[0]! : null);
  if (id === null) throw invalidField('/workspace_id', 'A workspace is needed.');
  if (!workspaces.includes(id)) throw invalidField('/workspace_id', `There is no workspace ${id}.`);
  return id;
}

export function metricRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: '/v1/orgs/:org/metrics/ingest',
    summary: 'Take a batch of requests, minutes or checks of a service; a batch is taken once',
    tags,
    action: 'metric.ingest',
    params: OrgParams,
    body: IngestBody,
    bodyLimit: INGEST_BYTES_MAX,
    status: 200,
    response: IngestAnswer,
    run: async (context, { body }) => {
      const workspace_id = workspaceFor(context, body.workspace_id);
      const answer = await ingest(context.core, context.tx, context.orgId, { ...body, workspace_id });
      const { source, batch, service, samples, buckets = [], checks = [] } = body;
      const detail = {
        source,
        batch,
        samples: samples?.at.length ?? 0,
        buckets: buckets.length,
        checks: checks.length,
        ...answer,
      };
      const target = { type: 'metric_series', id: service };
      return { body: answer, event: { workspace: workspace_id, target, disclosures: { detail } } };
    },
  });
  defineRead(app, env, {
    url: '/v1/orgs/:org/metrics/changes',
    summary: 'Stream of metrics as NDJSON, in version order; the last line is {next, more}',
    tags: ['sync'],
    action: 'metric.list',
    params: OrgParams,
    query: ChangesQuery,
    run: async ({ tx }, { query }, { reply }) => {
      const lines = await readMetricChanges(tx, query.after, query.limit);
      reply.type('application/x-ndjson').header('cache-control', 'no-store');
      return `${lines.join('\n')}\n`;
    },
  });
}
