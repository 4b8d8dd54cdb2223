/** The platform as a child process: its own program, spoken to by its command line and HTTP only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { AppError } from '../../shared/errors.ts';
import { projectRoot } from '../hosts/cli/session.ts';

const CLI = join(projectRoot, 'platform', 'cli.ts');
const START_MS_MAX = 60_000;
/** Exit code of the platform's command line for wrong usage or input. */
const USAGE = 2;

export class PlatformProcess {
  private readonly dataDir: string;
  private readonly children = new Set<ChildProcess>();

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  private spawn(command: string, args: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CLI, command, ...args, '--data', this.dataDir],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
    );
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }

  /** Runs a command to its end and answers what it printed. Throws FILE_UNREADABLE for refused input, else PLATFORM_REFUSED. */
  async run(
    command: string,
    args: readonly string[],
    options: { env?: Record<string, string>; onNote?: (line: string) => void } = {},
  ): Promise<string> {
    const child = this.spawn(command, args, options.env);
    const notes: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      notes.push(line);
      options.onNote?.(line);
    });
    const exit = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
    const output = await text(child.stdout);
    const code = await exit;
    if (code !== 0) {
      const reason = notes.at(-1) ?? `it ended with ${code}`;
      throw new AppError(
        code === USAGE || /FILE_UNREADABLE/.test(reason) ? 'FILE_UNREADABLE' : 'PLATFORM_REFUSED',
        `platform ${command}: ${reason}`,
        { code },
      );
    }
    return output;
  }

  /** Serves until `stop`; answers its address. Throws PLATFORM_UNREACHABLE. */
  async serve(): Promise<string> {
    const child = this.spawn('serve', ['--port', '0', '--log-level', 'warn']);
    child.stderr.resume();
    return await new Promise((resolve, reject) => {
      const fail = (): void => reject(new AppError('PLATFORM_UNREACHABLE', 'The platform did not start.'));
      const timer = setTimeout(fail, START_MS_MAX);
      child.once('exit', fail);
      createInterface({ input: child.stdout }).on('line', (line) => {
        const url = /^listening on (\S+)/.exec(line)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      });
    });
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.children].map(
        (child) =>
          new Promise<void>((done) => {
            child.once('exit', () => done());
            child.kill('SIGTERM');
          }),
      ),
    );
  }
}
