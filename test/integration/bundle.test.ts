/** Bundles end to end: written from a log with real keys, checked by our verifier and by standard tools, then attacked. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundleFile } from '../../main/bundle/read.ts';
import type { BundleSource } from '../../main/bundle/source.ts';
import { writeBundle } from '../../main/bundle/write.ts';
import { sha256 } from '../../main/crypto.ts';
import { ed25519Pem } from '../../shared/bundle/keys.ts';
import type { BundleVerdict } from '../../shared/bundle/verify.ts';
import { STANDARD_COMMANDS } from '../../shared/bundle/verifyGuide.ts';
import { VerifyReport } from '../../shared/contract/bundles.ts';
import { parseVkey } from '../../shared/log/index.ts';
import { bundleKey, bundleSource, syntheticLog } from '../support/syntheticLog.ts';

const work = mkdtempSync(join(tmpdir(), 'mc-bundle-'));
const log = syntheticLog(400);
const key = bundleKey();
const range = { begin: 137, end: 341 };
const trust = [key.publicKeyPem, log.vkey];
const now = (): number => Date.UTC(2026, 5, 1, 12);
const uuid = (): string => '018f3f2a-7c11-7abc-8def-0123456789ab';
const generator = { name: 'Mission Control Governance Console', version: '0.0.0-test' };
const zip = join(work, 'bundle.zip');
const extracted = join(work, 'extracted');
let bag = '';

function write(path: string, source: BundleSource = bundleSource(log, range, ['source'])) {
  return writeBundle({ path, source, signer: key, now, uuid, generator });
}

function walk(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

beforeAll(async () => {
  await write(zip);
  execFileSync('unzip', ['-q', zip, '-d', extracted]);
  bag = join(extracted, readdirSync(extracted)[0]!);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A copy of the extracted bundle to do harm to. */
function copy(): string {
  const folder = join(work, 'attacked');
  rmSync(folder, { recursive: true, force: true });
  cpSync(bag, folder, { recursive: true });
  return folder;
}

const blamed = (verdict: BundleVerdict): string =>
  verdict.checks
    .filter((check) => check.verdict === 'fail')
    .map((check) => `${check.subject} ${check.detail}`)
    .join('\n');

async function expectBlame(folder: string, file: string, pinned: readonly string[] = trust): Promise<void> {
  const verdict = await verifyBundleFile(folder, { trust: pinned });
  expect([verdict.exit, file], verdict.summary).toEqual([expect.any(Number), file]);
  expect([1, 2]).toContain(verdict.exit);
  expect(blamed(verdict)).toContain(file);
}

describe('a bundle', () => {
  it('is valid under pinned keys, packed and extracted, and reports in the contract shape', async () => {
    for (const path of [zip, bag, extracted]) {
      const verdict = await verifyBundleFile(path, { trust });
      expect(verdict.summary).toBe('Valid: every check passed under keys you pinned.');
      expect(verdict.exit).toBe(0);
      expect(VerifyReport.parse(verdict)).toEqual(verdict);
      expect(verdict.checks.every((check) => check.verdict === 'pass')).toBe(true);
      expect(verdict.bundle).toMatchObject({ events: 204, withheld: 204, treeSize: 400, orgId: 'acme' });
    }
  });

  it('is untrusted (3) when a signer is not pinned', async () => {
    const other = bundleKey();
    for (const pinned of [
      [],
      [key.publicKeyPem],
      [log.vkey],
      [other.publicKeyPem, log.vkey],
      [key.publicKeyPem, syntheticLog(1).vkey],
    ]) {
      const verdict = await verifyBundleFile(zip, { trust: pinned });
      expect([verdict.exit, verdict.verdict]).toEqual([3, 'untrusted']);
      expect(verdict.checks.some((check) => check.verdict === 'fail')).toBe(false);
    }
    const pem = ed25519Pem(parseVkey(log.vkey, sha256).publicKey);
    expect((await verifyBundleFile(zip, { trust: [`${key.publicKeyPem}${pem}`] })).exit).toBe(0);
  });

  it('has the same bytes for the same source, clock and id', async () => {
    const again = join(work, 'again.zip');
    const { digest } = await write(again);
    execFileSync('unzip', ['-q', again, '-d', join(work, 'again')]);
    const folder = join(work, 'again', readdirSync(join(work, 'again'))[0]!);
    expect(
      createHash('sha256')
        .update(readFileSync(join(bag, 'tagmanifest-sha256.txt')))
        .digest('hex'),
    ).toBe(digest);
    expect(walk(folder)).toEqual(walk(bag));
    // An ECDSA signature is random; all that is signed is not.
    for (const name of walk(bag).filter((file) => !/statement\.(0|dsse)/.test(file))) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(bag, name))), name).toBe(true);
    }
  });

  it('passes the standard-tool commands of its VERIFY.md in a clean folder, and they fail on a change', () => {
    const clean = join(work, 'clean');
    mkdirSync(clean);
    execFileSync('unzip', ['-q', zip, '-d', clean]);
    const folder = join(clean, readdirSync(clean)[0]!);
    writeFileSync(join(clean, 'bundle.pub.pem'), key.publicKeyPem);
    writeFileSync(join(clean, 'log.pub.pem'), ed25519Pem(parseVkey(log.vkey, sha256).publicKey));
    const guide = readFileSync(join(folder, 'VERIFY.md'), 'utf8');
    for (const command of STANDARD_COMMANDS) expect(guide).toContain(command);
    const run = (command: string) => spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
    const [links, ...rest] = STANDARD_COMMANDS;
    expect(run(links!)).toMatchObject({ stdout: '' });
    for (const command of rest) expect(run(command), command).toMatchObject({ status: 0 });
    const fingerprints = guide.match(/`[0-9a-f]{64}`/g)!.map((text) => text.slice(1, -1));
    const printed = run(
      'openssl pkey -pubin -in ../bundle.pub.pem -outform DER | sha256sum; openssl pkey -pubin -in ../log.pub.pem -outform DER | tail -c32 | sha256sum',
    );
    expect(printed.stdout.match(/[0-9a-f]{64}/g)).toEqual(fingerprints);

    const leaves = join(folder, 'data/events/leaves.ndjson');
    const bytes = readFileSync(leaves);
    bytes[100]! ^= 1;
    writeFileSync(leaves, bytes);
    expect(run(STANDARD_COMMANDS[1]).status).not.toBe(0);
    symlinkSync('leaves.ndjson', join(folder, 'data/events/link'));
    expect(run(links!).stdout).toContain('link');
  });

  it('keeps what is withheld out of every file', () => {
    for (const name of walk(bag)) {
      expect(readFileSync(join(bag, name)).includes('Synthetic/1.0'), name).toBe(false);
    }
    const opened = readFileSync(join(bag, 'data/events/disclosures.ndjson'), 'utf8').trim().split('\n');
    const names = new Set(
      opened.map(
        (line) => (JSON.parse(Buffer.from(JSON.parse(line).disclosure, 'base64url').toString()) as string[])[1],
      ),
    );
    expect([...names].sort()).toEqual(['actor', 'detail']);
  });

  it('escapes the organization name and holds no active content', () => {
    const html = readFileSync(join(bag, 'data/report.html'), 'utf8');
    expect(html).toContain('Acme &lt;GmbH&gt; &amp; Söhne &quot;AG&quot;');
    expect(html).not.toMatch(/<script|https?:|url\(|@import/i);
    expect(readFileSync(join(bag, 'data/access/members.csv'), 'utf8')).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('of a few thousand events is valid, and one changed event among them is found', async () => {
    const large = syntheticLog(5000, 'large');
    const path = join(work, 'large.zip');
    const source = bundleSource(large, { begin: 1001, end: 4999 });
    expect(await write(path, source)).toMatchObject({ events: 3998, withheld: 0 });
    const pinned = { trust: [key.publicKeyPem, large.vkey] };
    expect((await verifyBundleFile(path, pinned)).exit).toBe(0);
    const folder = join(work, 'large');
    execFileSync('unzip', ['-q', path, '-d', folder]);
    const leaves = join(folder, readdirSync(folder)[0]!, 'data/events/leaves.ndjson');
    writeFileSync(leaves, readFileSync(leaves, 'utf8').replace('"n":3333', '"n":3334'));
    const verdict = await verifyBundleFile(folder, pinned);
    expect([verdict.exit, blamed(verdict)]).toEqual([1, expect.stringContaining('data/events/leaves.ndjson')]);
  });

  it('covers a whole log, a single event and none', async () => {
    for (const [i, part] of [
      { begin: 0, end: 400 },
      { begin: 234, end: 235 },
      { begin: 50, end: 50 },
    ].entries()) {
      const path = join(work, `range${i}.zip`);
      const result = await write(path, bundleSource(log, part));
      expect(result.events).toBe(part.end - part.begin);
      const verdict = await verifyBundleFile(path, { trust });
      expect([verdict.exit, verdict.bundle?.events, verdict.bundle?.withheld]).toEqual([0, part.end - part.begin, 0]);
    }
  });
});

describe('harm to any file', () => {
  it('is found and named: bits, cut, growth, removal, emptying', async () => {
    const names = walk(bag);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const original = readFileSync(join(bag, name));
      const digest = createHash('sha256').update(name).digest();
      const at = (n: number): number => digest.readUInt32BE(n) % original.length;
      const flipped = [at(0), at(4), 0, original.length - 1].map((position, i) => {
        const bytes = Buffer.from(original);
        bytes[position]! ^= 1 << (digest[8 + i]! % 8);
        return bytes;
      });
      const harm = [
        ...flipped,
        original.subarray(0, -1),
        Buffer.concat([original, Buffer.from('\n')]),
        Buffer.alloc(0),
        null,
      ];
      for (const bytes of harm) {
        const folder = copy();
        if (bytes === null) rmSync(join(folder, name));
        else writeFileSync(join(folder, name), bytes);
        if (name === 'bagit.txt' && bytes === null) {
          expect((await verifyBundleFile(folder, { trust })).exit).toBe(2);
        } else await expectBlame(folder, name);
      }
    }
  });

  it('is found when a file is added, doubled by case, or linked', async () => {
    for (const name of [
      'data/extra.txt',
      'extra.txt',
      'signatures/other.json',
      'signatures/statement.2.sig',
      'data/evidence/x',
      'trust/extra.pem',
      'Data/report.html',
    ]) {
      const folder = copy();
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), 'x');
      const subject = {
        'signatures/statement.2.sig': 'signatures/statement.1.sig',
        'Data/report.html': 'data/report.html',
      }[name];
      await expectBlame(folder, subject ?? name);
    }
    const folder = copy();
    rmSync(join(folder, 'data/report.pdf'));
    symlinkSync(join(bag, 'data/report.pdf'), join(folder, 'data/report.pdf'));
    expect(await verifyBundleFile(folder, { trust })).toMatchObject({
      exit: 2,
      summary: expect.stringContaining('data/report.pdf is a link'),
    });
  });
});

describe('writing', () => {
  it('never overwrites, and leaves nothing behind when it fails or is cancelled', async () => {
    const folder = join(work, 'writing');
    mkdirSync(folder);
    const taken = join(folder, 'taken.zip');
    writeFileSync(taken, 'mine');
    await expect(write(taken)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(taken, 'utf8')).toBe('mine');

    const source = bundleSource(log, range);
    const cut: BundleSource = {
      ...source,
      async *events() {
        yield* log.events.slice(range.begin, range.end - 1);
      },
    };
    await expect(write(join(folder, 'a.zip'), cut)).rejects.toMatchObject({ code: 'MIRROR_TAMPERED' });
    const foreign: BundleSource = {
      ...source,
      cover: { ...source.cover, left: source.cover.left.map(() => new Uint8Array(32)) },
    };
    await expect(write(join(folder, 'a.zip'), foreign)).rejects.toMatchObject({ code: 'BUNDLE_INCOMPLETE' });
    const unsigned: BundleSource = { ...source, log: { ...source.log, vkey: syntheticLog(1).vkey } };
    await expect(write(join(folder, 'a.zip'), unsigned)).rejects.toMatchObject({ code: 'LOG_SIGNATURE' });

    const abort = new AbortController();
    const cancelled = writeBundle({
      path: join(folder, 'a.zip'),
      source,
      signer: key,
      now,
      uuid,
      generator,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(folder)).toEqual(['taken.zip']);
    await expect(write(join(taken, 'a.zip'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('reports progress to the end', async () => {
    const seen: string[] = [];
    await writeBundle({
      path: join(work, 'progress.zip'),
      source: bundleSource(log, range),
      signer: key,
      now,
      uuid,
      generator,
      onProgress: (stage, done, total) => void seen.push(`${stage} ${done}/${total}`),
    });
    expect(seen).toContain('events 816/816');
    expect(seen.at(-1)).toBe('write 1/1');
    expect(existsSync(join(work, 'progress.zip'))).toBe(true);
  });
});
