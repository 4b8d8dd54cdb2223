/** The way to a thread that works on tasks one after the other, which is started at the first: however much there is to do, requests are not held up. */
import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../shared/errors.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode | null; readonly message: string };

export class TaskThread<Task> {
  private readonly url: URL;
  private readonly name: string;
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;

  /** @param name shows in lists of threads, 15 characters of it. */
  constructor(url: URL, name: string) {
    this.url = url;
    this.name = name;
  }

  protected ask(task: Task): Promise<unknown> {
    const worker = this.worker ?? this.start();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, task });
    });
  }

  private start(): Worker {
    const worker = new Worker(this.url, { name: this.name });
    this.worker = worker;
    // Nothing waits for it but who asked.
    worker.unref();
    worker.on('message', (reply: Reply) => {
      const waiting = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(reply.code === null ? new Error(reply.message) : new AppError(reply.code, reply.message));
    });
    worker.on('error', (error) => this.lost(worker, error));
    worker.on('exit', () => this.lost(worker, new Error(`The thread ${this.name} has ended.`)));
    return worker;
  }

  /** Whoever waits is told; the next task starts another thread, which remembers nothing. */
  private lost(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return;
    this.worker = null;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(error);
  }

  async close(): Promise<void> {
    const { worker } = this;
    await worker?.terminate();
  }
}
