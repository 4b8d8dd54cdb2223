import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { guardedFetch } from './guardedFetch.ts';

async function answered(status: number): Promise<Response> {
  const server = createServer((_request, reply) => reply.writeHead(status).end(status === 205 ? '' : 'x'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await guardedFetch({ loopback: true })(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {});
  } finally {
    server.close();
  }
}

test('statuses a Response cannot have are a refusal to the caller, not an exception of the process', async () => {
  await expect(answered(600)).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  await expect(answered(999)).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  expect((await answered(205)).status).toBe(205);
});
