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
import { ecdsaP256Signer, sha256 } from '../../main/crypto.ts';
import { IN_TOTO_TYPE, pae } from '../../shared/bundle/dsse.ts';
import { ed25519Pem } from '../../shared/bundle/keys.ts';
import { formatEnvelope } from '../../shared/bundle/statement.ts';
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

type Fields = { [name: string]: unknown };

/** Makes manifests, statement and signatures fit the folder again: what somebody who holds the bundle key could do. */
function resign(
  folder: string,
  signer: (message: Uint8Array) => Uint8Array,
  change: (predicate: Fields) => void = () => undefined,
): void {
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  const line = (name: string): string => `${digest(name)}  ${name}\n`;
  const names = walk(folder);
  const payload = names.filter((name) => name.startsWith('data/'));
  const oxum = `${payload.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)}.${payload.length}`;
  const info = join(folder, 'bag-info.txt');
  writeFileSync(info, readFileSync(info, 'utf8').replace(/Payload-Oxum: .*/, `Payload-Oxum: ${oxum}`));
  writeFileSync(join(folder, 'manifest-sha256.txt'), payload.map(line).join(''));
  const tags = names.filter((name) => !/^(data|signatures)\/|^tagmanifest/.test(name));
  writeFileSync(join(folder, 'tagmanifest-sha256.txt'), tags.map(line).join(''));
  const path = join(folder, 'signatures/statement.json');
  const statement = JSON.parse(readFileSync(path, 'utf8'));
  statement.subject[0].digest.sha256 = digest('tagmanifest-sha256.txt');
  change(statement.predicate);
  // Key order is kept by JSON.parse, so this is canonical still.
  const bytes = Buffer.from(JSON.stringify(statement));
  const signature = signer(pae(IN_TOTO_TYPE, bytes));
  writeFileSync(path, bytes);
  writeFileSync(join(folder, 'signatures/statement.0.sig'), signature);
  writeFileSync(join(folder, 'signatures/statement.dsse.json'), formatEnvelope(bytes, [signature]));
}

describe('a dishonest signer', () => {
  const edit = (folder: string, name: string, change: (lines: string[]) => void): void => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    change(lines);
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  };
  const LEAVES = 'data/events/leaves.ndjson';
  const swap = (lines: string[]): void => {
    [lines[10], lines[11]] = [lines[11]!, lines[10]!];
  };

  it('control: re-signing without a change stays valid', async () => {
    const folder = copy();
    resign(folder, key.sign);
    expect((await verifyBundleFile(folder, { trust })).exit).toBe(0);
  });

  const rewrite = (folder: string, name: string, at: number, change: (line: string) => string): void =>
    edit(folder, name, (lines) => void lines.splice(at, 1, change(lines[at]!)));
  const OPENED = 'data/events/disclosures.ndjson';
  const HIDDEN = 'data/events/withheld.ndjson';
  const REPORT = 'data/report.html';
  const CSV = 'data/access/members.csv';
  const flipHex = (match: string): string => `${match.slice(0, -1)}${match.endsWith('0') ? '1' : '0'}`;
  const lie = (line: string): string => line.replaceAll('>204<', '>203<').replaceAll('"204"', '"203"');

  it.each<[string, string, (folder: string) => void]>([
    [
      'a changed event',
      'event 147',
      (f) => rewrite(f, LEAVES, 10, (l) => l.replace(/"outcome":"[^"]*"/, '"outcome":"odd"')),
    ],
    ['a well-formed changed event', 'hash', (f) => rewrite(f, LEAVES, 10, (l) => l.replace(/"n":147/, '"n":148'))],
    ['swapped events', 'event 147', (f) => edit(f, LEAVES, swap)],
    ['a removed event', 'event 147', (f) => edit(f, LEAVES, (l) => void l.splice(10, 1))],
    ['a doubled event', 'event 148', (f) => edit(f, LEAVES, (l) => void l.splice(11, 0, l[10]!))],
    ['a removed last event', 'event 340', (f) => edit(f, LEAVES, (l) => void l.pop())],
    ['an event more', 'event 341', (f) => edit(f, LEAVES, (l) => void l.push(l[0]!))],
    ['white space in an event', 'event 147', (f) => rewrite(f, LEAVES, 10, (l) => ` ${l}`)],
    ['a removed disclosure', 'event 137', (f) => edit(f, OPENED, (l) => void l.shift())],
    ['swapped disclosures', 'event 144', (f) => edit(f, OPENED, swap)],
    [
      'a changed disclosure',
      OPENED,
      (f) => rewrite(f, OPENED, 0, (l) => l.replace('"disclosure":"W', '"disclosure":"X')),
    ],
    ['a removed withheld digest', 'event 140', (f) => edit(f, HIDDEN, (l) => void l.splice(3, 1))],
    [
      'a withheld digest of nothing',
      'event 140',
      (f) => rewrite(f, HIDDEN, 3, (l) => l.replace(/"digest":"../, '"digest":"--')),
    ],
    [
      'a withheld line after the range',
      HIDDEN,
      (f) => edit(f, HIDDEN, (l) => void l.push(l.at(-1)!.replace('340', '399'))),
    ],
    [
      'a derived line that lies',
      'ocsf.ndjson: event 142',
      (f) => rewrite(f, 'data/events/ocsf.ndjson', 5, (l) => l.replace(/"status":"\w+"/, '"status":"fine"')),
    ],
    [
      'a report with another figure',
      REPORT,
      (f) => writeFileSync(join(f, REPORT), lie(readFileSync(join(f, REPORT), 'utf8'))),
    ],
    ['a report with a script', REPORT, (f) => edit(f, REPORT, (l) => void l.push('<script>1</script>'))],
    [
      'a member more in the CSV',
      CSV,
      (f) => writeFileSync(join(f, CSV), `${readFileSync(join(f, CSV), 'utf8')}x,y,,\r\n`),
    ],
    ['a member fewer', 'data/access/members.json', (f) => writeFileSync(join(f, 'data/access/members.json'), '[]\n')],
    [
      'a changed cover hash',
      'data/log/range.json',
      (f) => rewrite(f, 'data/log/range.json', 0, (l) => l.replace(/"left":\["./, flipHex)),
    ],
    [
      'an unlisted table',
      'data/access/secrets.json',
      (f) => writeFileSync(join(f, 'data/access/secrets.json'), '[]\n'),
    ],
    [
      'another log key in trust',
      'trust/log',
      (f) => writeFileSync(join(f, 'trust/log.vkey'), `${syntheticLog(1).vkey}\n`),
    ],
    [
      'another bundle key in trust',
      'trust/bundle.pub.pem',
      (f) => writeFileSync(join(f, 'trust/bundle.pub.pem'), bundleKey().publicKeyPem),
    ],
  ])('is found: %s', async (_what, subject, harm) => {
    const folder = copy();
    harm(folder);
    resign(folder, key.sign);
    const verdict = await verifyBundleFile(folder, { trust });
    expect(verdict.exit, verdict.summary).toBe(1);
    expect(blamed(verdict)).toContain(subject);
  });

  it.each<[string, string, string[], unknown]>([
    ['event count', 'statement', ['sections', 'events', 'included'], 203],
    ['withheld count', 'statement', ['sections', 'disclosures', 'withheld'], 0],
    ['a shorter range', 'event 340', ['range', 'end'], 340],
    ['a shorter period', 'outside the period', ['period', 'to'], '2026-01-01T03:00:00.000Z'],
    ['another root', 'checkpoint', ['checkpoint', 'root'], 'a'.repeat(64)],
    ['another organization', 'bag-info.txt', ['organization', 'name'], 'Other'],
    ['an unknown field', 'statement.json', ['zzz'], 1],
  ])('is found in the statement: %s', async (_what, subject, path, value) => {
    const folder = copy();
    resign(folder, key.sign, (predicate) => {
      const holder = path.slice(0, -1).reduce((at, name) => at[name] as unknown as Fields, predicate);
      holder[path.at(-1)!] = value;
    });
    const verdict = await verifyBundleFile(folder, { trust });
    expect(verdict.exit, verdict.summary).toBe(1);
    expect(blamed(verdict)).toContain(subject);
  });

  it('who replaces the bundle key by another is not trusted, and cannot hide behind the trust folder', async () => {
    const other = bundleKey();
    const folder = copy();
    writeFileSync(join(folder, 'trust/bundle.pub.pem'), other.publicKeyPem);
    resign(folder, ecdsaP256Signer(other.privateKeyPem));
    expect((await verifyBundleFile(folder, { trust })).exit).toBe(3);
    expect((await verifyBundleFile(folder, { trust: [other.publicKeyPem, log.vkey] })).exit).toBe(0);
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
