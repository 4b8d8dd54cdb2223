/** A table of a screen as a CSV file. */
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { Context } from './context.ts';
import { csvTable } from './csv.ts';
import type { Files } from './files.ts';
import { writeNewFile } from './newFile.ts';

const ROWS_PER_STEP = 1000;

/** Starts the job that writes the rows. Throws FILE_UNWRITABLE for a path that is not absolute. */
export function saveShownRows(
  context: Context,
  files: Files,
  { name, heads, rows, path: chosen }: HandlerInput<'files.saveRows'>,
): Output<'files.saveRows'> {
  const path = files.exportPath(chosen, name, '.csv');
  return context.jobs.start({
    kind: 'export-rows',
    orgId: null,
    title: `Export rows of ${name}`,
    unit: 'rows',
    async run({ signal, report }) {
      const { bytes } = await writeNewFile(path, async (file) => {
        await file.write(csvTable([heads]));
        for (let at = 0; at < rows.length; at += ROWS_PER_STEP) {
          signal.throwIfAborted();
          report({ phase: 'Writing rows', done: at, total: rows.length, unit: 'rows' });
          await file.write(csvTable(rows.slice(at, at + ROWS_PER_STEP)));
        }
        report({ phase: 'Writing rows', done: rows.length, total: rows.length, unit: 'rows' });
      });
      files.wrote(path);
      return { path, rows: rows.length, bytes };
    },
  });
}
