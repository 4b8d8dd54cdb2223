/** The address of this machine to which a browser brings the answer of a sign-in (RFC 8252 section 7.3): one answer, then it is gone. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../shared/errors.ts';

const PATH = '/callback';

export interface Loopback {
  /** `http://127.0.0.1:<port>/callback`. */
  readonly redirectUri: string;
  /** The code brought by the first request with the right state. Throws LOGIN_FAILED with the provider's words, or what aborts `signal`. */
  code(signal: AbortSignal): Promise<string>;
  close(): void;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  connection: 'close',
} as const;

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, HEADERS).end(`<!doctype html><meta charset="utf-8"><title>Sign-in</title><p>${text}</p>`);
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Words of a provider, fit to be shown: bounded, without control characters. */
const words = (text: string): string => text.slice(0, 300).replaceAll(/\p{Cc}/gu, ' ');

/** What the browser brought; null when the request is not the answer that is waited for. */
function answerOf(request: IncomingMessage, host: string, state: string): { code: string } | { error: string } | null {
  // Another name for this machine would be a page of somebody else's that reaches in (DNS rebinding).
  if (request.method !== 'GET' || request.headers.host !== host) return null;
  const url = new URL(request.url ?? '/', `http://${host}`);
  if (url.pathname !== PATH || !same(url.searchParams.get('state') ?? '', state)) return null;
  const error = url.searchParams.get('error');
  if (error !== null) return { error: words(url.searchParams.get('error_description') ?? error) };
  const code = url.searchParams.get('code');
  return code === null || code.length > 4_096 ? { error: 'The answer holds no code.' } : { code };
}

/** Listens on a free port of 127.0.0.1. */
export async function listenLoopback(state: string): Promise<Loopback> {
  let settle: (answer: { code: string } | { error: string }) => void = () => {};
  const answered = new Promise<{ code: string } | { error: string }>((resolve) => {
    settle = resolve;
  });
  let host = '';
  let taken = false;
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000 }, (request, response) => {
    const answer = taken ? null : answerOf(request, host, state);
    if (answer === null) return say(response, 400, 'This is not the sign-in that the console waits for.');
    taken = true;
    const done = 'code' in answer ? 'Signed in. You can close this page and go back to the console.' : 'Not signed in.';
    response.once('finish', () => settle(answer));
    say(response, 200, done);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    redirectUri: `http://${host}${PATH}`,
    async code(signal) {
      const stopped = new Promise<never>((_resolve, reject) => {
        const stop = (): void => reject(signal.reason);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      });
      const answer = await Promise.race([answered, stopped]);
      if ('error' in answer) throw new AppError('LOGIN_FAILED', `The sign-in was turned down: ${answer.error}`);
      return answer.code;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
