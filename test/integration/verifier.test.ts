/** The single-file verifier, built as it ships and run as a recipient runs it: alone in a folder. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../main/bundle/write.ts';
import { bundleKey, bundleSource, syntheticLog } from '../support/syntheticLog.ts';

const work = mkdtempSync(join(tmpdir(), 'mc-verifier-'));
const log = syntheticLog(50);
const key = bundleKey();

beforeAll(async () => {
  await build({
    entryPoints: { verify: join(import.meta.dirname, '../../main/verifier/verify.ts') },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outdir: work,
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire as mcCreateRequire } from 'node:module'; const require = mcCreateRequire(import.meta.url);",
    },
  });
  await writeBundle({
    path: join(work, 'good.zip'),
    source: bundleSource(log, { begin: 3, end: 47 }),
    signer: key,
    now: () => Date.UTC(2026, 5, 1),
    uuid: () => '018f3f2a-7c11-7abc-8def-0123456789ab',
    generator: { name: 'test', version: '0' },
  });
  writeFileSync(join(work, 'bundle.pub.pem'), key.publicKeyPem);
  writeFileSync(join(work, 'log.vkey'), `${log.vkey}\n`);
  const bytes = readFileSync(join(work, 'good.zip'));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(join(work, 'bad.zip'), bytes);
  writeFileSync(join(work, 'noise.zip'), 'not a ZIP');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['verify.mjs', ...args], { cwd: work, encoding: 'utf8' });

describe('verify.mjs', () => {
  it('exits 0 under pinned keys, by repeated or listed --key', () => {
    for (const args of [
      ['--key', 'bundle.pub.pem', '--key', 'log.vkey', 'good.zip'],
      ['--key', 'bundle.pub.pem', 'log.vkey', 'good.zip'],
    ]) {
      const { status, stdout, stderr } = run(...args);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('Valid: every check passed');
    }
  });

  it('exits 3 when a signer is not pinned', () => {
    expect(run('good.zip')).toMatchObject({ status: 3, stdout: expect.stringContaining('NOT pinned') });
    expect(run('--key', 'log.vkey', 'good.zip').status).toBe(3);
  });

  it('exits 1 on a flipped bit and 2 on what cannot be read or asked', () => {
    const bad = run('--key', 'bundle.pub.pem', '--key', 'log.vkey', 'bad.zip');
    expect(bad.stdout).toContain('FAIL');
    expect([bad.status, bad.stdout]).toEqual([1, expect.stringContaining('data/')]);
    expect(run('noise.zip').status).toBe(2);
    expect(run('none.zip').status).toBe(2);
    expect(run().status).toBe(2);
    expect(run('--wrong').status).toBe(2);
    expect(run('--key', 'noise.zip', 'good.zip').status).toBe(2);
    expect(run('--key', 'none.pem', 'good.zip').status).toBe(2);
  });

  it('prints JSON and help', () => {
    const report = JSON.parse(run('--json', '--key', 'bundle.pub.pem', '--key', 'log.vkey', 'good.zip').stdout);
    expect(report).toMatchObject({ exit: 0, verdict: 'valid', bundle: { events: 44 } });
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Exit codes: 0 valid') });
  });
});
