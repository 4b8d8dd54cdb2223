/** A real HTTP receiver that keeps what it got and answers as told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly got: Received[];
  /** Statuses of the next answers; then 204. 0: the connection is cut instead. */
  readonly answers: number[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const got: Received[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    got.push({ headers: request.headers as Record<string, string | undefined>, body });
    const status = answers.shift() ?? 204;
    if (status === 0) request.socket.destroy();
    else if (status >= 300 && status < 400) response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end();
    else response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
