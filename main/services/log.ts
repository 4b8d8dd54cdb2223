/**
 * The console's own log: structured lines in `logs/console.log`, at most two files of one mebibyte. It never holds a message of a foreign error,
 * an input or an answer: those may carry secrets and personal data. What is kept is which procedure, how long, which code, and where in the code.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { AppError } from '../../shared/errors.ts';

const FILE_BYTES_MAX = 1024 * 1024;

export interface LogFields {
  readonly procedure?: string;
  readonly orgId?: string;
  readonly jobKind?: string;
  readonly elapsedMs?: number;
  readonly code?: string;
  readonly id?: string;
  readonly count?: number;
  /** Type of a change, not its content. */
  readonly command?: string;
}

export interface Log {
  readonly path: string;
  info(event: string, fields?: LogFields): void;
  /** Of an error: its class, code, system call and stack frames; not its message. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

function frames(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
}

/** What may be kept of an error. Causes are followed three deep. */
export function errorFields(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const system = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    ...(typeof system.code === 'string' ? { code: system.code } : {}),
    ...(typeof system.syscall === 'string' ? { syscall: system.syscall } : {}),
    // Our own coded errors are raised on purpose: where matters only for the unexpected.
    ...(error instanceof AppError && depth === 0 ? {} : { at: frames(error) }),
    ...(error.cause !== undefined && depth < 3 ? { cause: errorFields(error.cause, depth + 1) } : {}),
  };
}

/** Appends whole lines; the full file becomes `console.log.1`. A log that cannot be written never stops the work. */
function boundedFile(path: string): { write(line: string): void } {
  let size: number | null = null;
  return {
    write(line) {
      try {
        size ??= statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (size + line.length > FILE_BYTES_MAX) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        appendFileSync(path, line, { mode: 0o600 });
        size += Buffer.byteLength(line);
      } catch {
        size = null;
      }
    },
  };
}

export function createLog(dataDir: string): Log {
  const dir = join(dataDir, 'logs');
  const path = join(dir, 'console.log');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const logger = pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, boundedFile(path));
  return {
    path,
    info: (event, fields = {}) => logger.info({ event, ...fields }),
    error: (event, error, fields = {}) => logger.error({ event, ...fields, error: errorFields(error) }),
  };
}
