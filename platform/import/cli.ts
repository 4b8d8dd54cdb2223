/** `platform import`: log files of other products into an organization's log. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { type CoreOptions, openCore } from '../core.ts';
import { publishCheckpoint } from '../log/checkpoints.ts';
import { FORMATS } from './formats/index.ts';
import { type ImportProgress, type ImportSummary, importFile } from './importFile.ts';

interface ImportFlags {
  readonly org: string;
  readonly again?: boolean;
  readonly rejectFile?: string;
  readonly json?: boolean;
  readonly data?: string;
  readonly publicHost?: string;
}

const PROGRESS_MS = 500;

/** One line that is rewritten on a terminal; a new line each half second elsewhere. */
function progressTo(stream: NodeJS.WriteStream, file: string): (progress: ImportProgress) => void {
  let last = 0;
  const began = performance.now();
  return ({ read, imported, rejected }) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    const rate = Math.round((imported / (now - began)) * 1000).toLocaleString('en-US');
    const line = `${file}: ${read.toLocaleString('en-US')} read, ${rejected.toLocaleString('en-US')} rejected, ${rate}/s`;
    stream.write(stream.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

function describeSummary(summary: ImportSummary): string {
  const { file, read, imported, rejected, formats, refusals, ms } = summary;
  const count = (n: number): string => n.toLocaleString('en-US');
  const of = Object.entries(formats).map(([format, n]) => `${format} ${count(n)}`);
  const head = `${file}: ${count(read)} records read, ${count(imported)} imported${of.length > 0 ? ` (${of.join(', ')})` : ''}, ${count(rejected)} rejected, ${(ms / 1000).toFixed(1)} s`;
  const lines = refusals.map(({ line, index, reason }) => `  ${file}:${line} (record ${index + 1}): ${reason}`);
  const more = rejected - refusals.length;
  if (more > 0) lines.push(`  and ${count(more)} more; --reject-file FILE keeps them all`);
  return [head, ...lines].join('\n');
}

async function runImport(
  format: string,
  files: readonly string[],
  flags: ImportFlags,
  store: CoreOptions,
): Promise<void> {
  const cancel = new AbortController();
  const stop = (): void => cancel.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const core = await openCore(store);
  try {
    const summaries: ImportSummary[] = [];
    for (const file of files) {
      const summary = await importFile(core, flags.org, file, {
        format,
        again: flags.again === true,
        signal: cancel.signal,
        onProgress: progressTo(process.stderr, file),
        ...(flags.rejectFile === undefined ? {} : { rejectFile: flags.rejectFile }),
      });
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      if (flags.json !== true) process.stdout.write(`${describeSummary(summary)}\n`);
      summaries.push(summary);
    }
    await publishCheckpoint(core, flags.org);
    if (flags.json === true) process.stdout.write(`${JSON.stringify(summaries)}\n`);
    if (summaries.every(({ imported }) => imported === 0)) {
      throw new AppError('INPUT_INVALID', 'No record was imported: none is of a known format.');
    }
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await core.close();
  }
}

/** @param storeOf where the store is, from the flags every command shares. */
export function registerImport(program: Command, storeOf: (flags: ImportFlags) => CoreOptions): void {
  program
    .command('import')
    .summary('import log files of other products')
    .description(
      'Imports audit logs of other products: JSON documents, arrays, `{"Records": []}`, JSON lines, plain or gzip. Each original record is kept verbatim. Records that cannot be read are counted and named, never dropped silently.',
    )
    .argument('<format>', `auto (each record recognized by its own marks), ${FORMATS.map(({ id }) => id).join(', ')}`)
    .argument('<files...>', 'files to import, in this order')
    .requiredOption('--org <id>', 'organization whose log takes them')
    .option(
      '--data <dir>',
      'data folder of the embedded database (default: ./platform-data unless DATABASE_URL is set)',
    )
    .option('--again', 'import a file that was imported before')
    .option('--reject-file <file>', 'append every refused record, one JSON object a line')
    .option('--json', 'print the summaries as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  platform import auto trail.json.gz events.jsonl --org northwind --data ./platform-data',
    )
    .action((format: string, files: string[], flags: ImportFlags) => runImport(format, files, flags, storeOf(flags)));
}
