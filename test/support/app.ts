/** A console core for tests: real services over a data folder of its own, without a keychain, dialogs or a window. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type AppOptions, createApp } from '../../main/app.ts';
import { type Keychain, noDialogs, noNotifications, type Ports, systemClock } from '../../main/ports.ts';
import type { CallInput, Output, ProcedureName } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { AppError, type ErrorCode, type Result } from '../../shared/errors.ts';

export const PASSPHRASE = 'correct horse battery staple';

/** A machine without a keychain service: what most servers and test runners are. */
export const noKeychain: Keychain = {
  get: () => Promise.reject(new AppError('KEYCHAIN_ABSENT')),
  set: () => Promise.reject(new AppError('KEYCHAIN_ABSENT')),
  delete: () => Promise.reject(new AppError('KEYCHAIN_ABSENT')),
  probe: async () => ({ status: 'absent', detail: 'No keychain in this test.' }),
};

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mc-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

export function testPorts(dataDir: string, own: Partial<Ports> = {}): Ports {
  return {
    keychain: noKeychain,
    dialogs: noDialogs,
    notifications: noNotifications,
    clock: systemClock,
    paths: { dataDir, exportsDir: join(dataDir, 'exports') },
    clipboard: null,
    openExternal: async () => {},
    ...own,
  };
}

export interface TestConsole {
  readonly app: App;
  readonly dataDir: string;
  raw(name: string, input: unknown): Promise<Result<unknown>>;
  /** Throws an AppError of the answered code. */
  call<N extends ProcedureName>(name: N, input: CallInput<N>): Promise<Output<N>>;
  /** Starts a job and waits for its end; throws its error. */
  run<N extends ProcedureName>(name: N, input: CallInput<N>): Promise<Job>;
}

export function openConsoleApp(
  dataDir: string,
  options: Partial<AppOptions> = {},
  ports: Partial<Ports> = {},
): TestConsole {
  const app = createApp(testPorts(dataDir, ports), { version: '0.0.0-test', host: 'cli', ...options });
  const raw: TestConsole['raw'] = (name, input) => app.dispatch(name, input, { trusted: true });
  const call: TestConsole['call'] = async (name, input) => {
    const result = (await raw(name, input)) as Result<Output<typeof name>>;
    if (result.ok) return result.value;
    throw new AppError(result.error.code as ErrorCode, result.error.message, result.error.details);
  };
  return {
    app,
    dataDir,
    raw,
    call,
    async run(name, input) {
      const { jobId } = (await call(name, input)) as { jobId: string };
      const job = await endOf(app, jobId);
      if (job.error !== null) throw new AppError(job.error.code as ErrorCode, job.error.message, job.error.details);
      return job;
    },
  };
}

/** The ended job, whatever its end. */
export function endOf(app: App, jobId: string): Promise<Job> {
  return new Promise((done) => {
    const see = (job: Job): void => {
      if (job.id !== jobId || job.state === 'running') return;
      stop();
      done(job);
    };
    const stop = app.on('job', see);
    void app.dispatch('jobs.get', { jobId }, { trusted: true }).then((now) => now.ok && see(now.value as Job));
  });
}
