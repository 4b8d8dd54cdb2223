/** Service levels: what the mirror has, what is judged from it, and what is asked of the platform at once. */
import { z } from 'zod';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { slaProcedures } from '../../shared/contract/sla.ts';
import {
  SlaChannel,
  SlaChannelMade,
  SlaChannelTested,
  SlaDelivery,
  SlaExclusion,
} from '../../shared/entities/index.ts';
import type { Asked, ReportFile, SlaThread } from '../sla/api.ts';
import type { Levels } from '../sla/sla.ts';
import { readJson } from '../sync/session.ts';
import type { Context } from './context.ts';
import type { Files } from './files.ts';
import type { Online } from './online.ts';
import { entitiesOf } from './slaEntities.ts';
import { exportReports, exportTable } from './slaExports.ts';

export type SlaName = Extract<keyof typeof slaProcedures, string>;
export type SlaHandlers = { readonly [N in SlaName]: (input: HandlerInput<N>) => Promise<Output<N>> };
type OnlineName = 'sla.createChannel' | 'sla.testChannel' | 'sla.deliveries';

const Deliveries = z.object({ items: z.array(SlaDelivery).max(1_000) });

const at = (id: string, rest = ''): string => `/sla-channels/${encodeURIComponent(id)}${rest}`;
const instant = (text: string | null): number | null => (text === null ? null : Date.parse(text));

function onlineHandlers(context: Context, online: Online): Pick<SlaHandlers, OnlineName> {
  const channelsOf = async (orgId: string) =>
    entitiesOf((await context.opened().mirrors.get(orgId)).reader, 'sla_channel', SlaChannel);
  return {
    // Without an idempotency key: the platform would have to keep the secret to answer a repetition.
    'sla.createChannel': async ({ orgId, input: body }) => {
      const bytes = await online.change(orgId, { method: 'POST', path: '/sla-channels', body });
      const { channel, secret } = readJson(bytes, SlaChannelMade);
      const { writer } = await context.opened().mirrors.get(orgId);
      await writer.adoptEntity('sla_channel', channel.id, channel.version, channel);
      context.log.info('channel made', { orgId, id: channel.id });
      return { channel, secret };
    },
    'sla.testChannel': async ({ orgId, id }) => {
      const bytes = await online.change(orgId, { method: 'POST', path: at(id, '/test'), body: {} });
      const { delivered, detail } = readJson(bytes, SlaChannelTested);
      return { delivered, detail };
    },
    'sla.deliveries': async ({ orgId, id, limit }) => {
      const ids = id === null ? (await channelsOf(orgId)).map((one) => one.id) : [id];
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

type Questions = Exclude<SlaName, OnlineName | 'sla.export' | 'sla.exportReport'>;

/** Questions about service levels, answered from the mirror. */
export function slaQuestions(context: Context, levels: Levels): Pick<SlaHandlers, Questions> {
  const { now } = context.ports.clock;
  const readerOf = async (orgId: string) => (await context.opened().mirrors.get(orgId)).reader;
  const open = async (orgId: string): Promise<SlaThread> =>
    levels.thread(orgId, await context.opened().mirrors.get(orgId));
  /** Asks with the present instant. */
  const ask =
    <N extends Questions>(call: (thread: SlaThread, asked: Asked<N>) => Promise<Output<N>>) =>
    async (input: HandlerInput<N>): Promise<Output<N>> =>
      call(await open(input.orgId), { ...input, now: now() });
  return {
    'sla.list': ask<'sla.list'>((thread, asked) => thread.list(asked)),
    'sla.trend': ask<'sla.trend'>((thread, asked) => thread.trend(asked)),
    'sla.burndown': ask<'sla.burndown'>((thread, asked) => thread.burndown(asked)),
    'sla.days': ask<'sla.days'>((thread, asked) => thread.days(asked)),
    'sla.incidents': ask<'sla.incidents'>((thread, asked) => thread.incidents(asked)),
    'sla.months': ask<'sla.months'>((thread, asked) => thread.months(asked)),
    'sla.whatIf': ask<'sla.whatIf'>((thread, asked) => thread.whatIf(asked)),
    'sla.report': ask<'sla.report'>((thread, asked) => thread.report(asked)),
    'sla.services': async ({ orgId }) => (await open(orgId)).services(orgId),
    'sla.exclusions': async ({ orgId, id }) => {
      const all = await entitiesOf(await readerOf(orgId), 'sla_exclusion', SlaExclusion);
      const of = all.filter(({ sla_id }) => id === null || sla_id === null || sla_id === id);
      return of.sort((a, b) => Date.parse(b.from) - Date.parse(a.from) || (a.id < b.id ? -1 : 1));
    },
    'sla.channels': async ({ orgId }) => entitiesOf(await readerOf(orgId), 'sla_channel', SlaChannel),
  };
}

/** Reports of every SLA for the months that lie in a period, as a bundle takes them. */
export async function periodReports(
  context: Context,
  levels: Levels,
  orgId: string,
  from: number,
  to: number,
): Promise<ReportFile[]> {
  const thread = await levels.thread(orgId, await context.opened().mirrors.get(orgId));
  return thread.reports(orgId, null, from, to, context.ports.clock.now());
}

export function slaHandlers(context: Context, online: Online, files: Files, levels: Levels): SlaHandlers {
  const questions = slaQuestions(context, levels);
  return {
    ...questions,
    ...onlineHandlers(context, online),
    'sla.export': (input) => exportTable(context, files, questions, input),
    'sla.exportReport': (input) => exportReports(context, files, levels, input),
  };
}
