/** The organizations of a user over real HTTP: page by page, from platforms that page and from those that do not. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PlatformClient } from './client.ts';
import { PlatformHttp } from './http.ts';
import { Session } from './session.ts';

const USER = { id: 'u', email: 'a@x.test', name: 'A' };
let server: Server | undefined;
let asked: string[] = [];

const org = (n: number) => ({
  ...{ id: `org-${n}`, name: `Org ${n}`, role: 'admin', tier: 'free', region: 'eu', time_zone: 'UTC' },
});

/** A platform that answers /v1/me as told. */
async function client(me: (cursor: string | null) => object): Promise<PlatformClient> {
  asked = [];
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://platform');
    const token = { access_token: 't', expires_in: 900, refresh_token: 'r', user: USER };
    if (url.pathname === '/v1/me') asked.push(url.search);
    const answer = url.pathname === '/v1/me' ? me(url.searchParams.get('cursor')) : token;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const http = new PlatformHttp({ url: `http://127.0.0.1:${port}`, timeoutMs: 2000, retries: 0 });
  const store = { read: async () => 'r', write: async () => undefined, delete: async () => undefined };
  return new PlatformClient(http, new Session(http, store));
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('the organizations of a user', () => {
  it('are read to the last page, each once', async () => {
    // The second page is empty: all on it are suspended there.
    const pages = new Map<string | null, object>([
      [null, { user: USER, organizations: [org(1), org(2)], next_cursor: 'a/b' }],
      ['a/b', { user: USER, organizations: [], next_cursor: 'c' }],
      ['c', { user: USER, organizations: [org(2), org(3)], next_cursor: null }],
    ]);
    const me = await (await client((cursor) => pages.get(cursor)!)).me();
    expect(me).toEqual({ user: USER, organizations: [org(1), org(2), org(3)] });
    expect(asked).toEqual(['', '?cursor=a%2Fb', '?cursor=c']);
  });

  it('come at once from a platform that does not page', async () => {
    const me = await (await client(() => ({ user: USER, organizations: [org(1)] }))).me();
    expect(me).toEqual({ user: USER, organizations: [org(1)] });
    expect(asked).toEqual(['']);
  });

  it('are refused when the pages do not end', async () => {
    const round = await client((cursor) => ({
      ...{ user: USER, organizations: [org(1)], next_cursor: cursor === 'a' ? 'b' : 'a' },
    }));
    await expect(round.me()).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
    expect(asked).toEqual(['', '?cursor=a', '?cursor=b']);
  });
});
