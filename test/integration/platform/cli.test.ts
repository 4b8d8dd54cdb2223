import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '../../../platform/crypto.ts';
import { appendEvents } from '../../../platform/log/append.ts';
import { CompactRange, leafHash } from '../../../shared/log/index.ts';
import { KEK, openWorld, PASSWORD } from '../../support/platform.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'mc-cli-'));
const data = join(folder, 'store');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'platform/cli.ts'), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    seen.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.err += chunk;
  });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return { child, seen, closed };
}

it('makes a store, serves it, keeps secrets out of its log and stops when asked', async () => {
  const made = start(['create-admin', '--data', data, '--email', 'root@acme.test', '--org', 'acme'], {
    MC_PLATFORM_PASSWORD: PASSWORD,
  });
  expect([await made.closed, made.seen.out]).toEqual([0, 'root@acme.test is admin of acme\n']);
  expect(statSync(join(data, 'kek')).mode & 0o777).toBe(0o600);
  const server = start(['serve', '--data', data, '--port', '0', '--log-level', 'trace']);
  while (!server.seen.out.includes('\n')) await once(server.child.stdout, 'data');
  const base = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(server.seen.out)![1]!;
  const second = start(['migrate', '--data', data]);
  expect(await second.closed).toBe(3);
  expect(second.seen.err).toContain('CONFLICT');
  const post = (path: string, body: object, token = '') =>
    fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
  const login = (await (
    await post('/v1/auth/login', { email: 'root@acme.test', password: PASSWORD })
  ).json()) as Record<string, string>;
  const org = (await (await post('/v1/auth/token', { org_id: 'acme' }, login.access_token)).json()) as Record<
    string,
    string
  >;
  const answer = await fetch(`${base}/v1/orgs/acme`, { headers: { authorization: `Bearer ${org.access_token}` } });
  expect(answer.status).toBe(200);
  server.child.kill('SIGTERM');
  expect(await server.closed).toBe(0);
  expect(server.seen.err).toContain('/v1/auth/login');
  for (const secret of [PASSWORD, login.access_token!, login.refresh_token!, org.access_token!]) {
    expect(server.seen.err).not.toContain(secret);
  }
});

it('says what is wrong with its usage', async () => {
  const [none, port, help] = [start(['fly']), start(['serve', '--port', 'x', '--data', data]), start(['--help'])];
  expect([await none.closed, await port.closed, await help.closed]).toEqual([2, 2, 0]);
  expect(help.seen.out).toContain('Exit codes');
});

it('keeps tiles of the third level', async () => {
  const world = await openWorld({ kek: KEK });
  try {
    const { core } = world.platform;
    const draft = { action: 'a.b', actor: { type: 'user', id: 'u' } } as const;
    for (let k = 0; k < 7; k++) {
      await core.tenant('acme', (tx) =>
        appendEvents(
          tx,
          'acme',
          Array.from({ length: 9_400 }, () => draft),
        ),
      );
    }
    const range = CompactRange.empty(sha256);
    const leaves = await core.tenant('acme', (tx) =>
      tx.query<{ entry: string }>('SELECT entry FROM audit_events WHERE seq < 65536 ORDER BY seq'),
    );
    for (const { entry } of leaves) range.append(leafHash(Buffer.from(entry), sha256));
    const call = await world.member('admin@acme.test', 'acme');
    await call('GET', '/v1/orgs/acme/log/checkpoint');
    const tile = await call('GET', '/v1/orgs/acme/log/tile/2/000.p/1');
    expect([tile.status, tile.bytes.equals(range.root())]).toEqual([200, true]);
  } finally {
    await world.platform.close();
  }
});
