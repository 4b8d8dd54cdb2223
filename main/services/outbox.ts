/** Changes asked for here: kept in the mirror, sent when the platform can be reached, decided by a person where they clash. */
import { v7 } from 'uuid';
import type { Command } from '../../shared/commands/index.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { findConnectionOf } from './connectionNotes.ts';
import type { Context } from './context.ts';
import { entryOf, outboxViews } from './outboxViews.ts';
import { refuseByRights } from './rights.ts';
import type { Sender } from './sender.ts';

/** How long an answer waits for the platform's; the change goes on being sent meanwhile. */
const ANSWER_MS_MAX = 10_000;

type Handlers = {
  readonly [N in
    | 'outbox.list'
    | 'outbox.add'
    | 'outbox.edit'
    | 'outbox.revoke'
    | 'outbox.send'
    | 'outbox.change'
    | 'outbox.conflict'
    | 'outbox.resolve']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

export function outboxHandlers(context: Context, sender: Sender): Handlers {
  const { log, ports, jobs } = context;
  const mirrorOf = (orgId: string) => context.opened().mirrors.get(orgId);

  async function refuse(orgId: string, commands: readonly Command[]): Promise<void> {
    const connection = await findConnectionOf(context, orgId);
    if (connection !== null) await refuseByRights(await mirrorOf(orgId), orgId, connection.userEmail, commands);
  }

  /** Sends at once where that is possible; a slow platform is not waited for long. */
  async function sendNow(orgId: string): Promise<void> {
    const jobId = await sender.offer(orgId);
    if (jobId === null) return;
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ANSWER_MS_MAX);
      timer.unref();
    });
    await Promise.race([jobs.ended(jobId), enough]).finally(() => clearTimeout(timer));
  }

  /** What is left of these entries after an attempt to send them. */
  async function left(orgId: string, ids: ReadonlySet<string>): Promise<OutboxEntry[]> {
    await sendNow(orgId);
    const rows = await (await mirrorOf(orgId)).reader.outbox();
    return rows.filter(({ id }) => ids.has(id)).map(entryOf);
  }

  async function add({ orgId, commands, anyway }: HandlerInput<'outbox.add'>): Promise<Output<'outbox.add'>> {
    const { writer } = await mirrorOf(orgId);
    if (!anyway) await refuse(orgId, commands);
    const changes = commands.map((command) => ({ id: v7(), command }));
    const rows = await writer.outboxAdd(orgId, changes, ports.clock.now());
    for (const { id, command } of rows) log.info('outbox add', { orgId, id, command: command.type });
    const entries = await left(orgId, new Set(rows.map(({ id }) => id)));
    const waiting = entries.filter(({ state }) => state === 'waiting' || state === 'sending').length;
    return { entries, sent: rows.length - entries.length, waiting };
  }

  async function edit({ orgId, id, command }: HandlerInput<'outbox.edit'>): Promise<OutboxEntry> {
    const { writer } = await mirrorOf(orgId);
    const row = await writer.outboxEdit(orgId, id, command, v7());
    log.info('outbox edit', { orgId, id: row.id, command: command.type });
    const [entry] = await left(orgId, new Set([row.id]));
    return entry ?? entryOf(row);
  }

  async function resolve(input: HandlerInput<'outbox.resolve'>): Promise<Output<'outbox.resolve'>> {
    const { orgId, id, take, fields } = input;
    const { writer } = await mirrorOf(orgId);
    const row = await writer.outboxResolve(id, take, fields, v7());
    log.info(`outbox resolve ${take}`, { orgId, id: row?.id ?? id });
    if (row === null) return { entry: null };
    const [entry] = await left(orgId, new Set([row.id]));
    return { entry: entry ?? null };
  }

  return {
    'outbox.list': async ({ orgId }) => (await (await mirrorOf(orgId)).reader.outbox()).map(entryOf),
    'outbox.add': add,
    'outbox.edit': edit,
    'outbox.revoke': async ({ orgId, id }) => {
      const { command } = await (await mirrorOf(orgId)).writer.outboxRevoke(id);
      log.info('outbox revoke', { orgId, id, command: command.type });
      return { ok: true };
    },
    'outbox.send': sender.start,
    ...outboxViews(mirrorOf),
    'outbox.resolve': resolve,
  };
}
