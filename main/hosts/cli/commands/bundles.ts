/** `export` and `verify`: what leaves the machine, and what came from one. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type BundleResult,
  BundleSection,
  DisclosureName,
  type VerifyReport,
} from '../../../../shared/contract/bundles.ts';
import { AppError } from '../../../../shared/errors.ts';
import { verifyBundleFile } from '../../../bundle/read.ts';
import { type GlobalOptions, withSession } from '../session.ts';
import { createTerminal } from '../terminal.ts';

const KEY_BYTES_MAX = 65_536;

interface ExportOptions {
  readonly from: number;
  readonly to: number;
  readonly withhold: string[];
  readonly sections?: string[];
  readonly frameworks: string[];
  readonly out?: string;
}

/** A date means its first instant in UTC; a time of day needs its zone, so that no local clock decides what a period is. */
export function readInstant(text: string): number {
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const full = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = dateOnly || full ? Date.parse(text) : Number.NaN;
  // 2026-02-30 would be read as the second of March.
  if (Number.isNaN(at) || (dateOnly && new Date(at).toISOString().slice(0, 10) !== text)) {
    throw new InvalidArgumentError('Use YYYY-MM-DD (midnight UTC) or YYYY-MM-DDTHH:MM:SSZ.');
  }
  return at;
}

function oneOf(allowed: readonly string[]) {
  return (value: string, before: string[] = []): string[] => {
    const names = value.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !allowed.includes(name));
    if (wrong !== undefined) throw new InvalidArgumentError(`${wrong} is none of ${allowed.join(', ')}.`);
    return [...before, ...names];
  };
}

const someOf = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value.split(',').map((name) => name.trim()),
];

/** Without a choice, all of them; frameworks are assessed where some are named. */
function sectionsOf({ sections, frameworks }: ExportOptions): BundleSection[] {
  return BundleSection.options.filter((name) =>
    sections === undefined ? name !== 'compliance' || frameworks.length > 0 : sections.includes(name),
  );
}

const number = (value: number): string => value.toLocaleString('en-US');

function exportWords(result: BundleResult): string {
  return [
    `bundle: ${result.path}`,
    `${number(result.events)} events, ${number(result.disclosed)} disclosures, ${number(result.withheld)} withheld, ${number(result.bytes)} bytes, ${number(result.elapsedMs)} ms`,
    `bundle key ${result.keyFingerprint}`,
  ].join('\n');
}

export function addExport(program: Command): void {
  program
    .command('export <org>')
    .summary('write a signed compliance bundle')
    .description('Writes a signed compliance bundle of an organization for [from, to) by recorded time.')
    .requiredOption('--from <time>', 'first instant, YYYY-MM-DD or with time and zone', readInstant)
    .requiredOption('--to <time>', 'first instant that is no longer in it', readInstant)
    .option(
      '--withhold <names>',
      `leave out disclosures: ${DisclosureName.options.join(', ')}; comma-separated`,
      oneOf(DisclosureName.options),
      [],
    )
    .option('--sections <names>', `only these: ${BundleSection.options.join(', ')}`, oneOf(BundleSection.options))
    .option('--frameworks <ids>', 'assess these frameworks in the section compliance; comma-separated', someOf, [])
    .option('--out <file>', 'where it goes; never overwritten (default: the exports folder)')
    .addHelpText(
      'after',
      '\nExamples:\n  console export acme --from 2026-10-01 --to 2026-11-01\n  console export acme --from 2026-10-01 --to 2026-11-01 --withhold source,change --out acme-october.mcbundle.zip\n  console export acme --from 2026-10-01 --to 2026-11-01 --frameworks soc2,gdpr',
    )
    .action(async (orgId: string, options: ExportOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ call, terminal, unlock, wait }) => {
        await unlock();
        const { jobId } = await call('bundles.export', {
          orgId,
          from: options.from,
          to: options.to,
          sections: sectionsOf(options),
          frameworks: options.frameworks,
          withhold: DisclosureName.options.filter((name) => options.withhold.includes(name)),
          path: options.out === undefined ? null : resolve(options.out),
        });
        const result = (await wait(jobId)).result as BundleResult;
        terminal.answer(result, () => exportWords(result));
      });
    });
}

const MARKS = { pass: 'pass', fail: 'FAIL', warn: 'warn', not_checked: '-   ' } as const;

function reportWords(report: VerifyReport): string {
  const checks = report.checks.map((check) => {
    const subject = check.subject === null ? '' : ` [${check.subject}]`;
    return `${MARKS[check.verdict]}  ${check.title}: ${check.detail}${subject}`;
  });
  return [...checks, `${report.verdict.toUpperCase()}: ${report.summary}`].join('\n');
}

async function readKeyFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > KEY_BYTES_MAX) throw new Error('too large');
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', `The key file ${path} cannot be read.`, undefined, error);
  }
}

export function addVerify(program: Command, finish: (code: number) => void): void {
  program
    .command('verify <file>')
    .summary('check any bundle; needs no vault')
    .description(
      'Checks a bundle: files, signatures, every event against the signed log, disclosures, report figures. Needs no vault and no network.',
    )
    .option(
      '--key <file>',
      'a trusted key, PEM or verifier key; repeat for more',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addHelpText(
      'after',
      '\nWithout --key nobody is trusted, and a bundle without a fault ends with 3.\n\nExamples:\n  console verify acme-october.mcbundle.zip --key bundle.pub.pem --key log.pub.pem',
    )
    .action(async (file: string, options: { key: string[] }, command: Command) => {
      const trust = await Promise.all(options.key.map(readKeyFile));
      const report = await verifyBundleFile(resolve(file), { trust });
      const { json } = command.optsWithGlobals<GlobalOptions>();
      createTerminal(json === true).answer(report, () => reportWords(report));
      finish(report.exit);
    });
}
