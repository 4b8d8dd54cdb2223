/** A table of a screen as a CSV file. */
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { Context } from './context.ts';
import { csvTable } from './csv.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import { type NewFile, writeNewFile } from './newFile.ts';

const ROWS_PER_STEP = 1000;

/** Starts the job that writes the rows. Throws FILE_UNWRITABLE for a path that is not absolute, RESIDENCY as every export. */
export async function saveShownRows(
  context: Context,
  files: Files,
  { orgId, name, heads, rows, path: chosen }: HandlerInput<'files.saveRows'>,
): Promise<Output<'files.saveRows'>> {
  await refuseExportOutside(context, orgId);
  const { unfinished } = context.opened();
  const path = files.exportPath(chosen, name, '.csv');
  return context.jobs.start({
    kind: 'export-rows',
    orgId,
    title: `Export rows of ${name}`,
    unit: 'rows',
    async run({ signal, report }) {
      const fill = async (file: NewFile): Promise<void> => {
        await file.write(csvTable([heads]));
        for (let at = 0; at < rows.length; at += ROWS_PER_STEP) {
          signal.throwIfAborted();
          report({ phase: 'Writing rows', done: at, total: rows.length, unit: 'rows' });
          await file.write(csvTable(rows.slice(at, at + ROWS_PER_STEP)));
        }
        report({ phase: 'Writing rows', done: rows.length, total: rows.length, unit: 'rows' });
      };
      const { bytes } = await unfinished.during(path, (draft) => writeNewFile(path, draft, fill));
      files.wrote(path);
      return { path, rows: rows.length, bytes };
    },
  });
}
