/** `console`: the console without a window, for scripts and for machines without a display. */
import { Command, CommanderError } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { addExport, addVerify } from './commands/bundles.ts';
import { addCall } from './commands/call.ts';
import { addConnect, addSync } from './commands/connect.ts';
import { addOpen } from './commands/open.ts';
import { addDoctor, addInit } from './commands/vault.ts';
import { EXIT, EXIT_HELP, exitOf } from './exitCodes.ts';
import { productVersion } from './session.ts';
import { createTerminal } from './terminal.ts';

const ABOUT = `Mission Control Governance Console: an encrypted, proven mirror of your platform's audit log.

A first round:
  console init --keychain
  console connect https://mc.example.com --email ada@example.com --pin acme=FINGERPRINT
  console sync
  console export acme --from 2026-10-01 --to 2026-11-01
  console verify FILE --key bundle.pub.pem --key log.pub.pem

The vault is opened by its keychain slot, else by MC_PASSPHRASE. Answers go to stdout, progress and remarks to stderr.
Environment: MC_DATA_DIR, MC_PASSPHRASE, MC_PASSWORD, MC_TOTP, MC_BROWSER.`;

function build(finish: (code: number) => void): Command {
  const program = new Command('console')
    .description(ABOUT)
    .version(productVersion())
    .option('--data-dir <folder>', 'where vault, mirrors and exports lie (default: the system place, or MC_DATA_DIR)')
    .option('--json', 'print answers as JSON')
    .addHelpText('after', EXIT_HELP)
    .exitOverride();
  addInit(program);
  addConnect(program);
  addSync(program, finish);
  addExport(program);
  addVerify(program, finish);
  addOpen(program);
  addDoctor(program, finish);
  addCall(program, finish);
  return program;
}

/** Runs one command line; answers its exit code. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await build((value) => {
      code = value;
    }).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const terminal = createTerminal(argv.includes('--json'));
    if (error instanceof AppError) {
      terminal.error(error.toEnvelope());
      return exitOf(error.code);
    }
    terminal.error({ code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) });
    return EXIT.internal;
  }
}

process.exitCode = await main(process.argv.slice(2));
