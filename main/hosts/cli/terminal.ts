/** What the command line reads and prints. Answers go to stdout, everything else to stderr. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { ErrorEnvelope } from '../../../shared/errors.ts';
import { type ErrorCode, remedy } from '../../../shared/errors.ts';
import { usage } from './exitCodes.ts';

export interface Terminal {
  readonly json: boolean;
  /** The answer: as JSON with --json, else by `words`. */
  answer(value: unknown, words: (value: never) => string): void;
  note(line: string): void;
  error(error: ErrorEnvelope): void;
  progress(job: Job): void;
  /** Asks on the terminal without echo; throws INPUT_INVALID where there is no terminal, naming `instead`. */
  ask(question: string, instead: string): Promise<string>;
}

const BAR_WIDTH = 24;
const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** One line of progress: what, how far, how fast, how long still. */
export function progressLine(job: Job): string {
  const { phase, done, total, unit, ratePerSecond, secondsLeft } = job.progress;
  const part = total !== null && total > 0 ? Math.min(1, done / total) : null;
  const bar = part === null ? '' : `[${'#'.repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, '.')}] `;
  const of = total === null ? '' : ` of ${count(total)}`;
  const rate = ratePerSecond === null ? '' : `, ${count(ratePerSecond)} ${unit}/s`;
  const left = secondsLeft === null ? '' : `, ${count(secondsLeft)} s left`;
  return `${bar}${phase}: ${count(done)}${of} ${unit}${rate}${left}`;
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.question('', resolve);
      reader.once('SIGINT', () => reject(usage('Nothing was entered.')));
      reader.once('close', () => reject(usage('Nothing was entered.')));
    });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}

export function createTerminal(json: boolean): Terminal {
  let open = false;
  const tty = process.stderr.isTTY === true;
  const endLine = (): void => {
    if (open) process.stderr.write('\n');
    open = false;
  };
  return {
    json,
    answer(value, words) {
      endLine();
      process.stdout.write(`${json ? JSON.stringify(value) : words(value as never)}\n`);
    },
    note(line) {
      endLine();
      process.stderr.write(`${line}\n`);
    },
    error(error) {
      endLine();
      if (json) process.stdout.write(`${JSON.stringify({ error })}\n`);
      process.stderr.write(`${error.code}: ${error.message}\n`);
      const what = remedy(error.code as ErrorCode);
      if (what) process.stderr.write(`${what}\n`);
      const issues = error.details?.issues;
      if (Array.isArray(issues)) {
        for (const { path, message } of issues) process.stderr.write(`  ${path || '(input)'}: ${message}\n`);
      }
    },
    progress(job) {
      if (!tty) return;
      process.stderr.write(`\r\x1b[K${progressLine(job).slice(0, (process.stderr.columns ?? 100) - 1)}`);
      open = true;
    },
    async ask(question, instead) {
      if (process.stdin.isTTY !== true) throw usage(`There is no terminal to ask on. ${instead}`);
      return askHidden(question);
    },
  };
}

/** A secret of one line from piped stdin; null when stdin is a terminal or empty. */
export async function secretFromStdin(): Promise<string | null> {
  if (process.stdin.isTTY === true) return null;
  const line = (await readAll(process.stdin)).split('\n')[0]!.replace(/\r$/, '');
  return line === '' ? null : line;
}
