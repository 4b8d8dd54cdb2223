/** The demo as a user runs it: its own process, its exit code, what it leaves. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/app.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

function demo(args: string[], temporary = folder.path) {
  const env = { ...process.env, TMPDIR: temporary, MC_PASSPHRASE: 'a passphrase for the demo' };
  const done = spawnSync(process.execPath, [join(root, 'main/demo/demo.ts'), ...args], { encoding: 'utf8', env });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

const trail = (n: number) =>
  JSON.stringify({
    eventVersion: '1.08',
    eventTime: `2026-11-0${1 + (n % 9)}T12:00:00Z`,
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '203.0.113.9',
    userIdentity: {
      type: 'IAMUser',
      principalId: `P${n}`,
      arn: `arn:aws:iam::111122223333:user/u${n}`,
      userName: `u${n}`,
    },
    requestParameters: { userName: `new-${n}` },
    eventID: `id-${n}`,
  });

describe('npm run demo', () => {
  it('takes log files to a verified bundle and counts what it refused', () => {
    const plain = join(folder.path, 'trail.jsonl');
    const packed = join(folder.path, 'trail.json.gz');
    writeFileSync(plain, `${trail(1)}\n{"broken": \n${trail(2)}\n{"of": "no known format"}\n`);
    writeFileSync(packed, gzipSync(JSON.stringify({ Records: [3, 4, 5].map((n) => JSON.parse(trail(n)) as unknown) })));
    const out = join(folder.path, 'out');
    const done = demo(['--input', plain, packed, '--out', out]);
    expect([done.code, done.err]).toEqual([0, expect.stringContaining('rejected')]);
    expect(done.err).toMatch(/trail\.jsonl:2 .*not JSON/);
    expect(done.err).toMatch(/trail\.jsonl:4 .*no known format/);
    expect(done.out).toContain('records read = imported + rejected: 4');
    expect(done.out).toContain('imported = mirrored between import.start and import.complete: 3');
    const bundle = /^bundle: (.+)$/m.exec(done.out)?.[1] ?? '';
    expect(existsSync(/^mirror: (.+)$/m.exec(done.out)?.[1] ?? '')).toBe(true);
    const keys = ['--key', join(out, 'bundle.pub.pem'), '--key', join(out, 'log.pub.pem')];
    const verify = (extra: string[]) =>
      spawnSync(process.execPath, [join(root, 'main/hosts/cli/cli.ts'), 'verify', bundle, ...extra]).status;
    expect([verify(keys), verify([])]).toEqual([0, 3]);
    expect(demo(['--input', plain, '--out', out])).toMatchObject({
      code: 2,
      err: expect.stringContaining('not empty'),
    });
    expect(demo(['--input', plain, '--out', out, '--force']).code).toBe(0);
  });

  it('says what it cannot read, with exit code 2', () => {
    const binary = join(folder.path, 'binary.log');
    writeFileSync(binary, Buffer.from([0, 1, 2, 255, 254]));
    expect(demo(['--input', join(folder.path, 'absent.json')])).toMatchObject({
      code: 2,
      err: expect.stringContaining('absent.json'),
    });
    expect(demo(['--input', binary]).code).toBe(2);
    expect(demo(['--unknown'])).toMatchObject({ code: 2 });
    expect(demo(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') });
  });

  it('runs on generated data and leaves nothing behind', () => {
    const scratch = temporaryFolder();
    const done = demo(['--scale', '0.02', '--json'], scratch.path);
    expect([done.code, done.err]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(done.out)).toMatchObject({ verified: true });
    expect(readdirSync(scratch.path).filter((name) => name.startsWith('mc-demo-'))).toEqual([]);
    scratch.remove();
  });
});
