/** What the demo is asked to do. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';

export interface DemoRun {
  /** Absolute paths; empty: generated demo data. */
  readonly inputs: readonly string[];
  /** Where everything is made; removed at the end unless kept. */
  readonly dir: string;
  readonly keep: boolean;
  readonly json: boolean;
  readonly seed: string;
  readonly scale: string;
  readonly passphrase: string;
  /** Nobody has seen the passphrase yet: it is printed once. */
  readonly passphraseIsNew: boolean;
}

interface Flags {
  readonly input?: string[];
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly seed: string;
  readonly scale: string;
}

/** An empty folder to work in. Throws FILE_EXISTS for one that is not empty. */
function outFolder(out: string, force: boolean): string {
  const dir = resolve(out);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    if (!force)
      throw new AppError(
        'FILE_EXISTS',
        `${out} is not empty. Name another folder, or --force replaces an earlier demo in it.`,
      );
    for (const name of [
      'console',
      'platform',
      'bundle.mcbundle.zip',
      'log.vkey',
      'log.pub.pem',
      'bundle.pub.pem',
      'README.txt',
    ]) {
      rmSync(join(dir, name), { recursive: true, force: true });
    }
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** Throws FILE_UNREADABLE, FILE_EXISTS; CommanderError for wrong usage and help. */
export function readOptions(argv: readonly string[]): DemoRun {
  const program = new Command('npm run demo --')
    .description(
      'The main job from end to end: platform up, import, sync with verification, query, export, verify; then counts and rates.',
    )
    .option(
      '--input <files...>',
      'log files to import, format recognized (default: generated demo data of twelve organizations)',
    )
    .option('--out <dir>', 'leave mirror and bundle in this folder')
    .option('--force', 'replace an earlier demo in --out')
    .option('--seed <text>', 'seed of the generated data', '1')
    .option('--scale <number>', 'size of the generated data; 1 is about 50,000 events', '1')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
Environment:
  MC_PASSPHRASE  passphrase of the mirror (default: a new one, printed once with --out)

Exit codes: 0 everything verified and every count reconciled, 1 something did not, 2 wrong usage or unreadable input, 70 an unexpected fault.

Example:
  npm run demo -- --input events.jsonl trail.json.gz --out ./review`,
    )
    .exitOverride()
    .parse([...argv], { from: 'user' });
  const flags = program.opts<Flags>();
  const inputs = (flags.input ?? []).map((file) => resolve(file));
  for (const file of inputs) {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      throw new AppError('FILE_UNREADABLE', `There is no file ${file}.`);
  }
  const given = process.env.MC_PASSPHRASE;
  return {
    inputs,
    dir: flags.out === undefined ? mkdtempSync(join(tmpdir(), 'mc-demo-')) : outFolder(flags.out, flags.force === true),
    keep: flags.out !== undefined,
    json: flags.json === true,
    seed: flags.seed,
    scale: flags.scale,
    passphrase: given ?? randomBytes(18).toString('base64url'),
    passphraseIsNew: given === undefined,
  };
}
