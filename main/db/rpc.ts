/** Calls into a worker thread: a method name and its arguments go over, a result or an error envelope comes back. */
import { type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, type ErrorEnvelope } from '../../shared/errors.ts';

interface Request {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorEnvelope }
  | { readonly id: number; readonly fault: string };

type Methods<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R | Promise<R> : never;
};

/** Worker side: answers one call after the other, in the order they came. */
export function serve<T>(open: (data: unknown) => { readonly methods: Methods<T>; readonly close: () => void }): void {
  const port = parentPort as MessagePort;
  let opened: ReturnType<typeof open> | undefined;
  const answer = async ({ id, method, args }: Request): Promise<Reply> => {
    try {
      if (method === 'open') {
        opened = open(workerData);
        return { id, value: null };
      }
      if (method === 'close') {
        opened?.close();
        return { id, value: null };
      }
      const target = opened?.methods[method as keyof T] as ((...values: readonly unknown[]) => unknown) | undefined;
      if (target === undefined) throw new Error(`no method ${method}`);
      return { id, value: await target(...args) };
    } catch (error) {
      if (error instanceof AppError) return { id, error: error.toEnvelope() };
      return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  let queue = Promise.resolve();
  port.on('message', (request: Request) => {
    queue = queue.then(async () => port.postMessage(await answer(request)));
  });
}

export interface Remote<T> {
  readonly api: T;
  /** Ends the thread after the calls that were made before. */
  close(): Promise<void>;
}

/** For methods with large arguments: the buffers in them that are handed over, not copied. */
export type Transfers<T> = {
  readonly [K in keyof T]?: T[K] extends (...args: infer A) => unknown ? (...args: A) => ArrayBuffer[] : never;
};

/** Main side: starts the worker under a name (15 characters show in lists of threads), waits until it has opened its database. @throws what opening threw. */
export async function start<T extends object>(
  url: URL,
  name: string,
  data: unknown,
  transfers: Transfers<T> = {},
): Promise<Remote<T>> {
  const worker = new Worker(url, { workerData: data, name });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let next = 0;
  let ended: Error | null = null;
  const end = (error: Error): void => {
    ended = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (call === undefined) return;
    if ('value' in reply) call.resolve(reply.value);
    else if ('error' in reply) call.reject(new AppError(reply.error.code, reply.error.message, reply.error.details));
    else call.reject(new Error(reply.fault));
  });
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => end(new AppError('INTERNAL', 'The database thread has ended.')));
  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      const id = next++;
      waiting.set(id, { resolve, reject });
      const buffers = transfers[method as keyof T] as ((...values: readonly unknown[]) => ArrayBuffer[]) | undefined;
      worker.postMessage({ id, method, args } satisfies Request, buffers?.(...args) ?? []);
    });
  try {
    await call('open', []);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  const api = new Proxy({} as T, {
    get: (_target, method) => (method === 'then' ? undefined : (...args: unknown[]) => call(String(method), args)),
  });
  return {
    api,
    close: async () => {
      if (ended === null) await call('close', []).catch(() => {});
      await worker.terminate();
    },
  };
}
