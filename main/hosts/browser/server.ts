/**
 * The loopback server of the browser host: bound to 127.0.0.1 on a random port, deaf to every request that fails the guard or has no session.
 * `GET /launch?token=` once, then the renderer's files, `POST /call`, `GET /events`, `POST /upload`, `GET /download?path=`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type EventName, events as eventSchemas } from '../../../shared/contract/index.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { App } from '../../app.ts';
import { SECURITY_HEADERS } from '../csp.ts';
import { receiveUpload, sendDownload, serveStatic, TooLarge } from './files.ts';
import { ADDRESS, isOwnUser, refusal } from './guard.ts';
import { createPush } from './push.ts';
import { cookieName, cookieOf, createSessions } from './session.ts';

export interface ServerOptions {
  readonly app: App;
  readonly rendererDir: string;
  readonly uploadsDir: string;
  readonly now: () => number;
  /** Called with the number of open windows whenever it changes. */
  readonly onWindows: (count: number) => void;
  readonly uploadBytesMax?: number;
}

export interface ConsoleServer {
  readonly port: number;
  /** An address that opens one window, once. */
  launchUrl(): string;
  close(): Promise<void>;
}

const CALL_BYTES_MAX = 16 * 1024 * 1024;
const UPLOAD_BYTES_MAX = 2 * 1024 ** 3;

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function handleCall(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return answer(response, 415, 'JSON only.');
  const body = await readBody(request, CALL_BYTES_MAX);
  let message: { name?: unknown; input?: unknown } | null;
  try {
    message = JSON.parse(body.toString('utf8'));
  } catch {
    return answer(response, 400, 'Not JSON.');
  }
  if (typeof message?.name !== 'string') return answer(response, 400, 'No procedure named.');
  answerJson(response, await app.dispatch(message.name, message.input, { trusted: true }));
}

/** Files this session's exports wrote: the only ones a window may download. */
function watchExports(app: App): { paths: Set<string>; stop: () => void } {
  const paths = new Set<string>();
  const stop = app.on('job', (job: Job) => {
    if (job.state !== 'done' || (job.kind !== 'export-bundle' && job.kind !== 'export-rows')) return;
    const path = (job.result as { path?: unknown } | null)?.path;
    if (typeof path === 'string') paths.add(path);
  });
  return { paths, stop };
}

export async function startServer(options: ServerOptions): Promise<ConsoleServer> {
  const { app, rendererDir } = options;
  const sessions = createSessions(options.now);
  const push = createPush(options.onWindows);
  const exported = watchExports(app);
  const names = Object.keys(eventSchemas) as EventName[];
  const unsubscribe = names.map((name) => app.on(name, (payload) => push.send(name, payload)));
  let port = 0;

  function launch(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const own = isOwnUser(request.socket.remotePort ?? 0, port);
    const cookie = own ? sessions.exchange(url.searchParams.get('token') ?? '') : null;
    if (cookie === null) {
      answer(response, 403, 'This address was used already or is too old. Open the console from its launcher.');
      return;
    }
    response.writeHead(303, {
      location: '/',
      'set-cookie': `${cookieName(port)}=${cookie}; Path=/; HttpOnly; SameSite=Strict`,
    });
    response.end();
  }

  async function route(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = `${request.method} ${url.pathname}`;
    if (what === 'POST /call') return handleCall(app, request, response);
    if (what === 'POST /upload') {
      const path = await receiveUpload(request, options.uploadsDir, options.uploadBytesMax ?? UPLOAD_BYTES_MAX);
      return answerJson(response, { path });
    }
    if (what === 'GET /events') {
      if (!push.open(response)) answer(response, 503, 'Too many windows.');
      return;
    }
    if (what === 'GET /download') {
      const path = url.searchParams.get('path') ?? '';
      if (!exported.paths.has(path) || !(await sendDownload(path, response))) answer(response, 404, 'Not found.');
      return;
    }
    if (request.method === 'GET' && (await serveStatic(rendererDir, url.pathname, response))) return;
    answer(response, 404, 'Not found.');
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    const why = refusal(request, port);
    if (why !== null) return answer(response, 403, `Refused: ${why}.`);
    // Put together as text: resolved against a base, `//name/` would change the host.
    const url = request.url?.startsWith('/') ? URL.parse(`http://${ADDRESS}:${port}${request.url}`) : null;
    if (url === null) return answer(response, 400, 'Not an address of this server.');
    if (request.method === 'GET' && url.pathname === '/launch') return launch(url, request, response);
    if (!sessions.holds(cookieOf(request, cookieName(port)) ?? '')) {
      return answer(response, 401, 'No session. Open the console from its launcher.');
    }
    await route(url, request, response);
  }

  const server = createServer(
    { requestTimeout: 600_000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => {
      handle(request, response).catch((error: unknown) => {
        if (error instanceof TooLarge) {
          response.setHeader('connection', 'close');
          answer(response, 413, 'Too large.');
        } else answer(response, 500, 'The request could not be served.');
      });
    },
  );
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, ADDRESS, done);
  });
  port = (server.address() as AddressInfo).port;
  return {
    port,
    launchUrl: () => `http://${ADDRESS}:${port}/launch?token=${sessions.issueToken()}`,
    async close() {
      for (const stop of [...unsubscribe, exported.stop]) stop();
      push.closeAll();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

export const rendererDirOf = (root: string): string => join(root, 'dist', 'renderer');
