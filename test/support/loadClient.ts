/** A client in a process of its own, so that a server under load does not pay for it: takes a `LoadOrder`, answers `LoadTimes`. */
import { Agent } from 'node:http';
import { ask } from './httpLoad.ts';

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  /** Requests under way at once, each on a kept connection of its own. */
  readonly connections: number;
  readonly requests: number;
}

/** Milliseconds of each request, or why one failed. */
export type LoadTimes = { readonly times: readonly number[] } | { readonly failed: string };

const agents = new Map<number, Agent>();

async function load({ port, path, authorization, connections, requests }: LoadOrder): Promise<number[]> {
  const agent = agents.get(connections) ?? new Agent({ keepAlive: true, maxSockets: connections });
  agents.set(connections, agent);
  const times: number[] = [];
  let left = requests;
  const loop = async (): Promise<void> => {
    while (left-- > 0) times.push(await ask(agent, port, path, authorization));
  };
  await Promise.all(Array.from({ length: connections }, loop));
  return times;
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (times) => process.send?.({ times }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
