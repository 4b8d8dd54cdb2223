/** Answers as they come over real HTTP: coded, cut, too large, late, redirected. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../shared/bytes.ts';
import { PlatformHttp } from './http.ts';

const TEXT = 'abc'.repeat(100_000);
let server: Server | undefined;

async function serve(listener: RequestListener): Promise<PlatformHttp> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new PlatformHttp({ url: `http://127.0.0.1:${port}`, timeoutMs: 2000, retries: 0 });
}
const ask = (http: PlatformHttp, more: { bytesMax?: number; signal?: AbortSignal; body?: unknown } = {}) =>
  http.send({ path: '/x', type: 'text/plain', bytesMax: 1_000_000, ...(more.body ? { method: 'POST' } : {}), ...more });

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('an answer', () => {
  it.each([
    ['as it is', (body: Buffer) => ({ body, head: { 'content-length': body.length } })],
    ['in chunks', (body: Buffer) => ({ body, head: {} })],
    ['as gzip', (body: Buffer) => ({ body: gzipSync(body), head: { 'content-encoding': 'gzip' } })],
  ])('comes whole %s', async (_name, form) => {
    const http = await serve((_request, response) => {
      const { body, head } = form(Buffer.from(TEXT));
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', ...head });
      response.write(body.subarray(0, 1000));
      response.end(body.subarray(1000));
    });
    const body = await ask(http);
    expect(fromUtf8(body)).toBe(TEXT);
    expect(body.buffer.byteLength).toBe(body.length);
    expect(http.bytesReceived).toBe(TEXT.length);
    await expect(ask(http, { bytesMax: 1000 })).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  });

  it.each([
    ['another type', { 'content-type': 'text/html' }, 'x'],
    ['a coding that was not asked for', { 'content-type': 'text/plain', 'content-encoding': 'br' }, 'x'],
    ['a broken gzip', { 'content-type': 'text/plain', 'content-encoding': 'gzip' }, 'x'],
  ])('is refused for %s', async (_name, head, body) => {
    const http = await serve((_request, response) => response.writeHead(200, head).end(body));
    await expect(ask(http)).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  });

  it('that is cut off, or does not come, is no answer', async () => {
    const http = await serve((request, response) => {
      if (request.method === 'POST') return;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 10 });
      response.write('abc', () => request.socket.destroy());
    });
    await expect(ask(http)).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
    await expect(ask(http, { body: {} })).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
  });

  it('is not waited for after a cancellation', async () => {
    const abort = new AbortController();
    const http = await serve(() => abort.abort());
    await expect(ask(http, { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(ask(http, { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('may lead elsewhere on the platform, not away from it, and not for ever', async () => {
    const http = await serve((request, response) => {
      const to = { '/x': '/y', '/far': 'http://localhost:1/', '/round': '/round' }[request.url ?? ''];
      if (to !== undefined) response.writeHead(307, { location: to }).end();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(request.url);
    });
    expect(fromUtf8(await ask(http))).toBe('/y');
    for (const path of ['/far', '/round'])
      await expect(http.send({ path, type: 'text/plain', bytesMax: 10 })).rejects.toMatchObject({
        code: 'PLATFORM_PROTOCOL',
      });
    await expect(ask(http, { body: { a: 1 } })).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  });
});
