/** `init` and `doctor`: the first and the last thing one does with a console. */
import type { Command } from 'commander';
import { EXIT, usage } from '../exitCodes.ts';
import { type GlobalOptions, withSession } from '../session.ts';

interface InitOptions {
  readonly keychain?: boolean;
  readonly passphraseEnv?: string;
}

/** The passphrase from a named environment variable, or asked twice; null when only the keychain is wanted. */
async function newPassphrase(
  options: InitOptions,
  ask: (question: string, instead: string) => Promise<string>,
): Promise<string | null> {
  if (options.passphraseEnv !== undefined) {
    const value = process.env[options.passphraseEnv];
    if (!value) throw usage(`The environment variable ${options.passphraseEnv} is empty.`);
    return value;
  }
  if (options.keychain) return null;
  const instead = 'Use --keychain, or --passphrase-env NAME.';
  const first = await ask('New passphrase (10 characters or more): ', instead);
  if (first !== (await ask('Once more: ', instead))) throw usage('The two passphrases differ.');
  return first;
}

export function addInit(program: Command): void {
  program
    .command('init')
    .summary('create the vault of this console')
    .description('Creates the vault on first use and prints its recovery code, which is shown once and never stored.')
    .option('--keychain', 'keep a key slot in the OS keychain')
    .option('--passphrase-env <name>', 'take the passphrase from this environment variable')
    .addHelpText(
      'after',
      '\nExamples:\n  console init --keychain\n  MC_PASSPHRASE=... console init --passphrase-env MC_PASSPHRASE',
    )
    .action(async (options: InitOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ call, terminal }) => {
        const passphrase = await newPassphrase(options, terminal.ask);
        const created = await call('vault.create', { useKeychain: options.keychain === true, passphrase });
        terminal.answer(created, () => `Recovery code (shown once, write it down): ${created.recoveryCode}`);
      });
    });
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

export function addDoctor(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .summary('check runtime, keychain, disk, databases and platforms')
    .description(
      'Checks what the console needs. Looks into the databases too where it can unlock without questions. Exit code 1 when a check fails.',
    )
    .action(async (_options: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ call, terminal, unlock }) => {
        await unlock().catch(() => terminal.note('The vault is not open: databases and platforms are not looked at.'));
        const checks = await call('app.doctor', {});
        terminal.answer(checks, () => checks.map((c) => `${MARKS[c.verdict]}  ${c.title}: ${c.detail}`).join('\n'));
        finish(checks.some(({ verdict }) => verdict === 'fail') ? EXIT.negative : EXIT.ok);
      });
    });
}
