/** `open`: the console's window. */
import type { Command } from 'commander';
import { AppError } from '../../../../shared/errors.ts';
import { runningInstance } from '../../../services/instanceLock.ts';
import { requestWindow } from '../../browser/control.ts';
import { startBrowserHost } from '../../browser/host.ts';
import { rendererDirOf } from '../../browser/server.ts';
import { dataDirOf, demoFromEnv, type GlobalOptions, portsOf, productVersion, projectRoot } from '../session.ts';

interface OpenOptions {
  readonly stay?: boolean;
  readonly window: boolean;
}

/** Asks a console that already runs on the data folder for a window. False when none runs. */
async function openRunning(dataDir: string, print: (line: string) => void): Promise<boolean> {
  const running = runningInstance(dataDir);
  if (running?.control == null) return false;
  const answer = await requestWindow(running.control);
  if (answer === null) {
    throw new AppError(
      'MIRROR_BUSY',
      `The console (process ${running.pid}) runs but does not answer. Close it and try again.`,
    );
  }
  print(
    answer.shown
      ? 'The console was running; a window is open.'
      : `The console is running. Open this address (it works once): ${answer.url}`,
  );
  return true;
}

export function addOpen(program: Command): void {
  program
    .command('open')
    .summary('open the console in a window of an installed Chromium, Chrome or Edge')
    .description(
      'Starts the console and shows it; without a display it prints an address and stays up. A second start opens a window of the running one.',
    )
    .option('--stay', 'stay up when the last window is closed')
    .option('--no-window', 'start no browser, print the address')
    .addHelpText(
      'after',
      '\nMC_BROWSER names the browser to use.\n\nExamples:\n  console open\n  console open --no-window --stay',
    )
    .action(async (options: OpenOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      const print = (line: string): void => void process.stdout.write(`${line}\n`);
      if (await openRunning(dataDirOf(globals), print)) return;
      const demo = demoFromEnv();
      const host = await startBrowserHost({
        ports: portsOf(globals),
        version: productVersion(),
        rendererDir: rendererDirOf(projectRoot),
        stay: options.stay === true,
        window: options.window,
        print,
        ...(demo ? { demo } : {}),
      });
      const close = (): void => void host.close();
      process.on('SIGINT', close);
      process.on('SIGTERM', close);
      process.on('SIGHUP', close);
      await host.closed;
    });
}
