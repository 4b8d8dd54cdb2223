/** Questions about access, answered offline from the mirror by a thread of its own. */

import type { AccessQuestion } from '../../shared/contract/access.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { Workspace } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { type Access, createAccess } from '../access/access.ts';
import type { AccessThread } from '../access/api.ts';
import type { ConnectionRecord, Mirror } from '../db/api.ts';
import { type Cells, COLUMNS, diffCells, grantCells, replayCells, unusedCells } from './accessCsv.ts';
import { createPrepare, type Prepare, startReplay } from './accessReplay.ts';
import type { Context } from './context.ts';
import { csvTable } from './csv.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import { type NewFile, writeNewFile } from './newFile.ts';
import type { Platforms } from './platforms.ts';

type AccessName = Extract<keyof typeof import('../../shared/contract/access.ts').accessProcedures, string>;
type Answering = Omit<Handlers, 'access.export'>;
type Handlers = { readonly [N in AccessName]: (input: HandlerInput<N>) => Promise<Output<N>> };

const WORKSPACES_MAX = 10_000;
const PAGE = 5_000;
/** Grants of a holder may be 20,000: two holders stay under what one answer lists. */
const UNUSED_PAGE = 2;

interface Page {
  readonly rows: readonly Cells[];
  /** What was asked for next begins here; null at the end. */
  readonly next: number | null;
  readonly total: number;
}

export function accessHandlers(context: Context, files: Files, platforms: Platforms): Handlers {
  const { now } = context.ports.clock;
  const threads = new WeakMap<Mirror, Access>();

  async function open(orgId: string): Promise<{ mirror: Mirror; thread: AccessThread }> {
    const mirror = await context.opened().mirrors.get(orgId);
    let access = threads.get(mirror);
    if (access === undefined) {
      access = createAccess(mirror, now);
      threads.set(mirror, access);
      mirror.onClose(access.close);
    }
    return { mirror, thread: await access.thread() };
  }

  async function connectionOf(orgId: string): Promise<ConnectionRecord | null> {
    const records = await context.opened().db.listConnections();
    return records.find(({ orgs }) => orgs.some((org) => org.orgId === orgId)) ?? null;
  }

  const prepare = createPrepare(async (orgId) => (await open(orgId)).thread, now);

  /** Asks with the present instant; the organization stays here. */
  const ask =
    <I extends { orgId: string }, O>(
      call: (thread: AccessThread, asked: Omit<I, 'orgId'> & { now: number }) => Promise<O>,
    ) =>
    async ({ orgId, ...asked }: I): Promise<O> =>
      call((await open(orgId)).thread, { ...asked, now: now() });

  async function preview({ orgId, command }: HandlerInput<'access.preview'>): Promise<Output<'access.preview'>> {
    const { mirror, thread } = await open(orgId);
    const email = (await connectionOf(orgId))?.userEmail ?? null;
    const { rows } = await mirror.reader.entities('workspace', null, 0, WORKSPACES_MAX);
    const workspaces = new Map(
      rows.flatMap(({ id, data }) => {
        const read = Workspace.safeParse(data);
        return read.success ? [[id, read.data] as const] : [];
      }),
    );
    return thread.preview({ command, email, workspaces, now: now() });
  }

  async function replay({ orgId, ...asked }: HandlerInput<'access.replay'>): Promise<Output<'access.replay'>> {
    const { mirror, thread } = await open(orgId);
    const answer = await thread.replay({ ...asked, now: now() });
    const shown = await mirror.reader.rowsOf(Uint32Array.from(answer.rows, ({ seq }) => seq));
    const rows = answer.rows.map((row, i) => {
      const target = shown[i]?.target ?? null;
      return { ...row, target: target === null ? null : `${target.type}:${target.id}` };
    });
    return { ...answer, rows };
  }

  const handlers: Answering = {
    'access.me': async ({ orgId }) => {
      const { thread } = await open(orgId);
      const connection = await connectionOf(orgId);
      const online = connection !== null && !connection.signedOut && platforms.reach(connection.id) === 'online';
      return { ...(await thread.me(connection?.userEmail ?? null, now())), online };
    },
    'access.catalog': ask((thread, asked) => thread.catalog(asked.now)),
    'access.role': ask<HandlerInput<'access.role'>, Output<'access.role'>>((thread, { id, ...asked }) =>
      thread.role(id, asked.now),
    ),
    'access.preview': preview,
    'access.holders': ask<HandlerInput<'access.holders'>, Output<'access.holders'>>((thread, asked) =>
      thread.holders(asked),
    ),
    'access.who': ask<HandlerInput<'access.who'>, Output<'access.who'>>((thread, asked) => thread.who(asked)),
    'access.effective': ask<HandlerInput<'access.effective'>, Output<'access.effective'>>((thread, asked) =>
      thread.effective(asked),
    ),
    'access.diff': ask<HandlerInput<'access.diff'>, Output<'access.diff'>>((thread, asked) => thread.diff(asked)),
    'access.replay': replay,
    'access.prepareReplay': (input) => startReplay(context, prepare, input),
    'access.unused': ask<HandlerInput<'access.unused'>, Output<'access.unused'>>((thread, asked) =>
      thread.unused(asked),
    ),
  };
  return { ...handlers, 'access.export': (input) => exportAnswer(context, files, handlers, prepare, input) };
}

/** One page of an answer as rows of its table. */
async function pageOf(handlers: Answering, orgId: string, asked: AccessQuestion, offset: number): Promise<Page> {
  const page = { orgId, offset, limit: asked.question === 'unused' ? UNUSED_PAGE : PAGE };
  const made = (rows: readonly Cells[], total: number): Page => {
    const next = offset + page.limit;
    return { rows, total, next: next < total ? next : null };
  };
  switch (asked.question) {
    case 'who': {
      const { question: _question, ...rest } = asked;
      const { rows, total } = await handlers['access.who']({ ...rest, ...page });
      return made(
        rows.map(({ holder, ...grant }) => grantCells(holder, asked.permission, grant)),
        total,
      );
    }
    case 'effective': {
      const { holder, grants } = await handlers['access.effective']({ orgId, holder: asked.holder, at: asked.at });
      return {
        rows: grants.map(({ permission, ...grant }) => grantCells(holder, permission, grant)),
        total: grants.length,
        next: null,
      };
    }
    case 'diff': {
      const { rows, total } = await handlers['access.diff']({ from: asked.from, to: asked.to, ...page });
      return made(rows.map(diffCells), total);
    }
    case 'replay': {
      const { question: _question, ...rest } = asked;
      const { rows, total } = await handlers['access.replay']({ ...rest, ...page });
      return made(rows.map(replayCells), total);
    }
    case 'unused': {
      const { rows, total } = await handlers['access.unused']({ from: asked.from, to: asked.to, ...page });
      return made(rows.flatMap(unusedCells), total);
    }
  }
}

async function exportAnswer(
  context: Context,
  files: Files,
  handlers: Answering,
  prepare: Prepare,
  input: HandlerInput<'access.export'>,
): Promise<{ jobId: string }> {
  const { orgId, question } = input;
  const { unfinished } = context.opened();
  await refuseExportOutside(context, orgId);
  const path = files.exportPath(input.path, `${orgId}-access-${question.question}`, '.csv');
  return context.jobs.start({
    kind: 'export-access',
    orgId,
    title: `Export access of ${orgId}`,
    unit: 'rows',
    async run(handle) {
      const { signal, report } = handle;
      if (question.question === 'replay') {
        const { question: _question, ...asked } = question;
        await prepare({ orgId, ...asked }, handle);
      }
      let written = 0;
      const fill = async (file: NewFile): Promise<void> => {
        await file.write(csvTable([COLUMNS[question.question]]));
        let total: number | null = null;
        for (let next: number | null = 0; next !== null; ) {
          signal.throwIfAborted();
          const page: Page = await pageOf(handlers, orgId, question, next);
          total ??= page.total;
          if (page.total !== total)
            throw new AppError('CONFLICT', 'A sync changed the answer while it was written; ask again.');
          await file.write(csvTable(page.rows));
          written += page.rows.length;
          report({ phase: 'Writing rows', done: page.next ?? page.total, total: page.total, unit: 'rows' });
          next = page.next;
        }
      };
      await unfinished.during(path, (draft) => writeNewFile(path, draft, fill));
      files.wrote(path);
      return { path, rows: written };
    },
  });
}
