import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { defineMutation, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { importRolesIn } from './importRoles.ts';
import { IMPORT_FORMATS } from './parse.ts';

const BODY_BYTES_MAX = 32 * 1024 * 1024;

const Result = z.object({
  version: z.int(),
  roles: z.int(),
  permissions: z.int(),
  unchanged: z.int(),
  notes: z.array(z.string()),
});

export function importRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: '/v1/orgs/:org/roles/import',
    summary: 'Take the roles of another system: Google Cloud IAM (JSON, JSON lines) or Kubernetes RBAC (YAML, JSON)',
    tags: ['roles'],
    action: 'role.import',
    params: OrgParams,
    body: z.strictObject({ format: z.enum(IMPORT_FORMATS), text: z.string().min(1) }),
    bodyLimit: BODY_BYTES_MAX,
    status: 200,
    response: Result,
    run: async ({ core, tx, orgId, book }, { body }) => {
      const { result, events } = await importRolesIn(core, tx, orgId, book.catalog, body.format, body.text);
      const [event, ...parts] = events;
      // Not an entity: its version is the catalog's and no ETag.
      return { body: result, event, parts };
    },
  });
}
