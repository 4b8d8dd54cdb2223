/** A client in a process of its own, so that a server under load does not pay for it: takes a `LoadOrder`, answers `LoadTimes`. */
import { Agent } from 'node:http';
import { ask } from './httpLoad.ts';

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  /** Requests under way at once, each on a kept connection of its own. */
  readonly connections: number;
  /** Requests that arrive by themselves, at random (Poisson), whether or not the last is answered; absent: the next follows an answer. */
  readonly perSecond?: number;
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

/** Each is timed from when it was due, so that what waits for a slow one counts as slow too. */
async function arrivals(order: LoadOrder & { readonly perSecond: number }): Promise<number[]> {
  const { port, path, authorization, connections, perSecond, requests } = order;
  const agent = agents.get(connections) ?? new Agent({ keepAlive: true, maxSockets: connections });
  agents.set(connections, agent);
  const began = performance.now();
  const under: Promise<number>[] = [];
  for (let due = began; under.length < requests; due += (-Math.log(1 - Math.random()) * 1_000) / perSecond) {
    const early = due - performance.now();
    // Timers are a millisecond coarse: what is due within it goes at once.
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early - 0.5));
    const late = Math.max(0, performance.now() - due);
    under.push(ask(agent, port, path, authorization).then((ms) => ms + late));
  }
  return await Promise.all(under);
}

process.on('message', (order: LoadOrder) => {
  const { perSecond } = order;
  (perSecond === undefined ? load(order) : arrivals({ ...order, perSecond })).then(
    (times) => process.send?.({ times }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
