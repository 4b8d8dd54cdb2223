#!/usr/bin/env node
/**
 * The verifier for people who only receive a bundle: built into one file, `dist/verify.mjs`, that needs Node and nothing
 * else. It opens no connection and writes no file.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BundleVerdict } from '../../shared/bundle/verify.ts';
import { AppError } from '../../shared/errors.ts';
import { verifyBundleFile } from '../bundle/read.ts';

const HELP = `Checks a Mission Control compliance bundle, packed (*.mcbundle.zip) or extracted.

Usage: node verify.mjs [--key FILE]... [--json] BUNDLE

  --key FILE   a public key you obtained from a source other than the bundle: the exporting console's
               (PEM, P-256) or the audit log's (PEM, Ed25519, or a verifier key text); a file may hold
               several. Repeat for several files. Without any, exit code 0 cannot be reached.
  --json       print the whole report as JSON
  --help       print this

Exit codes: 0 valid; 1 invalid, the first failed check is named; 2 unreadable, or wrong usage;
            3 valid in itself, but a signer is not among the keys given.

It reads the bundle and the key files, writes nothing and opens no connection.
`;

const MARKS = { pass: 'ok  ', fail: 'FAIL', warn: 'warn', not_checked: '  - ' } as const;

/** Control characters of a hostile bundle must not reach the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}

function print(verdict: BundleVerdict): void {
  const lines = verdict.checks.flatMap(({ verdict: mark, title, detail }) => [
    `${MARKS[mark]} ${title}`,
    `       ${detail}`,
  ]);
  const { bundle } = verdict;
  if (bundle !== null) {
    const day = (ms: number): string => new Date(ms).toISOString();
    lines.push(
      '',
      `Organization ${bundle.organization} (${bundle.orgId}), ${day(bundle.from)} up to ${day(bundle.to)}`,
      `${bundle.events} events, ${bundle.withheld} fields withheld; the log had ${bundle.treeSize} entries`,
      ...bundle.signers.map((s) => `${s.role} key ${s.fingerprint} ${s.trusted ? '(pinned)' : '(NOT pinned)'}`),
    );
  }
  lines.push('', verdict.summary);
  process.stdout.write(`${lines.map(plain).join('\n')}\n`);
}

/** `--key a b` is understood as `--key a --key b` as long as a bundle remains. */
function readArguments(): { keys: string[]; json: boolean; help: boolean; bundle: string | undefined } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true, short: 'k' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  const extra = (values.key ?? []).length > 0 ? positionals.slice(0, -1) : [];
  if (extra.length === 0 && positionals.length > 1) throw new Error('more than one bundle');
  return { keys: [...(values.key ?? []), ...extra], json: values.json, help: values.help, bundle: positionals.at(-1) };
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readArguments>;
  try {
    options = readArguments();
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (options.bundle === undefined) throw new Error('no bundle named');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  try {
    const trust = options.keys.map((path) => readFileSync(path, 'utf8'));
    const verdict = await verifyBundleFile(options.bundle, { trust });
    if (options.json) process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
    else print(verdict);
    return verdict.exit;
  } catch (error) {
    const code = error instanceof AppError ? error.code : (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    process.stderr.write(`${plain((error as Error).message)}\n`);
    return 2;
  }
}

process.exitCode = await main();
