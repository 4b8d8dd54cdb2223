/** Imports a file of requests or checks into an organization's metrics: streaming, in batches that are taken once. */

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { IngestBody } from '../../../shared/sla/ingest.ts';
import { OWN_SERVICE } from '../../../shared/sla/source.ts';
import { SYSTEM_ACTOR } from '../../audit/draft.ts';
import type { Core } from '../../core.ts';
import type { Tx } from '../../db/database.ts';
import { Problem } from '../../http/problems.ts';
import { appendEvents, lockOrg } from '../../log/append.ts';
import { isTaken, takeBatch } from '../../metrics/batches.ts';
import { AHEAD_MS_MAX, ingest } from '../../metrics/ingest.ts';
import { type ReaderOptions, type Sink, serviceName } from './entry.ts';
import { detectMetrics, metricFormat } from './formats.ts';
import { digestContents, headLines, numberedRecords } from './lines.ts';

const BATCH = 20_000;
/** Records held in all series together, until the longest is written. */
const HELD_MAX = 100_000;
const REFUSALS_SHOWN = 20;
const AT_MAX = 4_102_444_800_000;

export interface MetricImportOptions extends ReaderOptions {
  /** A format's id; default: recognized by the first lines. */
  readonly format?: string;
  /** Series of what the file names no service for; default: the name of the file. */
  readonly service?: string;
  readonly workspace?: string;
  /** How long an observation stands at most; default: until the next. */
  readonly holdMs?: number;
  readonly onProgress?: (progress: {
    readonly read: number;
    readonly imported: number;
    readonly rejected: number;
  }) => void;
  readonly onRejected?: (line: number, reason: string, text: string) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface MetricImportSummary {
  readonly file: string;
  readonly format: string;
  /** Of the contents, unpacked. */
  readonly sha256: string;
  /** Lines or rows with content: imported + rejected. */
  readonly read: number;
  readonly imported: number;
  readonly rejected: number;
  /** The file had been imported whole before: nothing was read. */
  readonly replayed: boolean;
  /** Imported records by service. */
  readonly services: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  /** The first 20. */
  readonly refusals: readonly { readonly line: number; readonly reason: string }[];
  readonly ms: number;
}

interface Held {
  n: number;
  samples: { at: number[]; us: (number | null)[]; failed: (0 | 1)[] };
  checks: { at: number; up: boolean; us: number | null }[];
}

const empty = (n: number): Held => ({ n, samples: { at: [], us: [], failed: [] }, checks: [] });
const sizeOf = ({ samples, checks }: Held): number => samples.at.length + checks.length;

/** A refusal of the platform's routes, as the command line says it. */
function told(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return new AppError(
    error.status === 409 ? 'CONFLICT' : 'INPUT_INVALID',
    error.detail ?? error.message,
    undefined,
    error,
  );
}

/** What was read and not written yet, by service. */
class Waiting {
  readonly services: Record<string, number> = {};
  private readonly held = new Map<string, Held>();
  private all = 0;
  /** Records taken in all. */
  taken = 0;

  of(service: string): Held {
    let found = this.held.get(service);
    if (found === undefined) {
      found = empty(0);
      this.held.set(service, found);
    }
    this.all += 1;
    this.taken += 1;
    this.services[service] = (this.services[service] ?? 0) + 1;
    return found;
  }

  /** Batches that are due: full ones, the longest where too much is held, all at the end. Each service's count on. */
  *due(ended: boolean): Generator<readonly [service: string, held: Held]> {
    for (;;) {
      const [first] = [...this.held].filter(([, held]) => sizeOf(held) > 0).sort((a, b) => sizeOf(b[1]) - sizeOf(a[1]));
      if (first === undefined || !(ended || sizeOf(first[1]) >= BATCH || this.all >= HELD_MAX)) return;
      const [service, held] = first;
      this.held.set(service, empty(held.n + 1));
      this.all -= sizeOf(held);
      yield [service, held];
    }
  }
}

class Run implements Sink {
  read = 0;
  rejected = 0;
  readonly refusals: { line: number; reason: string }[] = [];
  readonly waiting = new Waiting();
  /** Why the record under way is not taken after all. */
  private fault: string | null = null;
  private readonly service: string;
  private readonly limit: number;

  constructor(service: string, now: number) {
    this.service = service;
    this.limit = Math.min(now + AHEAD_MS_MAX, AT_MAX);
  }

  private place(service: string | null, at: number): Held | null {
    const name = service === null ? this.service : serviceName(service);
    if (name === null || name === OWN_SERVICE) this.fault = `not a name for a service: ${(service ?? '').slice(0, 60)}`;
    else if (at < 0 || at > this.limit)
      this.fault = `${new Date(at).toISOString()} is ahead of the clock here, or before 1970`;
    else return this.waiting.of(name);
    return null;
  }

  sample(at: number, us: number | null, failed: boolean): void {
    const samples = this.place(null, at)?.samples;
    if (samples === undefined) return;
    samples.at.push(at);
    samples.us.push(us);
    samples.failed.push(failed ? 1 : 0);
  }

  check(service: string | null, at: number, up: boolean, us: number | null): void {
    this.place(service, at)?.checks.push({ at, up, us });
  }

  /** Reads one record; gives why it was refused, or null. */
  take(line: number, read: () => string | null): string | null {
    this.fault = null;
    const before = this.imported;
    const reason = read() ?? this.fault;
    this.read += this.imported - before + (reason === null ? 0 : 1);
    if (reason === null) return null;
    this.rejected += 1;
    if (this.refusals.length < REFUSALS_SHOWN) this.refusals.push({ line, reason });
    return reason;
  }

  get imported(): number {
    return this.waiting.taken;
  }
}

class Store {
  private readonly core: Core;
  private readonly orgId: string;
  private readonly target: string;
  private readonly body: Pick<IngestBody, 'source' | 'workspace_id' | 'hold_ms'>;

  constructor(core: Core, orgId: string, format: string, sha256: string, options: MetricImportOptions) {
    this.core = core;
    this.orgId = orgId;
    const { workspace = null, service = null, holdMs } = options;
    const hold = holdMs === undefined ? {} : { hold_ms: holdMs };
    this.body = { source: `import:${format}`, workspace_id: workspace, ...hold };
    this.target = createHash('sha256')
      .update(JSON.stringify([sha256, workspace, service]))
      .digest('hex');
  }

  /** One transaction under the organization's lock, with the refusals of routes as errors of the command line. */
  private async locked<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.core.tenant(this.orgId, async (tx) => {
        await lockOrg(tx);
        return await work(tx);
      });
    } catch (error) {
      throw told(error);
    }
  }

  async done(): Promise<boolean> {
    return await this.core.tenant(this.orgId, (tx) => isTaken(tx, { ...this.body, batch: this.target }));
  }

  async write(service: string, { n, samples, checks }: Held): Promise<void> {
    const batch = `${this.target}/${n}/${service}`;
    const what = { ...(samples.at.length > 0 ? { samples } : {}), ...(checks.length > 0 ? { checks } : {}) };
    const body: IngestBody = { ...this.body, batch, service, ...what };
    await this.locked((tx) => ingest(this.core, tx, this.orgId, body, this.body.source));
  }

  /** The event of the file; when it was read to its end, a repeat finds it done. */
  async close(detail: Readonly<Record<string, string | number>>, sha256: string, failed: boolean): Promise<void> {
    await this.locked(async (tx) => {
      if (!failed) await takeBatch(tx, { ...this.body, batch: this.target }, sha256, this.core.now());
      const draft = {
        action: 'metric.import',
        outcome: failed ? ('failure' as const) : ('success' as const),
        actor: SYSTEM_ACTOR,
        target: { type: 'import_file', id: `sha256:${sha256}` },
        workspace: this.body.workspace_id,
        disclosures: { detail },
      };
      await appendEvents(tx, this.orgId, [draft], this.core.now());
    });
    this.core.grown.add(this.orgId);
  }
}

/** Series of a file that names none: what is said, else the name of the file without its endings. Throws INPUT_INVALID. */
function serviceOf(path: string, said: string | undefined): string {
  const stem = basename(path).replace(/(\.(gz|log|txt|json|jsonl|ndjson|csv|tsv|ya?ml|access))+$/i, '');
  const name = serviceName(said ?? stem);
  if (name === null || (said !== undefined && name !== said) || name === OWN_SERVICE)
    throw new AppError(
      'INPUT_INVALID',
      `${said ?? stem} is not a name for a service; --service gives one (letters, digits, ". _ -").`,
    );
  return name;
}

/**
 * Imports a file. What cannot be read is counted and told with its line, never dropped in silence; the same contents imported again change
 * nothing, also after an import that broke off. Leaves one event, `metric.import`.
 * Throws FILE_UNREADABLE, INPUT_INVALID (format, service, zone, workspace), CONFLICT (too many series), CANCELLED.
 */
export async function importMetrics(
  core: Core,
  orgId: string,
  path: string,
  options: MetricImportOptions,
): Promise<MetricImportSummary> {
  const began = performance.now();
  const head = await headLines(path);
  const named = options.format === undefined ? null : metricFormat(options.format);
  const format = named ?? detectMetrics(head, path);
  const sha256 = await digestContents(path);
  const store = new Store(core, orgId, format.id, sha256, options);
  const run = new Run(serviceOf(path, options.service), core.now());
  const reader = format.open(head, options);
  const replayed = await store.done();
  const counts = () => ({ read: run.read, imported: run.imported, rejected: run.rejected });
  const flush = async (ended: boolean): Promise<void> => {
    for (const [service, held] of run.waiting.due(ended)) await store.write(service, held);
  };
  const take = async (line: number, text: string, read: () => string | null): Promise<void> => {
    const refused = run.take(line, read);
    if (refused !== null) await options.onRejected?.(line, refused, text);
  };
  const file = basename(path);
  let last = 1;
  try {
    for await (const records of replayed ? [] : numberedRecords(path, format.records)) {
      for (const { line, text, refused } of records) {
        await take(line, text, () => refused ?? reader.take(text, run));
        last = line;
      }
      await flush(false);
      options.onProgress?.(counts());
      if (options.signal?.aborted) throw new AppError('CANCELLED');
    }
    await take(last, '', () => reader.end(run));
    await flush(true);
  } catch (error) {
    await store.close({ file, format: format.id, ...counts() }, sha256, true);
    throw error;
  }
  if (!replayed) await store.close({ file, format: format.id, ...counts() }, sha256, false);
  options.onProgress?.(counts());
  const { services } = run.waiting;
  const notes = reader.notes();
  const ms = Math.round(performance.now() - began);
  return { file: path, format: format.id, sha256, ...counts(), replayed, services, notes, refusals: run.refusals, ms };
}
