/** Automated checks: evaluated from the mirror by a thread of their own, as jobs. */
import type { checksProcedures } from '../../shared/contract/checks.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { ChecksThread } from '../compliance/api.ts';
import type { Checks } from '../compliance/checks.ts';
import type { Context } from './context.ts';
import { csvTable } from './csv.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import type { JobHandle } from './jobs.ts';
import { type NewFile, writeNewFile } from './newFile.ts';

type ChecksName = Extract<keyof typeof checksProcedures, string>;
type Handlers = { readonly [N in ChecksName]: (input: HandlerInput<N>) => Promise<Output<N>> };
type Period = HandlerInput<'checks.run'>;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

export function checksHandlers(context: Context, files: Files, checks: Checks): Handlers {
  const { now } = context.ports.clock;
  const open = async (orgId: string): Promise<ChecksThread> =>
    checks.thread(orgId, await context.opened().mirrors.get(orgId));

  /** Works a run out step by step, with progress, until finished or cancelled. */
  async function evaluate(input: Period, { signal, report }: JobHandle): Promise<ChecksThread> {
    report({ phase: 'Preparing', done: 0, total: null, unit: 'events' });
    const thread = await open(input.orgId);
    const asked = { ...input, now: now() };
    try {
      for (;;) {
        signal.throwIfAborted();
        const { finished, ...progress } = await thread.step(asked);
        report(progress);
        if (finished) return thread;
      }
    } catch (error) {
      await thread.drop(input.orgId);
      throw error;
    }
  }

  return {
    'checks.run': async (input) => {
      await context.opened().mirrors.get(input.orgId);
      return context.jobs.start({
        ...{ kind: 'run-checks', orgId: input.orgId, unit: 'checks' },
        title: `Evaluate checks, ${day(input.from)} to ${day(input.to - 1)}`,
        async run(handle) {
          const thread = await evaluate(input, handle);
          const run = await thread.results({ ...input, now: now() });
          if (run === null) throw new AppError('INTERNAL', 'The run was not kept.');
          context.log.info('checks', { orgId: input.orgId, elapsedMs: Math.round(run.elapsedMs), count: run.events });
          return run;
        },
      });
    },
    'checks.results': async (input) => (await open(input.orgId)).results({ ...input, now: now() }),
    'checks.detail': async (input) => (await open(input.orgId)).detail({ ...input, now: now() }),
    'checks.compare': async (input) => (await open(input.orgId)).compare({ ...input, now: now() }),
    'checks.latest': async ({ orgId }) => (await open(orgId)).latest(orgId),
    'checks.trend': async (input) => (await open(input.orgId)).trend(input),
    'checks.csv': async ({ path: chosen, ...input }) => {
      await refuseExportOutside(context, input.orgId);
      const path = files.exportPath(chosen, `${input.orgId}-checks-${day(input.from)}`, '.csv');
      return context.jobs.start({
        ...{ kind: 'export-checks', orgId: input.orgId, title: 'Export checks', unit: 'rows' },
        async run(handle) {
          const asked = { ...input, now: now() };
          let thread = await open(input.orgId);
          if ((await thread.results({ ...asked, ids: null })) === null) {
            thread = await evaluate({ ...input, ids: null }, handle);
          }
          const lines = await thread.table(asked);
          handle.signal.throwIfAborted();
          const fill = (file: NewFile): Promise<void> => file.write(csvTable(lines));
          await context.opened().unfinished.during(path, (draft) => writeNewFile(path, draft, fill));
          const rows = lines.length - 1;
          handle.report({ phase: 'Writing rows', done: rows, total: rows, unit: 'rows' });
          files.wrote(path);
          return { path, rows };
        },
      });
    },
  };
}
