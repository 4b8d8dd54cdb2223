import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { defineRead, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { readChanges } from './feed.ts';

const ChangesQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});

export function feedRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: '/v1/orgs/:org/changes',
    summary: 'Change feed as NDJSON, in version order; the last line is {next, more}',
    tags: ['sync'],
    action: 'change.list',
    params: OrgParams,
    query: ChangesQuery,
    run: async ({ tx }, { query }, { reply }) => {
      const { changes, more } = await readChanges(tx, query.after, query.limit);
      const next = changes.at(-1)?.version ?? query.after;
      const lines = [...changes.map((change) => JSON.stringify(change)), JSON.stringify({ next, more })];
      reply.type('application/x-ndjson').header('cache-control', 'no-store');
      return `${lines.join('\n')}\n`;
    },
  });
}
