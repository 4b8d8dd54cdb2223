/** Imports a file into an organization's log, with its own start and end recorded there. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { type EventDraft, SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { appendEvents } from '../log/append.ts';
import { convert } from './convert.ts';
import { formatById } from './formats/index.ts';
import { digestFile, readRecords } from './input.ts';
import type { Position, RawRecord } from './records.ts';

const BATCH_EVENTS = 1000;
/** Bounds the memory of a batch of long records. */
const BATCH_CHARS = 8 * 1024 * 1024;
/** Refusals kept for the summary; the reject file has them all. */
const REFUSALS_SHOWN = 20;

export interface Refusal extends Position {
  readonly reason: string;
}

export interface ImportSummary {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Records found, whatever became of them: imported + rejected. */
  readonly read: number;
  readonly imported: number;
  readonly rejected: number;
  /** Imported records by format. */
  readonly formats: Readonly<Record<string, number>>;
  /** Leaf index of the first imported event; null when there is none. */
  readonly firstSeq: number | null;
  /** The first 20 refusals. */
  readonly refusals: readonly Refusal[];
  readonly ms: number;
}

export interface ImportProgress {
  readonly read: number;
  readonly imported: number;
  readonly rejected: number;
}

export interface ImportOptions {
  /** A format's id; default: each record is recognized by its own marks. */
  readonly format?: string;
  /** Import a file that was imported, or begun, before. */
  readonly again?: boolean;
  /** Where refused records go, one JSON object a line: `{file, index, line, offset, reason, text}`; appended to. */
  readonly rejectFile?: string;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

function fileEvent(
  action: string,
  sha256: string,
  detail: Json,
  outcome: EventDraft['outcome'] = 'success',
): EventDraft {
  return {
    action,
    outcome,
    actor: SYSTEM_ACTOR,
    target: { type: 'import_file', id: `sha256:${sha256}` },
    disclosures: { detail },
  };
}

/** Whether the log tells of an earlier import of this very file. The log itself is the record; nothing else is kept. */
async function earlierImport(core: Core, orgId: string, sha256: string): Promise<boolean> {
  const rows = await core.tenant(orgId, (tx) =>
    tx.query(
      `SELECT 1 AS found FROM audit_events
       WHERE entry LIKE '%"action":"import.start"%' AND strpos(entry, $1) > 0 AND strpos(entry, '"producer":{"epoch":1,"id":"platform-api"') > 0 LIMIT 1`,
      [`"target":{"id":"sha256:${sha256}"`],
    ),
  );
  return rows.length > 0;
}

class Rejects {
  private readonly stream: ReturnType<typeof createWriteStream> | null;
  private readonly file: string;
  private failed: Error | null = null;

  constructor(path: string | undefined, file: string) {
    this.stream = path === undefined ? null : createWriteStream(path, { flags: 'a', mode: 0o600 });
    this.stream?.on('error', (error) => {
      this.failed = error;
    });
    this.file = file;
  }

  async write(raw: RawRecord, reason: string): Promise<void> {
    if (this.stream === null) return;
    this.check();
    const { index, line, offset, text } = raw;
    const row = JSON.stringify({ file: this.file, index, line, offset, reason, text: text ?? null });
    if (!this.stream.write(`${row}\n`)) await Promise.race([once(this.stream, 'drain'), once(this.stream, 'close')]);
  }

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

/** The work on one file: counts, the batch under way. */
class Run {
  read = 0;
  imported = 0;
  rejected = 0;
  firstSeq: number | null = null;
  readonly formats: Record<string, number> = {};
  readonly refusals: Refusal[] = [];
  private batch: EventDraft[] = [];
  private chars = 0;
  private readonly core: Core;
  private readonly orgId: string;
  private readonly rejects: Rejects;

  constructor(core: Core, orgId: string, rejects: Rejects) {
    this.core = core;
    this.orgId = orgId;
    this.rejects = rejects;
  }

  async take(raw: RawRecord, format: ReturnType<typeof formatById> | null): Promise<void> {
    this.read++;
    const converted = convert(raw, format);
    if ('refused' in converted) {
      this.rejected++;
      const { index, line, offset } = raw;
      if (this.refusals.length < REFUSALS_SHOWN) this.refusals.push({ index, line, offset, reason: converted.refused });
      await this.rejects.write(raw, converted.refused);
      return;
    }
    this.formats[converted.format] = (this.formats[converted.format] ?? 0) + 1;
    this.batch.push(converted.draft);
    this.chars += raw.text?.length ?? 0;
    if (this.batch.length >= BATCH_EVENTS || this.chars >= BATCH_CHARS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.batch.length === 0) return;
    const { firstSeq } = await append(this.core, this.orgId, this.batch);
    this.firstSeq ??= firstSeq;
    this.imported += this.batch.length;
    this.batch = [];
    this.chars = 0;
  }
}

async function append(core: Core, orgId: string, drafts: readonly EventDraft[]): Promise<{ firstSeq: number }> {
  const done = await core.tenant(orgId, (tx) => appendEvents(tx, orgId, drafts, core.now()));
  core.grown.add(orgId);
  return done;
}

/**
 * Imports a file: `import.start`, the events in batches of one transaction each, `import.complete` with the counts. What an
 * error or a cancellation leaves is closed by `import.fail` and stays in the log: an audit log takes nothing back.
 * Throws CONFLICT when the same file (SHA-256) was begun before, FILE_UNREADABLE, FILE_UNWRITABLE (reject file), CANCELLED, NOT_FOUND (format).
 */
export async function importFile(
  core: Core,
  orgId: string,
  path: string,
  options: ImportOptions = {},
): Promise<ImportSummary> {
  const started = performance.now();
  const wanted = options.format === undefined || options.format === 'auto' ? null : formatById(options.format);
  const { sha256, bytes } = await digestFile(path);
  if (options.again !== true && (await earlierImport(core, orgId, sha256))) {
    throw new AppError(
      'CONFLICT',
      `${path} was imported into this organization before (sha256 ${sha256}); use --again to import it once more.`,
    );
  }
  const file = basename(path);
  const head = { file, bytes, format: wanted?.id ?? 'auto' };
  const rejects = new Rejects(options.rejectFile, path);
  const run = new Run(core, orgId, rejects);
  const counts = (): ImportProgress => ({ read: run.read, imported: run.imported, rejected: run.rejected });
  await append(core, orgId, [fileEvent('import.start', sha256, head)]);
  try {
    for await (const records of readRecords(path)) {
      for (const raw of records) await run.take(raw, wanted);
      options.onProgress?.(counts());
      if (options.signal?.aborted) throw new AppError('CANCELLED');
    }
    await run.flush();
    await rejects.close();
  } catch (error) {
    const reason = error instanceof AppError ? error.code : 'INTERNAL';
    await append(core, orgId, [fileEvent('import.fail', sha256, { ...head, ...counts(), reason }, 'failure')]);
    throw error;
  }
  await append(core, orgId, [fileEvent('import.complete', sha256, { ...head, ...counts(), formats: run.formats })]);
  options.onProgress?.(counts());
  const { firstSeq, formats, refusals } = run;
  return {
    file: path,
    sha256,
    bytes,
    ...counts(),
    formats,
    firstSeq,
    refusals,
    ms: Math.round(performance.now() - started),
  };
}
