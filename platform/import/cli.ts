/** `platform import`: log files of other products into an organization's log, or into its metrics. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { type Core, type CoreOptions, openCore } from '../core.ts';
import { publishCheckpoint } from '../log/checkpoints.ts';
import { FORMATS, formatById } from './formats/index.ts';
import { type ImportProgress, type ImportSummary, importFile } from './importFile.ts';
import { METRIC_FORMATS } from './metrics/formats.ts';
import type { MetricImportSummary } from './metrics/importMetrics.ts';
import { describeMetrics, importMetricFile, type MetricFlags, metricFormatOf } from './metrics/run.ts';

interface ImportFlags extends MetricFlags {
  readonly org: string;
  readonly again?: boolean;
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

type Summary = ImportSummary | MetricImportSummary;

const isMetrics = (summary: Summary): summary is MetricImportSummary => 'services' in summary;
const describe = (summary: Summary): string =>
  isMetrics(summary) ? describeMetrics(summary) : describeSummary(summary);

async function importOne(
  core: Core,
  file: string,
  wanted: string,
  flags: ImportFlags,
  signal: AbortSignal,
): Promise<Summary> {
  const common = { signal, onProgress: progressTo(process.stderr, file) };
  const metrics = await metricFormatOf(file, wanted);
  if (metrics !== null) return await importMetricFile(core, flags.org, file, flags, { ...common, format: metrics });
  return await importFile(core, flags.org, file, {
    ...common,
    format: wanted,
    again: flags.again === true,
    ...(flags.rejectFile === undefined ? {} : { rejectFile: flags.rejectFile }),
  });
}

/** A format may be named before the files; without one each file, and each record of an audit log, is recognized. Throws INPUT_INVALID. */
function parted(words: readonly string[]): { format: string; files: readonly string[] } {
  const known = ['auto', ...FORMATS.map(({ id }) => id), ...METRIC_FORMATS.map(({ id }) => id)];
  const [first = '', ...rest] = words;
  if (known.includes(first)) {
    if (rest.length === 0) throw new AppError('INPUT_INVALID', 'No file was named.');
    return { format: first, files: rest };
  }
  // A word that is no file is a format misspelt.
  if (!existsSync(first)) formatById(first);
  return { format: 'auto', files: words };
}

async function runImport(words: readonly string[], flags: ImportFlags, store: CoreOptions): Promise<void> {
  const { format, files } = parted(words);
  const cancel = new AbortController();
  const stop = (): void => cancel.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const core = await openCore(store);
  try {
    const summaries: Summary[] = [];
    for (const file of files) {
      const summary = await importOne(core, file, format, flags, cancel.signal);
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      if (flags.json !== true) process.stdout.write(`${describe(summary)}\n`);
      summaries.push(summary);
    }
    await publishCheckpoint(core, flags.org);
    if (flags.json === true) process.stdout.write(`${JSON.stringify(summaries)}\n`);
    if (summaries.every((summary) => summary.imported === 0 && !(isMetrics(summary) && summary.replayed))) {
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
  const ids = (formats: readonly { readonly id: string }[]): string => formats.map(({ id }) => id).join(', ');
  program
    .command('import')
    .summary('import audit logs of other products, access logs and histories of checks')
    .description(
      'Imports audit logs of other products: JSON documents, arrays, `{"Records": []}`, JSON lines, plain or gzip; each original record is kept verbatim. Imports access logs and histories of checks as metrics of service levels, plain or gzip; the same contents again change nothing. What cannot be read is counted and named, never dropped silently.',
    )
    .usage('[options] [format] <files...>')
    .argument(
      '<files...>',
      `what to import, in this order; before it a format, default auto (recognized).\nAudit logs: ${ids(FORMATS)}.\nMetrics: ${ids(METRIC_FORMATS)}`,
    )
    .requiredOption('--org <id>', 'organization that takes them')
    .option(
      '--data <dir>',
      'data folder of the embedded database (default: ./platform-data unless DATABASE_URL is set)',
    )
    .option('--again', 'audit logs: import a file that was imported before')
    .option('--service <name>', 'metrics: series of what a file names no service for (default: the name of the file)')
    .option('--workspace <id>', 'metrics: workspace they are of (default: the organization as a whole)')
    .option('--zone <name>', 'metrics: time zone of times that say none (default: UTC)')
    .option(
      '--request-time <unit>',
      'metrics: unit of the request time: s (nginx $request_time), ms, us (Apache %D), ns. In an access log it is the first number after the last text in quotes, with ":last" the last one',
    )
    .option('--hold <seconds>', 'metrics: how long an observed state stands at most (default: until the next)')
    .option('--reject-file <file>', 'append every refused record, one JSON object a line')
    .option('--json', 'print the summaries as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  platform import trail.json.gz events.jsonl --org northwind --data ./platform-data\n  platform import access-log access.log.gz --service shop --request-time s --org northwind',
    )
    .action((words: string[], flags: ImportFlags) => runImport(words, flags, storeOf(flags)));
}
