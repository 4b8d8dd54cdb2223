import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  EntityId,
  SlaChannel,
  SlaChannelInput,
  SlaChannelMade,
  SlaChannelPatch,
  SlaChannelTested,
  SlaDelivery,
} from '../../shared/entities/index.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import { readOrganization } from '../orgs/service.ts';
import type { Env } from '../tenancy/context.ts';
import { readChannel, selectChannels } from './book.ts';
import { addChannel, channelStory, removeChannel, updateChannel } from './channels.ts';
import { enqueue, listDeliveries, readDelivery } from './deliveries.ts';
import { testMessage } from './message.ts';
import type { NotifyOptions } from './options.ts';
import type { Sender } from './sender.ts';

const OneParams = OrgParams.extend({ id: EntityId });
const Empty = z.strictObject({}).nullish();
const tags = ['service levels'];
const LIST = '/v1/orgs/:org/sla-channels';
const ONE = `${LIST}/:id`;

function readRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List notification channels, without their secrets',
    tags,
    action: 'sla_channel.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(SlaChannel),
    run: async ({ tx, orgId }, { query }) =>
      page(
        await selectChannels(tx, orgId, 'WHERE id > $1 ORDER BY id LIMIT $2', [
          readCursor(query.cursor),
          query.limit + 1,
        ]),
        query.limit,
      ),
  });
  defineRead(app, env, {
    url: `${ONE}/deliveries`,
    summary: 'The delivery log of a channel, newest first; kept 90 days',
    tags,
    action: 'sla_channel.deliveries',
    params: OneParams,
    query: PageQuery,
    response: pageOf(SlaDelivery),
    run: async ({ tx, orgId }, { params, query }) => {
      const { id } = await readChannel(tx, orgId, params.id);
      return page(await listDeliveries(tx, id, readCursor(query.cursor), query.limit + 1), query.limit);
    },
  });
}

function changeRoutes(app: FastifyInstance, env: Env, options: NotifyOptions): void {
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Create a channel; the answer holds the signing secret of a webhook, which is shown once',
    tags,
    action: 'sla_channel.create',
    params: OrgParams,
    body: SlaChannelInput,
    status: 201,
    response: SlaChannelMade,
    once: true,
    run: async ({ core, tx, orgId }, { body }) => {
      const made = await addChannel(core, tx, orgId, body, options);
      return { body: made, event: channelStory(null, made.channel) };
    },
  });
  defineMutation(app, env, {
    method: 'PATCH',
    url: ONE,
    summary: 'Change a channel; its secret stays',
    tags,
    action: 'sla_channel.update',
    params: OneParams,
    body: SlaChannelPatch,
    status: 200,
    response: SlaChannel,
    run: async ({ core, tx, orgId }, { params, body }, expect) => {
      const before = await readChannel(tx, orgId, params.id);
      expect(before.version);
      const after = await updateChannel(core, tx, before, body, options);
      return { body: after, event: channelStory(before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'DELETE',
    url: ONE,
    summary: 'Remove a channel with its delivery log; what waits is not sent',
    tags,
    action: 'sla_channel.delete',
    params: OneParams,
    status: 204,
    run: async ({ tx, orgId }, { params }, expect) => {
      const before = await readChannel(tx, orgId, params.id);
      expect(before.version);
      await removeChannel(tx, before);
      return { body: null, event: channelStory(before, null) };
    },
  });
}

function testRoute(app: FastifyInstance, env: Env, sender: Sender): void {
  const { core } = env;
  defineMutation(app, env, {
    method: 'POST',
    url: `${ONE}/test`,
    summary: 'Send a test notification, once, and say what came of it',
    tags,
    action: 'sla_channel.test',
    params: OneParams,
    body: Empty,
    status: 200,
    response: SlaChannelTested,
    run: async ({ tx, orgId }, { params }) => {
      const channel = await readChannel(tx, orgId, params.id);
      const { id, name } = await readOrganization(tx);
      const message = testMessage({ id, name }, channel.name, new Date(core.now()).toISOString());
      const delivery_id = await enqueue(tx, channel, message, core.now());
      return {
        body: { delivered: false, detail: '', delivery_id },
        event: { target: { type: 'sla_channel', id: channel.id }, disclosures: { target: { name: channel.name } } },
      };
    },
    after: async (org, body) => {
      const { delivery_id } = body as SlaChannelTested;
      await sender.sendNow(org, delivery_id);
      const delivery = await core.tenant(org, (tx) => readDelivery(tx, delivery_id));
      const detail = delivery === null ? 'The channel was removed.' : delivery.detail || 'It is under way.';
      return { delivered: delivery?.state === 'delivered', detail, delivery_id };
    },
  });
}

/** Notification channels. */
export function channelRoutes(app: FastifyInstance, env: Env, options: NotifyOptions, sender: Sender): void {
  readRoutes(app, env);
  changeRoutes(app, env, options);
  testRoute(app, env, sender);
}
