/** `platform demo-data`: an empty store becomes the demo. */
import { type Command, InvalidArgumentError } from 'commander';
import { type CoreOptions, openCore } from '../core.ts';
import { assertEmpty, generateDemo } from './generate.ts';
import { DEMO_ADMIN } from './organizations.ts';

interface DemoFlags {
  readonly data?: string;
  readonly publicHost?: string;
  readonly seed: string;
  readonly scale: number;
  readonly orgEvents?: number;
  readonly end?: number;
  readonly json?: boolean;
}

const PROGRESS_MS = 500;

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0');
  return value;
}

function instant(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('an RFC 3339 time');
  return value;
}

async function runDemo(flags: DemoFlags, store: CoreOptions): Promise<void> {
  const clock = { now: Date.now() };
  const core = await openCore({ ...store, now: () => clock.now });
  try {
    await assertEmpty(core);
    let last = 0;
    const result = await generateDemo(core, clock, {
      seed: flags.seed,
      scale: flags.scale,
      end: flags.end ?? Date.now(),
      ...(flags.orgEvents === undefined ? {} : { orgEvents: flags.orgEvents }),
      onProgress: ({ organization, done, total }) => {
        if (performance.now() - last < PROGRESS_MS && done < total) return;
        last = performance.now();
        const line = `demo data: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} events, ${organization}`;
        process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    const { email, password, totpSecret } = DEMO_ADMIN;
    if (flags.json === true) {
      process.stdout.write(`${JSON.stringify({ ...result, signIn: { email, password, totpSecret } })}\n`);
      return;
    }
    process.stdout.write(
      `${result.organizations} organizations, ${result.users} users, ${result.events.toLocaleString('en-US')} events in ${(result.ms / 1000).toFixed(1)} s\n` +
        `Sign-in, for the demo only: ${email}, password ${password}, one-time code secret ${totpSecret}\n`,
    );
  } finally {
    await core.close();
  }
}

/** @param storeOf where the store is, from the flags every command shares. */
export function registerDemo(program: Command, storeOf: (flags: DemoFlags) => CoreOptions): void {
  program
    .command('demo-data')
    .summary('fill an empty store with twelve organizations and ninety days of events')
    .description(
      'Generates the demo: twelve organizations with people, workspaces and ninety days of events. The same seed, scale and end give the same events, byte for byte. Prints the sign-in.',
    )
    .option(
      '--data <dir>',
      'data folder of the embedded database (default: ./platform-data unless DATABASE_URL is set)',
    )
    .option('--seed <text>', 'seed of the generator', '1')
    .option('--scale <number>', '1 is about 50,000 events', positive, 1)
    .option('--org-events <number>', 'events of the first organization instead of its share', positive)
    .option('--end <time>', 'time of the newest event (default: now)', instant)
    .option('--json', 'print counts and sign-in as JSON')
    .action((flags: DemoFlags) => runDemo(flags, storeOf(flags)));
}
