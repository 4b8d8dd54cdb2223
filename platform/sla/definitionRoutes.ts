import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, Sla, SlaExclusion, SlaExclusionInput, SlaInput, SlaPatch } from '../../shared/entities/index.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { readExclusion, readSla, selectExclusions, selectSlas } from './book.ts';
import {
  addExclusion,
  addSla,
  endSla,
  exclusionStory,
  type Made,
  removeExclusion,
  slaStory,
  updateSla,
} from './definitions.ts';

const OneParams = OrgParams.extend({ id: EntityId });
const Empty = z.strictObject({}).nullish();
const tags = ['service levels'];
const SLAS = '/v1/orgs/:org/slas';
const EXCLUSIONS = '/v1/orgs/:org/sla-exclusions';
const PAGE = 'WHERE id > $1 ORDER BY id LIMIT $2';

/** Who asks, and now. */
const made = ({ core, principal }: OrgContext): Made => ({
  at: core.now(),
  by: principal.type === 'user' ? principal.user.id : principal.accountId,
});

function slaReads(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: SLAS,
    summary: 'List service level agreements, the ended ones too',
    tags,
    action: 'sla.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(Sla),
    run: async ({ tx, orgId }, { query }) =>
      page(await selectSlas(tx, orgId, PAGE, [readCursor(query.cursor), query.limit + 1]), query.limit),
  });
  defineRead(app, env, {
    url: `${SLAS}/:id`,
    summary: 'One service level agreement with its revisions',
    tags,
    action: 'sla.read',
    params: OneParams,
    query: z.strictObject({}),
    response: Sla,
    run: async ({ tx, orgId }, { params }, { reply }) => {
      const sla = await readSla(tx, orgId, params.id);
      reply.header('etag', `"${sla.version}"`);
      return sla;
    },
  });
}

function slaChanges(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: SLAS,
    summary: 'Create a service level agreement; it holds from now on',
    tags,
    action: 'sla.create',
    params: OrgParams,
    body: SlaInput,
    status: 201,
    response: Sla,
    run: async (context, { body }) => {
      const after = await addSla(context.tx, context.orgId, body, made(context));
      return { body: after, event: slaStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: `${SLAS}/:id`,
    summary: 'Change name or description; other terms make a revision that holds from the next local month',
    tags,
    action: 'sla.update',
    params: OneParams,
    body: SlaPatch,
    status: 200,
    response: Sla,
    run: async (context, { params, body }, expect) => {
      const before = await readSla(context.tx, context.orgId, params.id);
      expect(before.version);
      const after = await updateSla(context.tx, before, body, made(context));
      return { body: after, event: slaStory(before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: `${SLAS}/:id/end`,
    summary: 'End a service level agreement for good; its reports stay',
    tags,
    action: 'sla.end',
    params: OneParams,
    body: Empty,
    status: 200,
    response: Sla,
    run: async ({ core, tx, orgId }, { params }, expect) => {
      const before = await readSla(tx, orgId, params.id);
      expect(before.version);
      const after = await endSla(tx, before, core.now());
      return { body: after, event: slaStory(before, after) };
    },
  });
}

function exclusionRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: EXCLUSIONS,
    summary: 'List exclusions: maintenance that counts for nothing',
    tags,
    action: 'sla_exclusion.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(SlaExclusion),
    run: async ({ tx, orgId }, { query }) =>
      page(await selectExclusions(tx, orgId, PAGE, [readCursor(query.cursor), query.limit + 1]), query.limit),
  });
  defineMutation(app, env, {
    method: 'POST',
    url: EXCLUSIONS,
    summary: 'Announce maintenance, or correct the past; every report of that time names it with its reason',
    tags,
    action: 'sla_exclusion.create',
    params: OrgParams,
    body: SlaExclusionInput,
    status: 201,
    response: SlaExclusion,
    run: async (context, { body }) => {
      const after = await addExclusion(context.tx, context.orgId, body, made(context));
      return { body: after, event: exclusionStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: `${EXCLUSIONS}/:id`,
    summary: 'Take back an exclusion that has not begun',
    tags,
    action: 'sla_exclusion.delete',
    params: OneParams,
    status: 204,
    run: async ({ core, tx, orgId }, { params }, expect) => {
      const before = await readExclusion(tx, orgId, params.id);
      expect(before.version);
      await removeExclusion(tx, before, core.now());
      return { body: null, event: exclusionStory(before, null) };
    },
  });
}

/** SLAs and exclusions. */
export function definitionRoutes(app: FastifyInstance, env: Env): void {
  slaReads(app, env);
  slaChanges(app, env);
  exclusionRoutes(app, env);
}
