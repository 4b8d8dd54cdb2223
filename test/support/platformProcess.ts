/** The platform as a program of its own: its real command line, embedded database, real HTTP. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(import.meta.dirname, '..', '..', 'platform', 'cli.ts');
export const ADMIN = { email: 'ada@acme.example', password: 'correct horse battery staple' };

/** Runs one platform command to its end; throws with its words when it fails. */
export function platformCommand(args: readonly string[], timeoutMs = 240_000): string {
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, MC_PLATFORM_PASSWORD: ADMIN.password, DATABASE_URL: '' },
  });
  if (run.status !== 0) throw new Error(`platform ${args[0]}: ${run.status} ${run.stderr.slice(-2000)}`);
  return run.stdout;
}

/** An organization with one administrator, in the store of a folder. */
export function createAdmin(data: string, orgId: string, orgName: string): void {
  platformCommand(['create-admin', '--data', data, '--email', ADMIN.email, '--org', orgId, '--org-name', orgName]);
}

export interface PlatformProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `platform serve` on a free port and waits until it listens. */
export async function servePlatform(data: string): Promise<PlatformProcess> {
  const args = ['serve', '--data', data, '--host', '127.0.0.1', '--port', '0', '--log-level', 'error'];
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: '' },
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`platform serve ended with ${code}`);
  });
  gone.catch(() => {});
  const listening = (async () => {
    for await (const line of createInterface({ input: child.stdout! })) {
      const found = /listening on (http:\S+)/.exec(line);
      if (found) return found[1]!;
    }
    return gone;
  })();
  const url = await Promise.race([listening, gone]);
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await once(child, 'exit');
      clearTimeout(hard);
    },
  };
}
