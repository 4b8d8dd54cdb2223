/** `connect` and `sync`: from a platform's address to a proven mirror. */
import type { Command } from 'commander';
import { TOTP } from 'otpauth';
import type { Output } from '../../../../shared/contract/index.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EXIT, exitOf, usage } from '../exitCodes.ts';
import { type GlobalOptions, type Session, withSession } from '../session.ts';
import { secretFromStdin } from '../terminal.ts';

interface ConnectOptions {
  readonly email: string;
  readonly pin: string[];
  readonly trustOnFirstUse?: boolean;
  readonly totpSecretEnv?: string;
}

type Draft = Output<'connections.begin'>;
type Pin = { orgId: string; fingerprint: string };

function oneTimeCode(options: ConnectOptions): string | null {
  if (options.totpSecretEnv === undefined) return process.env.MC_TOTP ?? null;
  const secret = process.env[options.totpSecretEnv];
  if (!secret) throw usage(`The environment variable ${options.totpSecretEnv} is empty.`);
  return new TOTP({ secret }).generate();
}

async function signIn(session: Session, url: string, options: ConnectOptions): Promise<Draft> {
  const password =
    process.env.MC_PASSWORD ??
    (await secretFromStdin()) ??
    (await session.terminal.ask(`Password of ${options.email}: `, 'Set MC_PASSWORD, or pipe it in.'));
  const begin = (totp: string | null) =>
    session.call('connections.begin', { url, email: options.email, password, totp });
  try {
    return await begin(oneTimeCode(options));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'MFA_REQUIRED') throw error;
    return begin(await session.terminal.ask('One-time code: ', 'Set MC_TOTP, or use --totp-secret-env NAME.'));
  }
}

function readPin(text: string): Pin {
  const at = text.lastIndexOf('=');
  const fingerprint = text
    .slice(at + 1)
    .replaceAll(/[\s:]/g, '')
    .toLowerCase();
  if (at < 1 || !/^[0-9a-f]{64}$/.test(fingerprint)) throw usage('A pin reads ORG=FINGERPRINT, 64 hex digits.');
  return { orgId: text.slice(0, at), fingerprint };
}

/** What to pin: the fingerprints given, or on explicit wish the ones offered. Without either nothing is trusted. */
function choosePins(draft: Draft, options: ConnectOptions): Pin[] {
  if (options.pin.length > 0) return options.pin.map(readPin);
  if (options.trustOnFirstUse) {
    return draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  }
  const lines = draft.organizations.map(({ orgId, name, logKey }) => `  ${orgId}=${logKey.fingerprint}  ${name}`);
  throw usage(
    `Compare these log keys with your platform operator, then name them with --pin, or use --trust-on-first-use:\n${lines.join('\n')}`,
  );
}

export function addConnect(program: Command): void {
  const collect = (value: string, all: string[]): string[] => [...all, value];
  program
    .command('connect <url>')
    .summary('sign in to a platform and pin the log keys of its organizations')
    .description(
      'Signs in and pins log keys. The password comes from MC_PASSWORD, from piped stdin, or is asked; a one-time code from MC_TOTP or is asked.',
    )
    .requiredOption('--email <address>', 'who signs in')
    .option('--pin <org=fingerprint>', 'trust this log key (SHA-256 of the public key); repeat for more', collect, [])
    .option('--trust-on-first-use', 'pin whatever the platform offers now')
    .option('--totp-secret-env <name>', 'compute the one-time code from the base32 secret in this environment variable')
    .addHelpText(
      'after',
      `
Examples:
  console connect https://mc.example.com --email ada@example.com --pin acme=4f1c...
  MC_PASSWORD=... console connect http://127.0.0.1:8080 --email ada@example.com --trust-on-first-use`,
    )
    .action(async (url: string, options: ConnectOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        await session.unlock();
        const draft = await signIn(session, url, options);
        const pins = choosePins(draft, options);
        const connection = await session.call('connections.confirm', { draftId: draft.draftId, pins });
        session.terminal.answer(connection, () => {
          const lines = pins.map((pin) => `  ${pin.orgId}  ${pin.fingerprint}`);
          return `Connected to ${connection.url} as ${connection.userName}; pinned:\n${lines.join('\n')}`;
        });
      });
    });
}

export function addSync(program: Command, finish: (code: number) => void): void {
  program
    .command('sync [org...]')
    .summary('bring mirrors up to date, verified')
    .description(
      'Syncs the named organizations, or all. One that fails does not stop the others; the exit code is that of the first failure.',
    )
    .addHelpText('after', '\nExamples:\n  console sync\n  console sync acme --json')
    .action(async (orgs: string[], _options: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ call, terminal, unlock, wait }) => {
        await unlock();
        const connections = await call('connections.list', {});
        const wanted = orgs.length > 0 ? orgs : [...new Set(connections.flatMap(({ orgIds }) => orgIds))];
        if (wanted.length === 0) throw usage('There is nothing to sync: connect to a platform first.');
        const results: unknown[] = [];
        let exit: number = EXIT.ok;
        for (const orgId of wanted) {
          try {
            const { jobId } = await call('sync.start', { orgId });
            const result = (await wait(jobId)).result as Record<string, number>;
            results.push(result);
            const rate = Math.round((result.eventsAdded! * 1000) / Math.max(1, result.elapsedMs!));
            terminal.note(`${orgId}: ${result.eventsAdded} events added, ${result.size} proven, ${rate} events/s`);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            results.push({ orgId, error: error.toEnvelope() });
            exit ||= exitOf(error.code);
            terminal.note(`${orgId}: ${error.code}: ${error.message}`);
            if (error.code === 'CANCELLED') break;
          }
        }
        terminal.answer(results, () => `${results.length} of ${wanted.length} organizations done.`);
        finish(exit);
      });
    });
}
