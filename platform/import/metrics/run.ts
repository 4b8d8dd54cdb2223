/** Files of metrics on the command line: flags to options, a summary to text. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { Core } from '../../core.ts';
import { isObject } from '../fields.ts';
import { recognize } from '../formats/index.ts';
import { type ReaderOptions, TIME_UNITS, type TimeUnit } from './entry.ts';
import { METRIC_FORMATS, metricFormat } from './formats.ts';
import { importMetrics, type MetricImportOptions, type MetricImportSummary } from './importMetrics.ts';
import { headLines } from './lines.ts';

export interface MetricFlags {
  readonly service?: string;
  readonly workspace?: string;
  readonly zone?: string;
  readonly requestTime?: string;
  readonly hold?: string;
  readonly rejectFile?: string;
}

/** `s`, `us:last`. Throws INPUT_INVALID. */
function requestTime(text: string | undefined): ReaderOptions['requestTime'] {
  if (text === undefined) return null;
  const [unit = '', place] = text.split(':');
  if (!(unit in TIME_UNITS) || (place !== undefined && place !== 'last' && place !== 'first'))
    throw new AppError('INPUT_INVALID', '--request-time is s, ms, us or ns, where needed with ":last".');
  return { unit: unit as TimeUnit, last: place === 'last' };
}

function zoneOf(zone = 'UTC'): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone === '' ? 'UTC' : zone;
  } catch {
    throw new AppError('INPUT_INVALID', `There is no time zone ${zone}.`);
  }
}

function holdOf(text: string | undefined): { holdMs?: number } {
  if (text === undefined) return {};
  const seconds = Number(text);
  if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= 31_536_000))
    throw new AppError('INPUT_INVALID', '--hold is a number of seconds, a year at most.');
  return { holdMs: seconds * 1_000 };
}

function isAudit(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && recognize(value) !== null;
  } catch {
    return false;
  }
}

/** The format of metrics a file is to be read as; null: it is an audit log. `auto` is told by the first lines. */
export async function metricFormatOf(path: string, wanted: string): Promise<string | null> {
  if (wanted !== 'auto') return metricFormat(wanted)?.id ?? null;
  const head = await headLines(path);
  if (head.slice(0, 20).some(isAudit)) return null;
  return METRIC_FORMATS.find((format) => format.detect(head))?.id ?? null;
}

class Rejects {
  private readonly stream: WriteStream | null;
  private readonly file: string;
  private failed: Error | null = null;

  constructor(path: string | undefined, file: string) {
    this.file = file;
    this.stream = path === undefined ? null : createWriteStream(path, { flags: 'a', mode: 0o600 });
    this.stream?.on('error', (error) => {
      this.failed = error;
    });
  }

  write = async (line: number, reason: string, text: string): Promise<void> => {
    if (this.stream === null) return;
    this.check();
    const row = `${JSON.stringify({ file: this.file, line, reason, text })}\n`;
    if (!this.stream.write(row))
      await new Promise<void>((resolve) => this.stream?.once('drain', resolve).once('close', resolve));
  };

  async close(): Promise<void> {
    if (this.stream === null) return;
    if (this.failed === null) await new Promise<void>((resolve) => this.stream?.end(() => resolve()));
    this.check();
  }

  private check(): void {
    if (this.failed)
      throw new AppError('FILE_UNWRITABLE', `The reject file: ${this.failed.message}`, undefined, this.failed);
  }
}

/** Imports one file as the flags say. Throws what `importMetrics` throws, INPUT_INVALID for a flag, FILE_UNWRITABLE. */
export async function importMetricFile(
  core: Core,
  orgId: string,
  path: string,
  flags: MetricFlags,
  more: Pick<MetricImportOptions, 'format' | 'onProgress' | 'signal'>,
): Promise<MetricImportSummary> {
  const options: MetricImportOptions = {
    ...more,
    ...holdOf(flags.hold),
    zone: zoneOf(flags.zone),
    requestTime: requestTime(flags.requestTime),
    ...(flags.service === undefined ? {} : { service: flags.service }),
    ...(flags.workspace === undefined ? {} : { workspace: flags.workspace }),
  };
  const rejects = new Rejects(flags.rejectFile, path);
  try {
    return await importMetrics(core, orgId, path, { ...options, onRejected: rejects.write });
  } finally {
    await rejects.close();
  }
}

const SERVICES_SHOWN = 30;

export function describeMetrics(summary: MetricImportSummary): string {
  const { file, format, read, imported, rejected, replayed, services, notes, refusals, ms } = summary;
  const count = (n: number): string => n.toLocaleString('en-US');
  if (replayed) return `${file}: imported before, nothing changed (${format})`;
  const head = `${file}: ${count(read)} records read, ${count(imported)} imported (${format}), ${count(rejected)} rejected, ${(ms / 1000).toFixed(1)} s`;
  const named = Object.entries(services).map(([name, n]) => `  ${name}: ${count(n)}`);
  const hidden = named.length - SERVICES_SHOWN;
  const lines = refusals.map(({ line, reason }) => `  ${file}:${line}: ${reason}`);
  const others = rejected - refusals.length;
  return [
    head,
    ...named.slice(0, SERVICES_SHOWN),
    ...(hidden > 0 ? [`  and ${count(hidden)} more services`] : []),
    ...notes.map((note) => `  note: ${note}`),
    ...lines,
    ...(others > 0 ? [`  and ${count(others)} more; --reject-file FILE keeps them all`] : []),
  ].join('\n');
}
