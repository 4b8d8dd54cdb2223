/** A real HTTP proxy before a platform, that records what passes, and can go away, lose answers or answer by itself. */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly ifMatch: string | null;
  readonly body: unknown;
  /** Null while no answer came, or when it was lost. */
  status: number | null;
}

/** What becomes of one exchange: passed on, or the answer is lost after the platform gave it, or this is answered instead. */
export type Fate =
  | 'pass'
  | 'lose'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

export interface FlakyProxy {
  readonly url: string;
  /** Mutations of an organization, in the order they came. */
  readonly changes: Passed[];
  /** Decides over each mutation; null: all pass. */
  fate: ((passed: Passed) => Fate | Promise<Fate>) | null;
  /** Passes mutations on without their key, as if the platform had forgotten it. */
  forgetKeys: boolean;
  /** Called when the platform has answered a mutation, before the answer is passed on. */
  onAnswered: ((passed: Passed) => void) | null;
  /** Nobody listens: connections are refused. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const isChange = ({ method, url }: IncomingMessage): boolean =>
  method !== 'GET' && /^\/v1\/orgs\/[^/]+/.test(url ?? '');

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Asks the platform; gives its whole answer. */
function forward(
  target: string,
  request: IncomingMessage,
  body: Buffer,
  forgetKeys: boolean,
): Promise<{ answer: IncomingMessage; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    if (forgetKeys) delete headers['idempotency-key'];
    const onward = httpRequest(new URL(request.url ?? '/', target), { method: request.method!, headers, agent: false });
    onward.once('error', reject);
    onward.once('response', (answer) => {
      bodyOf(answer).then((bytes) => resolve({ answer, bytes }), reject);
    });
    onward.end(body);
  });
}

const json = (body: Buffer): unknown => (body.length === 0 ? null : (JSON.parse(body.toString('utf8')) as unknown));
const header = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);

/** Starts it before the platform at `target`. */
export async function startFlakyProxy(target: string): Promise<FlakyProxy> {
  let server: Server | null = null;
  let port = 0;
  const changes: Passed[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { method = 'GET', url = '/', headers } = request;
    const passed: Passed = {
      ...{ method, path: url, key: header(headers['idempotency-key']), ifMatch: header(headers['if-match']) },
      ...{
        body: isChange(request) && headers['content-type'] !== 'application/octet-stream' ? json(body) : null,
        status: null,
      },
    };
    if (isChange(request)) changes.push(passed);
    const fate = isChange(request) ? ((await proxy.fate?.(passed)) ?? 'pass') : 'pass';
    if (typeof fate === 'object') {
      passed.status = fate.status;
      response.writeHead(fate.status, { 'content-type': 'application/problem+json', ...fate.headers });
      response.end(JSON.stringify(fate.body ?? {}));
      return;
    }
    const { answer, bytes } = await forward(target, request, body, proxy.forgetKeys);
    if (isChange(request)) proxy.onAnswered?.(passed);
    if (fate === 'lose') {
      response.destroy();
      return;
    }
    passed.status = answer.statusCode ?? 0;
    const { connection: _connection, 'transfer-encoding': _encoding, ...kept } = answer.headers;
    response.writeHead(passed.status, kept);
    response.end(bytes);
  }

  const proxy = {
    changes,
    fate: null,
    forgetKeys: false,
    onAnswered: null,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    async up() {
      if (server !== null) return;
      const made = createServer((request, response) => {
        handle(request, response).catch(() => response.destroy());
      });
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject);
        made.listen(port, '127.0.0.1', resolve);
      });
      port = (made.address() as AddressInfo).port;
      server = made;
    },
    async down() {
      const old = server;
      server = null;
      if (old === null) return;
      const closed = new Promise((resolve) => old.close(resolve));
      old.closeAllConnections();
      await closed;
    },
    close: () => proxy.down(),
  } as FlakyProxy;
  await proxy.up();
  return proxy;
}
