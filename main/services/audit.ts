/** The audit explorer's questions, and its rows as files. */
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { Context } from './context.ts';
import { csvHeader, csvRows, ndjsonRows } from './csv.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import { type NewFile, writeNewFile } from './newFile.ts';

const ROWS_PER_STEP = 500;

type Handlers = {
  readonly [N in
    | 'audit.query'
    | 'audit.histogram'
    | 'audit.facet'
    | 'audit.locate'
    | 'audit.get'
    | 'audit.prove'
    | 'audit.exportRows']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

export function auditHandlers(context: Context, files: Files): Handlers {
  const reader = async (orgId: string) => (await context.opened().mirrors.get(orgId)).reader;
  return {
    'audit.query': async ({ orgId, filter, sort, direction, offset, limit }) =>
      (await reader(orgId)).query(filter, { sort, direction }, offset, limit),
    'audit.histogram': async ({ orgId, filter, buckets }) => (await reader(orgId)).histogram(filter, buckets),
    'audit.facet': async ({ orgId, filter, field, text, limit }) =>
      (await reader(orgId)).facet(filter, field, text, limit),
    'audit.locate': async ({ orgId, filter, sort, direction, seq }) => ({
      index: await (await reader(orgId)).locate(filter, { sort, direction }, seq),
    }),
    'audit.get': async ({ orgId, seq }) => (await reader(orgId)).get(seq),
    'audit.prove': async ({ orgId, seq }) => (await reader(orgId)).prove(seq),
    'audit.exportRows': async (input) => exportRows(context, files, input),
  };
}

/** Rows as they are when the job starts: later events do not shift pages under it. */
async function exportRows(
  context: Context,
  files: Files,
  input: HandlerInput<'audit.exportRows'>,
): Promise<{ jobId: string }> {
  const { mirrors, unfinished } = context.opened();
  const { reader } = await mirrors.get(input.orgId);
  await refuseExportOutside(context, input.orgId);
  const path = files.exportPath(input.path, `${input.orgId}-audit`, `.${input.format}`);
  return context.jobs.start({
    kind: 'export-rows',
    orgId: input.orgId,
    title: `Export rows of ${input.orgId}`,
    unit: 'events',
    async run({ signal, report }) {
      const seqs = await reader.matching(input.filter, { sort: input.sort, direction: input.direction });
      const toText = input.format === 'csv' ? csvRows : ndjsonRows;
      const fill = async (file: NewFile): Promise<void> => {
        if (input.format === 'csv') await file.write(csvHeader());
        for (let at = 0; at < seqs.length; at += ROWS_PER_STEP) {
          signal.throwIfAborted();
          report({ phase: 'Writing rows', done: at, total: seqs.length, unit: 'events' });
          const details = await reader.getMany([...seqs.subarray(at, at + ROWS_PER_STEP)]);
          await file.write(toText(details.map(({ row }) => row)));
        }
        report({ phase: 'Writing rows', done: seqs.length, total: seqs.length, unit: 'events' });
      };
      const { bytes } = await unfinished.during(path, (draft) => writeNewFile(path, draft, fill));
      files.wrote(path);
      return { path, rows: seqs.length, bytes };
    },
  });
}
