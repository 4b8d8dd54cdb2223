/** The application as the command line uses it: unlocked without questions, calls that throw, jobs that are waited for. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import type { SlotKind } from '../../../shared/contract/app.ts';
import type { CallInput, Output, ProcedureName } from '../../../shared/contract/index.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { AppError, type ErrorCode, type Result } from '../../../shared/errors.ts';
import { type App, createApp, type DemoPlatform } from '../../app.ts';
import { osKeychain } from '../../keys/keychain.ts';
import { noDialogs, noNotifications, type Ports, systemClock } from '../../ports.ts';
import { openInBrowser } from '../openExternal.ts';
import { createTerminal, type Terminal } from './terminal.ts';

export interface GlobalOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

export const projectRoot = join(import.meta.dirname, '..', '..', '..');

/** Version of this console, from its package. */
export function productVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')))
    .version;
}

/** `--data-dir`, else MC_DATA_DIR, else the place the operating system keeps application data. */
export function dataDirOf(options: GlobalOptions): string {
  const named = options.dataDir ?? process.env.MC_DATA_DIR;
  return named ? resolve(named) : envPaths('mission-control-governance-console', { suffix: '' }).data;
}

export function portsOf(options: GlobalOptions): Ports {
  const dataDir = dataDirOf(options);
  return {
    keychain: osKeychain(),
    dialogs: noDialogs,
    notifications: noNotifications,
    clock: systemClock,
    paths: { dataDir, exportsDir: join(dataDir, 'exports') },
    clipboard: null,
    openExternal: openInBrowser,
  };
}

const Demo = z.strictObject({ url: z.string(), email: z.string(), password: z.string(), totpSecret: z.string() });

/** The demo platform beside the console, as `npm start` passes it in MC_DEMO (JSON). */
export function demoFromEnv(): DemoPlatform | null {
  return process.env.MC_DEMO ? Demo.parse(JSON.parse(process.env.MC_DEMO)) : null;
}

export interface Session {
  readonly app: App;
  readonly terminal: Terminal;
  /** The raw answer. */
  dispatch(name: string, input: unknown): Promise<Result<unknown>>;
  /** The value; throws what the answer says. */
  call<N extends ProcedureName>(name: N, input: CallInput<N>): Promise<Output<N>>;
  /** Waits for a job with progress; throws its error. Ctrl C asks it to stop. */
  wait(jobId: string): Promise<Job>;
  unlock(): Promise<void>;
}

export function thrown(error: {
  code: string;
  message: string;
  details?: Readonly<Record<string, unknown>> | undefined;
}): AppError {
  return new AppError(error.code as ErrorCode, error.message, error.details);
}

function waiter(app: App, terminal: Terminal, dispatch: Session['dispatch']): Session['wait'] {
  return async (jobId) => {
    const cancel = (): void => void dispatch('jobs.cancel', { jobId });
    process.on('SIGINT', cancel);
    process.on('SIGTERM', cancel);
    let stop = (): void => {};
    try {
      const ended = await new Promise<Job>((done) => {
        const see = (job: Job): void => {
          if (job.id !== jobId) return;
          if (job.state === 'running') terminal.progress(job);
          else done(job);
        };
        stop = app.on('job', see);
        void dispatch('jobs.get', { jobId }).then((now) => now.ok && see(now.value as Job));
      });
      if (ended.error !== null) throw thrown(ended.error);
      return ended;
    } finally {
      stop();
      process.off('SIGINT', cancel);
      process.off('SIGTERM', cancel);
    }
  };
}

/** Opens the vault without questions: the keychain slot, else MC_PASSPHRASE. Throws VAULT_LOCKED saying what would help. */
async function unlockWith(call: Session['call']): Promise<void> {
  const status = await call('vault.status', {});
  if (status.state === 'open') return;
  if (status.state === 'new') throw new AppError('VAULT_LOCKED', 'There is no vault here yet. Make one: console init.');
  if (status.state === 'orphaned') throw new AppError('VAULT_MISSING_KEYS');
  const passphrase = process.env.MC_PASSPHRASE;
  const ways: [z.infer<typeof SlotKind>, string | null][] = [
    ...(status.slots.some(({ kind }) => kind === 'keychain')
      ? ([['keychain', null]] as const).map(([k, s]) => [k, s] as [z.infer<typeof SlotKind>, null])
      : []),
    ...(passphrase ? [['passphrase', passphrase] as [z.infer<typeof SlotKind>, string]] : []),
  ];
  let last: unknown = new AppError('VAULT_LOCKED', 'The vault has no keychain slot. Set MC_PASSPHRASE.');
  for (const [slot, secret] of ways) {
    try {
      await call('vault.unlock', { slot, secret });
      return;
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** Runs `work` over the application of the data folder, and closes it whatever happens. */
export async function withSession<T>(options: GlobalOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const terminal = createTerminal(options.json === true);
  const app = createApp(portsOf(options), { version: productVersion(), host: 'cli' });
  const dispatch: Session['dispatch'] = (name, input) => app.dispatch(name, input, { trusted: true });
  const call: Session['call'] = async (name, input) => {
    const result = (await dispatch(name, input)) as Result<Output<typeof name>>;
    if (!result.ok) throw thrown(result.error);
    return result.value;
  };
  try {
    return await work({
      app,
      terminal,
      dispatch,
      call,
      wait: waiter(app, terminal, dispatch),
      unlock: () => unlockWith(call),
    });
  } finally {
    await app.close();
  }
}
