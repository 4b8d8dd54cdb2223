/**
 * The platform's side of a sign-in by browser, exactly as docs/ARCHITECTURE.md has it, before a real platform that does the rest. Codes are
 * good once, for the challenge and the redirect address they were given out under.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Started {
  readonly organization: string;
  readonly redirect_uri: string;
  readonly code_challenge: string;
  readonly code_challenge_method: string;
  readonly state: string;
}

export interface SsoPlatform {
  readonly url: string;
  readonly started: Started[];
  /** Answered as authorize_url; null: the address of this server's sign-in page. */
  authorizeUrl: string | null;
  /** What the provider says instead of signing in. */
  refusal: { readonly error: string; readonly error_description?: string } | null;
  close(): Promise<void>;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

/** Starts it before `target`; who signs in there is `who`, by password on the real platform. */
export async function startSsoPlatform(
  target: string,
  who: { readonly email: string; readonly password: string },
): Promise<SsoPlatform> {
  const codes = new Map<string, Started>();
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(new URL(path, target), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  };

  function start(response: ServerResponse, body: Started): void {
    sso.started.push(body);
    const page = `${sso.url}/authorize?${new URLSearchParams({ at: String(sso.started.length - 1) })}`;
    answer(response, 200, { authorize_url: sso.authorizeUrl ?? page });
  }

  /** The provider has nothing to ask: it sends the browser straight back. */
  function authorize(response: ServerResponse, url: URL): void {
    const begun = sso.started[Number(url.searchParams.get('at'))]!;
    const code = randomBytes(16).toString('base64url');
    if (sso.refusal === null) codes.set(code, begun);
    const query = new URLSearchParams({ ...(sso.refusal ?? { code }), state: begun.state });
    response.writeHead(302, { location: `${begun.redirect_uri}?${query}` }).end();
  }

  async function token(response: ServerResponse, body: Record<string, string>): Promise<void> {
    const begun = codes.get(body.code ?? '');
    codes.delete(body.code ?? '');
    const fits = begun?.code_challenge === digest(body.code_verifier ?? '') && begun.redirect_uri === body.redirect_uri;
    if (!fits || begun.code_challenge_method !== 'S256')
      return answer(response, 400, { title: 'The code is not good.' });
    const login = await post('/v1/auth/login', who);
    answer(response, login.status, await login.json());
  }

  async function forward(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { authorization, 'content-type': type } = request.headers;
    const reply = await fetch(new URL(request.url ?? '/', target), {
      method: request.method ?? 'GET',
      headers: { ...(authorization ? { authorization } : {}), ...(type ? { 'content-type': type } : {}) },
      ...(body === '' ? {} : { body }),
    });
    response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await reply.arrayBuffer()));
  }

  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://sso.test');
      const body = await textOf(request);
      if (url.pathname === '/authorize') return authorize(response, url);
      if (url.pathname === '/v1/auth/sso/start') return start(response, JSON.parse(body) as Started);
      if (url.pathname === '/v1/auth/sso/token') return token(response, JSON.parse(body) as Record<string, string>);
      return forward(request, response, body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sso: SsoPlatform = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    started: [],
    authorizeUrl: null,
    refusal: null,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return sso;
}
