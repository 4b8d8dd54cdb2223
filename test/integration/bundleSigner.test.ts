/** Bundles re-signed by somebody who holds the bundle key: what the signature cannot show, the other checks must. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundleFile } from '../../main/bundle/read.ts';
import type { BundleSource } from '../../main/bundle/source.ts';
import { writeBundle } from '../../main/bundle/write.ts';
import { ecdsaP256Signer } from '../../main/crypto.ts';
import { IN_TOTO_TYPE, pae } from '../../shared/bundle/dsse.ts';
import { formatEnvelope } from '../../shared/bundle/statement.ts';
import type { BundleVerdict } from '../../shared/bundle/verify.ts';
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
