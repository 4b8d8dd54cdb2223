/** HTTP to the platform: bounded in size and time, no foreign redirects, retries where a repetition does no harm. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { type Answer, exchange } from './exchange.ts';

const REDIRECTS_MAX = 3;
const BACKOFF_MS = 200;
const BACKOFF_MS_MAX = 5_000;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  /** Below the base address, with leading slash. */
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly bytesMax: number;
  /** The content type that must come back; another one is a proxy or captive portal, not evidence. */
  readonly type: string;
  readonly signal?: AbortSignal | undefined;
}

const Problem = z.object({
  type: z.string().max(512).optional(),
  title: z.string().max(512).optional(),
  detail: z.string().max(2048).optional(),
});

/** An answer of the platform that is no success. */
export class HttpFault extends AppError {
  readonly status: number;
  /** Last part of the problem type, e.g. `login-failed`. */
  readonly slug: string;
  constructor(status: number, slug: string, detail: string) {
    const code =
      status >= 500 || status === 429 ? 'PLATFORM_UNREACHABLE' : status === 401 ? 'LOGIN_REQUIRED' : 'PLATFORM_REFUSED';
    super(code, undefined, { status, slug, reason: detail });
    this.status = status;
    this.slug = slug;
  }
}

/** Checks and normalizes a platform address: https anywhere, http only to this machine. Throws INPUT_INVALID. */
export function platformBase(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new AppError('INPUT_INVALID', 'Not an address.');
  }
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!safe) throw new AppError('INPUT_INVALID', 'The address must be https; http only to this machine.');
  if (url.username !== '' || url.password !== '') throw new AppError('INPUT_INVALID', 'No credentials in the address.');
  url.hash = '';
  url.search = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

export class PlatformHttp {
  readonly base: URL;
  /** Bytes of bodies received so far. */
  bytesReceived = 0;
  private readonly timeoutMs: number;
  private readonly retries: number;

  constructor(options: { url: string; timeoutMs?: number; retries?: number }) {
    this.base = platformBase(options.url);
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.retries = options.retries ?? 4;
  }

  /**
   * The body of a successful answer. Throws PLATFORM_UNREACHABLE (network, time, 5xx, 429 after the retries), LOGIN_REQUIRED (401),
   * PLATFORM_REFUSED (other 4xx), PLATFORM_PROTOCOL (redirect elsewhere, wrong type, too large) or CANCELLED.
   */
  async send(request: HttpRequest): Promise<Uint8Array> {
    const repeatable = (request.method ?? 'GET') === 'GET';
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.once(request);
      } catch (error) {
        if (request.signal?.aborted) throw new AppError('CANCELLED', undefined, undefined, error);
        const again = error instanceof AppError && error.code === 'PLATFORM_UNREACHABLE';
        if (!again || !repeatable || attempt >= this.retries) throw error;
        // Full jitter: consoles that lost the same platform do not come back in step.
        await this.pause(Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** attempt), request.signal);
      }
    }
  }

  private async pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await sleep(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      throw new AppError('CANCELLED', undefined, undefined, error);
    }
  }

  private async once(request: HttpRequest): Promise<Uint8Array> {
    try {
      const { status, type, body } = await this.follow(request);
      this.bytesReceived += body.length;
      if (status < 200 || status > 299) throw faultOf(status, body);
      if (type !== request.type) throw new AppError('PLATFORM_PROTOCOL', undefined, { path: request.path, type });
      return body;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('PLATFORM_UNREACHABLE', undefined, { path: request.path, reason: reasonOf(error) }, error);
    }
  }

  private async follow({ method = 'GET', path, token, body, bytesMax, type, signal }: HttpRequest): Promise<Answer> {
    let url = new URL(path.slice(1), this.base);
    const headers: Record<string, string> = { accept: type };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const text = body === undefined ? null : JSON.stringify(body);
    if (text !== null) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(text));
    }
    for (let hops = 0; ; hops++) {
      const answer = await exchange({ url, method, headers, body: text, bytesMax, timeoutMs: this.timeoutMs, signal });
      if (answer.status < 300 || answer.status > 399 || answer.location === null) return answer;
      const next = new URL(answer.location, url);
      if (next.origin !== this.base.origin || hops >= REDIRECTS_MAX || text !== null) {
        throw new AppError('PLATFORM_PROTOCOL', 'The platform redirects elsewhere.', { to: next.origin });
      }
      url = next;
    }
  }
}

function faultOf(status: number, body: Uint8Array): HttpFault {
  let problem: z.infer<typeof Problem> = {};
  try {
    problem = Problem.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // An error page of a proxy: the status alone speaks.
  }
  const slug = problem.type?.split('/').at(-1) ?? '';
  return new HttpFault(status, slug, problem.detail ?? problem.title ?? `status ${status}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.message;
}
