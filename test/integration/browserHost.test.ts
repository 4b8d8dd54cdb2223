import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestWindow } from '../../main/hosts/browser/control.ts';
import { type BrowserHost, startBrowserHost } from '../../main/hosts/browser/host.ts';
import { type ConsoleServer, startServer } from '../../main/hosts/browser/server.ts';
import { runningInstance } from '../../main/services/instanceLock.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder, testPorts } from '../support/app.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Send = (
  path: string,
  options?: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
) => Promise<Answer>;

/** Raw requests: `fetch` would normalize paths and forbid the headers under test. */
function sender(port: number): Send {
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
}

let folder: ReturnType<typeof temporaryFolder>;
let server: ConsoleServer;
let console_: TestConsole;
let send: Send;
let cookie = '';
let own: Record<string, string> = {};

const UPLOAD_MAX = 1000;

async function launch(): Promise<Answer> {
  const url = new URL(server.launchUrl());
  return send(url.pathname + url.search);
}

beforeEach(async () => {
  folder = temporaryFolder();
  const rendererDir = join(folder.path, 'renderer');
  mkdirSync(rendererDir);
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(folder.path, 'secret.txt'), 'outside-secret');
  console_ = openConsoleApp(join(folder.path, 'data'), { host: 'browser' });
  server = await startServer({
    app: console_.app,
    rendererDir,
    uploadsDir: join(folder.path, 'data', 'uploads'),
    now: Date.now,
    onWindows: () => {},
    uploadBytesMax: UPLOAD_MAX,
  });
  send = sender(server.port);
  const answer = await launch();
  cookie = answer.headers['set-cookie']![0]!.split(';')[0]!;
  own = { cookie, origin: `http://127.0.0.1:${server.port}` };
});

afterEach(async () => {
  await server.close();
  await console_.app.close();
  folder.remove();
});

const call = (headers: Record<string, string>, name = 'app.info') =>
  send('/call', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name, input: {} }),
  });

describe('launch', () => {
  it('exchanges the token once for a strict cookie and leads to a clean address', async () => {
    const url = new URL(server.launchUrl());
    const first = await send(url.pathname + url.search);
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(first.headers['set-cookie']![0]).toMatch(/^mc_session_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const second = await send(url.pathname + url.search);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it.each(['', '?token=', `?token=${'A'.repeat(43)}`])('refuses the address /launch%s', async (query) => {
    expect((await send(`/launch${query}`)).status).toBe(403);
  });
});

describe('guard', () => {
  it('serves and answers its own page', async () => {
    expect((await send('/', { headers: { cookie } })).body).toContain('<title>console</title>');
    const answer = await call(own);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: true, value: { host: 'browser', nativeDialogs: false } });
  });

  it.each(['/', '/index.html', '/events', '/download?path=x', '/nothing'])('needs a session for %s', async (path) => {
    expect((await send(path)).status).toBe(401);
    expect((await send(path, { headers: { cookie: cookie.replace(/.$/, '!') } })).status).toBe(401);
  });

  it('needs a session for calls and uploads', async () => {
    const { origin } = own as { origin: string };
    expect((await call({ origin })).status).toBe(401);
    expect((await send('/upload', { method: 'POST', headers: { origin }, body: 'x' })).status).toBe(401);
  });

  it.each([
    ['another name (DNS rebinding)', { host: 'evil.example' }],
    ['localhost', { host: 'localhost' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['a null origin', { origin: 'null' }],
    ['no origin', { origin: undefined }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ['a page on another port', { 'sec-fetch-site': 'same-site' }],
  ])('refuses calls with %s', async (_what, change) => {
    const headers = Object.fromEntries(Object.entries({ ...own, ...change }).filter(([, v]) => v !== undefined));
    const answer = await call(headers as Record<string, string>);
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('"ok"');
  });

  it('refuses a launch under a foreign name without using up the token', async () => {
    const url = new URL(server.launchUrl());
    const path = url.pathname + url.search;
    expect((await send(path, { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await send(path)).status).toBe(303);
  });

  it('sends the policy with every answer, good or bad', async () => {
    for (const answer of [await send('/', { headers: { cookie } }), await send('/'), await call(own), await launch()]) {
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'/);
      expect(answer.headers['content-security-policy']).not.toMatch(/unsafe/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('is deaf on other addresses', async () => {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: server.port });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    expect(reached).toBe(false);
  });
});

describe('calls', () => {
  it('takes JSON of bounded size only', async () => {
    const post = (headers: Record<string, string>, body: string) =>
      send('/call', { method: 'POST', headers: { ...own, ...headers }, body });
    expect((await post({ 'content-type': 'text/plain' }, '{"name":"app.info","input":{}}')).status).toBe(415);
    expect((await post({ 'content-type': 'application/json' }, '{')).status).toBe(400);
    expect((await post({ 'content-type': 'application/json' }, 'null')).status).toBe(400);
    expect((await post({ 'content-type': 'application/json' }, `"${'x'.repeat(17_000_000)}"`)).status).toBe(413);
  });
});

describe('files', () => {
  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/renderer/../../secret.txt',
    '//secret.txt',
    '/%00',
    '/%ff',
  ])('serves nothing outside the renderer for %s', async (path) => {
    const answer = await send(path, { headers: { cookie } });
    expect(answer.body).not.toContain('outside-secret');
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  const upload = (body: Buffer, headers: Record<string, string> = {}) =>
    send('/upload?name=bundle.zip', { method: 'POST', headers: { ...own, ...headers }, body });

  it('takes an upload in, for the owner only', async () => {
    const answer = await upload(Buffer.from('bundle bytes'));
    const { path } = JSON.parse(answer.body) as { path: string };
    expect(readFileSync(path, 'utf8')).toBe('bundle bytes');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(path.startsWith(join(folder.path, 'data', 'uploads'))).toBe(true);
  });

  it('refuses what is too large, announced or not, and keeps nothing of it', async () => {
    const body = Buffer.alloc(UPLOAD_MAX + 1);
    const outcomes = [
      await upload(body).catch(() => null),
      await upload(body, { 'transfer-encoding': 'chunked' }).catch(() => null),
    ];
    // The connection may be closed before the answer is read: no answer is a refusal too.
    for (const outcome of outcomes) expect(outcome?.status ?? 413).toBe(413);
    expect(
      readdirSync(join(folder.path, 'data'), { recursive: true }).filter((n) => String(n).endsWith('.upload')),
    ).toEqual([]);
  });

  it('verifies an upload once and removes it', async () => {
    await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
    const { path } = JSON.parse((await upload(Buffer.from('no bundle'))).body) as { path: string };
    const job = await console_.run('bundles.verify', { path, trust: [] });
    expect(job.result).toMatchObject({ exit: 2, verdict: 'unreadable' });
    expect(readdirSync(join(folder.path, 'data', 'uploads'))).toEqual([]);
  });

  it('downloads only what it exported itself', async () => {
    const vault = join(folder.path, 'data', 'console.lock');
    for (const path of [vault, join(folder.path, 'secret.txt'), '', '../secret.txt']) {
      const answer = await send(`/download?path=${encodeURIComponent(path)}`, { headers: { cookie } });
      expect(answer.status).toBe(404);
    }
  });
});

describe('host', () => {
  let host: BrowserHost | null = null;
  const lines: string[] = [];
  const start = (own: { stay?: boolean; lingerMs?: number } = {}) =>
    startBrowserHost({
      ports: testPorts(join(folder.path, 'host')),
      version: '0.0.0-test',
      rendererDir: join(folder.path, 'renderer'),
      stay: own.stay ?? true,
      window: false,
      print: (line) => lines.push(line),
      ...(own.lingerMs === undefined ? {} : { lingerMs: own.lingerMs }),
    });
  afterEach(() => host?.close());

  it('prints an address that works, and gives a second launch a new one', async () => {
    host = await start();
    const printed = new URL(/http:\S+/.exec(lines.at(-1)!)![0]);
    const sendHost = sender(Number(printed.port));
    expect((await sendHost(printed.pathname + printed.search)).status).toBe(303);
    await expect(start()).rejects.toMatchObject({ code: 'MIRROR_BUSY' });
    const running = runningInstance(join(folder.path, 'host'));
    const answer = await requestWindow(running!.control!);
    expect(answer).toMatchObject({ shown: false });
    const again = new URL(answer!.url!);
    expect((await sendHost(again.pathname + again.search)).status).toBe(303);
    expect(statSync(running!.control!).mode & 0o777).toBe(0o600);
  });

  it('ends some time after its last window closed, and leaves no lock, socket, upload or profile', async () => {
    host = await start({ stay: false, lingerMs: 50 });
    const url = new URL(host.launchUrl());
    const sendHost = sender(Number(url.port));
    const { headers } = await sendHost(url.pathname + url.search);
    const window = request({
      host: '127.0.0.1',
      port: Number(url.port),
      path: '/events',
      headers: { cookie: headers['set-cookie']![0]!.split(';')[0]! },
    });
    await new Promise<void>((done) => {
      window.on('response', (response) => response.once('data', () => done()));
      window.end();
    });
    window.on('error', () => {});
    window.destroy();
    await host.closed;
    expect(readdirSync(join(folder.path, 'host'))).toEqual(['logs']);
  });
});
