/**
 * One request and its whole answer over `node:http`. A first sync makes two for every 256 events, and there `fetch`, with its streams and
 * signals, takes three times as long. Redirects are answers like others.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '../../shared/errors.ts';

const unzip = promisify(gunzip);
/** Of an answer that is no success; a problem is far smaller. */
const FAULT_BYTES_MAX = 64 * 1024;
/** Connections are used again for what may be repeated; after any other request the platform may close one while the next is under way. */
const kept = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

export interface Exchange {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly bytesMax: number;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly location: string | null;
  readonly retryAfter: string | null;
  /** In an allocation of its own, so that it can be handed to another thread. */
  readonly body: Uint8Array;
}

/**
 * Throws PLATFORM_PROTOCOL when the answer is larger than `bytesMax` or coded in another way than asked, and what the network throws.
 */
export async function exchange(input: Exchange): Promise<Answer> {
  const received = await receive(input);
  const coding = received.response.headers['content-encoding'];
  return {
    status: received.response.statusCode ?? 0,
    type: received.response.headers['content-type']?.split(';')[0]?.trim() ?? null,
    location: received.response.headers.location ?? null,
    retryAfter: received.response.headers['retry-after'] ?? null,
    body: coding === undefined ? received.body : await decode(received.body, coding, input),
  };
}

function receive(input: Exchange): Promise<{ response: IncomingMessage; body: Uint8Array }> {
  const { url, method, headers, body, signal, timeoutMs } = input;
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const options: RequestOptions = {
      method,
      headers: { 'accept-encoding': 'gzip', ...headers },
      agent: method === 'GET' && (secure ? kept.https : kept.http),
    };
    const request = (secure ? httpsRequest : httpRequest)(url, options);
    const abort = (): void => void request.destroy(new Error('aborted'));
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: unknown): void => {
      end();
      request.destroy();
      reject(error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      response.on('error', fail);
      collect(response, input, fail, (whole) => {
        end();
        resolve({ response, body: whole });
      });
    });
    request.end(body ?? undefined);
  });
}

/** Gathers a body. A declared length is allocated at once; the parser sees to it that it is kept. */
function collect(
  response: IncomingMessage,
  { bytesMax, url }: Exchange,
  fail: (error: unknown) => void,
  done: (body: Uint8Array) => void,
): void {
  const declared = response.headers['content-length'];
  const success = (response.statusCode ?? 0) < 300;
  const limit = success ? bytesMax : FAULT_BYTES_MAX;
  const overflow = (): void => {
    if (success) {
      fail(tooLarge(url, bytesMax));
      return;
    }
    // The page of something before the platform: its status alone speaks.
    done(new Uint8Array(0));
    response.removeAllListeners('data');
    response.destroy();
  };
  if (Number(declared ?? 0) > limit) {
    overflow();
    return;
  }
  let whole = new Uint8Array(Number(declared ?? 0));
  let total = 0;
  response.on('data', (part: Uint8Array) => {
    if (total + part.length > limit) {
      overflow();
      return;
    }
    if (total + part.length > whole.length) {
      const larger = new Uint8Array(Math.max(2 * whole.length, total + part.length));
      larger.set(whole.subarray(0, total));
      whole = larger;
    }
    whole.set(part, total);
    total += part.length;
  });
  response.on('end', () => {
    if (response.complete) done(total === whole.length ? whole : whole.slice(0, total));
    else fail(new Error('the answer was cut off'));
  });
}

function tooLarge(url: URL, bytesMax: number): AppError {
  const details = { path: url.pathname, bytes_max: bytesMax };
  return new AppError('PLATFORM_PROTOCOL', 'The answer is too large.', details);
}

async function decode(body: Uint8Array, coding: string, { url, bytesMax }: Exchange): Promise<Uint8Array> {
  if (coding !== 'gzip') throw new AppError('PLATFORM_PROTOCOL', undefined, { path: url.pathname, coding });
  try {
    return Uint8Array.from(await unzip(body, { maxOutputLength: bytesMax }));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(url, bytesMax);
    throw new AppError('PLATFORM_PROTOCOL', undefined, { path: url.pathname, reason: 'broken gzip' }, error);
  }
}
