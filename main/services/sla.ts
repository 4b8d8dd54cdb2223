/** Service levels: what the mirror has, what is judged from it, and what is asked of the platform at once. */
import { z } from 'zod';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { slaProcedures } from '../../shared/contract/sla.ts';
import { type EntityKind, SlaChannel, SlaExclusion } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { readJson } from '../sync/session.ts';
import type { Context } from './context.ts';
import type { Online } from './online.ts';

type SlaName = Extract<keyof typeof slaProcedures, string>;
type Handlers = { readonly [N in SlaName]: (input: HandlerInput<N>) => Promise<Output<N>> };
type OnlineName = 'sla.createChannel' | 'sla.testChannel' | 'sla.deliveries';

const ENTITIES_MAX = 10_000;

/** What the platform answers where it made a channel: the secret is in this answer alone. */
const CreatedChannel = z.object({ channel: SlaChannel, secret: z.string().max(512).nullable() });
const Tested = z.object({ delivered: z.boolean(), detail: z.string().max(2_000) });
const Instant = z.iso.datetime();
const Delivery = z.object({
  id: z.string().max(64),
  channel_id: z.string().max(64),
  event: z.string().max(64),
  subject: z.string().max(512),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.int().min(0),
  last_attempt_at: Instant.nullable(),
  next_attempt_at: Instant.nullable(),
  detail: z.string().max(2_000),
  created_at: Instant,
});
const Deliveries = z.object({ items: z.array(Delivery).max(1_000) });

const at = (id: string, rest = ''): string => `/sla-channels/${encodeURIComponent(id)}${rest}`;
const instant = (text: string | null): number | null => (text === null ? null : Date.parse(text));

/** Entities of a kind as last synced; what this console cannot read is of a newer platform and left out. */
async function entitiesOf<T>(context: Context, orgId: string, kind: EntityKind, schema: z.ZodType<T>): Promise<T[]> {
  const { reader } = await context.opened().mirrors.get(orgId);
  const { rows } = await reader.entities(kind, null, 0, ENTITIES_MAX);
  return rows.flatMap(({ data }) => {
    const read = schema.safeParse(data);
    return read.success ? [read.data] : [];
  });
}

function onlineHandlers(context: Context, online: Online): Pick<Handlers, OnlineName> {
  return {
    // Without an idempotency key: the platform would have to keep the secret to answer a repetition.
    'sla.createChannel': async ({ orgId, input: body }) => {
      const bytes = await online.change(orgId, { method: 'POST', path: '/sla-channels', body });
      const { channel, secret } = readJson(bytes, CreatedChannel);
      const { writer } = await context.opened().mirrors.get(orgId);
      await writer.adoptEntity('sla_channel', channel.id, channel.version, channel);
      context.log.info('channel made', { orgId, id: channel.id });
      return { channel, secret };
    },
    'sla.testChannel': async ({ orgId, id }) =>
      readJson(await online.change(orgId, { method: 'POST', path: at(id, '/test'), body: {} }), Tested),
    'sla.deliveries': async ({ orgId, id, limit }) => {
      const ids =
        id === null ? (await entitiesOf(context, orgId, 'sla_channel', SlaChannel)).map((one) => one.id) : [id];
      const pages = await Promise.all(
        ids.map(async (one) => readJson(await online.read(orgId, at(one, `/deliveries?limit=${limit}`)), Deliveries)),
      );
      const all = pages.flatMap(({ items }) => items);
      all.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
      return all.slice(0, limit).map((row) => ({
        id: row.id,
        channelId: row.channel_id,
        event: row.event,
        subject: row.subject,
        state: row.state,
        attempts: row.attempts,
        lastAttemptAt: instant(row.last_attempt_at),
        nextAttemptAt: instant(row.next_attempt_at),
        detail: row.detail,
        createdAt: Date.parse(row.created_at),
      }));
    },
  };
}

export function slaHandlers(context: Context, online: Online): Handlers {
  const unmeasured = async ({ orgId }: { orgId: string }): Promise<never> => {
    await context.opened().mirrors.get(orgId);
    throw new AppError('NOT_FOUND', 'This mirror has no measurements.', { orgId });
  };
  return {
    ...onlineHandlers(context, online),
    'sla.list': unmeasured,
    'sla.trend': unmeasured,
    'sla.burndown': unmeasured,
    'sla.days': unmeasured,
    'sla.incidents': unmeasured,
    'sla.months': unmeasured,
    'sla.whatIf': unmeasured,
    'sla.report': unmeasured,
    'sla.exportReport': unmeasured,
    'sla.export': unmeasured,
    'sla.services': unmeasured,
    'sla.exclusions': async ({ orgId, id }) => {
      const all = await entitiesOf(context, orgId, 'sla_exclusion', SlaExclusion);
      const of = all.filter(({ sla_id }) => id === null || sla_id === null || sla_id === id);
      return of.sort((a, b) => Date.parse(b.from) - Date.parse(a.from) || (a.id < b.id ? -1 : 1));
    },
    'sla.channels': ({ orgId }) => entitiesOf(context, orgId, 'sla_channel', SlaChannel),
  };
}
