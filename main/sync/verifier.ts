/** The main thread's side of the verify worker. */
import { Worker } from 'node:worker_threads';
import { AppError, type ErrorEnvelope } from '../../shared/errors.ts';
import type { CheckedRows, Part, Start } from './batchCheck.ts';

type Answer =
  | { readonly ok: true; readonly rows: CheckedRows; readonly hashes: number }
  | { readonly ok: false; readonly error: ErrorEnvelope };

interface Waiting {
  resolve(rows: CheckedRows): void;
  reject(error: unknown): void;
}

export class Verifier {
  hashesComputed = 0;
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private dead: unknown = null;

  constructor(start: Start) {
    this.worker = new Worker(new URL('./verifyWorker.ts', import.meta.url), { workerData: start, name: 'verify' });
    this.worker.on('message', (answer: Answer) => {
      const next = this.waiting.shift();
      if (!answer.ok) {
        next?.reject(new AppError(answer.error.code, answer.error.message, answer.error.details));
        return;
      }
      this.hashesComputed = answer.hashes;
      next?.resolve(answer.rows);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new AppError('INTERNAL', 'The verify worker ended.')));
  }

  /** Checks the next bundles; answers come in order. Buffers are handed over. Throws what `BatchChecker.check` throws. */
  check(parts: readonly Part[]): Promise<CheckedRows> {
    if (this.dead !== null) return Promise.reject(this.dead);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(
        parts,
        parts.flatMap((part) => [part.entries.buffer as ArrayBuffer, part.disclosures.buffer as ArrayBuffer]),
      );
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    this.dead ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
