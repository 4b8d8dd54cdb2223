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
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address, with leading slash. */
  readonly path: string;
  readonly token?: string;
  /** Bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Beside those of the token and the body, such as If-Match. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole exchange, instead of the usual limit. */
  readonly timeoutMs?: number;
  readonly bytesMax: number;
  /** The content type that must come back; another one is a proxy or captive portal, not evidence. */
  readonly type: string;
  readonly signal?: AbortSignal | undefined;
}

const Problem = z.object({
  type: z.string().max(512).optional(),
  title: z.string().max(512).optional(),
  detail: z.string().max(2048).optional(),
  details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  errors: z
    .array(z.object({ path: z.string().max(512), message: z.string().max(512) }))
    .max(100)
    .optional(),
});
type Problem = z.infer<typeof Problem>;

/** What a problem says, in words: title, detail, then each field's fault. */
function wordsOf({ title, detail, errors = [] }: Problem, status: number): string {
  const fields = errors.map(({ path, message }) => {
    const field = path.replace(/^\//, '').replaceAll('/', '.');
    return field === '' ? message : `${field}: ${message}`;
  });
  const words = [title, detail === title ? undefined : detail, fields.length > 0 ? fields.join('; ') : undefined];
  return words.filter((part) => part !== undefined && part !== '').join(' ') || `status ${status}`;
}

/** Retry-After is seconds or a date (RFC 9110 10.2.3). */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** An answer of the platform that is no success. */
export class HttpFault extends AppError {
  readonly status: number;
  /** Last part of the problem type, e.g. `login-failed`. */
  readonly slug: string;
  /** What the platform said, in words to show. */
  readonly words: string;
  /** Figures that belong to the problem. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** How long it asks to be left alone, ms; null when it does not say. */
  readonly retryAfterMs: number | null;
  constructor(status: number, problem: Problem, retryAfter: number | null) {
    const slug = problem.type?.split('/').at(-1) ?? '';
    const detail = problem.detail ?? problem.title ?? `status ${status}`;
    const code =
      status >= 500 || status === 429 ? 'PLATFORM_UNREACHABLE' : status === 401 ? 'LOGIN_REQUIRED' : 'PLATFORM_REFUSED';
    super(code, undefined, { status, slug, reason: detail });
    this.status = status;
    this.slug = slug;
    this.words = wordsOf(problem, status);
    this.figures = problem.details ?? {};
    this.retryAfterMs = retryAfter;
  }
}

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));

/** True for what a browser may be sent to: https anywhere, http only to this machine, no credentials. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isSafe(url) && url.username === '' && url.password === '';
}

/** Checks and normalizes a platform address: https anywhere, http only to this machine. Throws INPUT_INVALID. */
export function platformBase(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new AppError('INPUT_INVALID', 'Not an address.');
  }
  if (!isSafe(url)) throw new AppError('INPUT_INVALID', 'The address must be https; http only to this machine.');
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
      const { status, type, body, retryAfter } = await this.follow(request);
      this.bytesReceived += body.length;
      if (status < 200 || status > 299) throw faultOf(status, body, retryAfter);
      // Nothing came, and so nothing of a wrong type.
      if (status === 204) return new Uint8Array(0);
      if (type !== request.type) throw new AppError('PLATFORM_PROTOCOL', undefined, { path: request.path, type });
      return body;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('PLATFORM_UNREACHABLE', undefined, { path: request.path, reason: reasonOf(error) }, error);
    }
  }

  private async follow(request: HttpRequest): Promise<Answer> {
    const { method = 'GET', path, token, body, bytesMax, type, signal } = request;
    let url = new URL(path.slice(1), this.base);
    const headers: Record<string, string> = { ...request.headers, accept: type };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const sent = body === undefined || body instanceof Uint8Array ? (body ?? null) : JSON.stringify(body);
    if (sent !== null) {
      headers['content-type'] = typeof sent === 'string' ? 'application/json' : 'application/octet-stream';
      headers['content-length'] = String(Buffer.byteLength(sent));
    }
    const timeoutMs = request.timeoutMs ?? this.timeoutMs;
    for (let hops = 0; ; hops++) {
      const answer = await exchange({ url, method, headers, body: sent, bytesMax, timeoutMs, signal });
      if (answer.status < 300 || answer.status > 399 || answer.location === null) return answer;
      const next = new URL(answer.location, url);
      if (next.origin !== this.base.origin || hops >= REDIRECTS_MAX || method !== 'GET') {
        throw new AppError('PLATFORM_PROTOCOL', 'The platform redirects elsewhere.', { to: next.origin });
      }
      url = next;
    }
  }
}

function faultOf(status: number, body: Uint8Array, retryAfter: string | null): HttpFault {
  let problem: Problem = {};
  try {
    problem = Problem.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // An error page of a proxy: the status alone speaks.
  }
  return new HttpFault(status, problem, retryAfterMs(retryAfter));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.message;
}
