/** The thread of checks: it opens nothing; what it knows was handed to it, and is gone with it. */
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { type Task, Worlds } from './tasks.ts';

/** A million events take some 40 MB. */
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
const worlds = new Worlds(MEMORY_BYTES_MAX);

parentPort!.on('message', ({ id, task }: { id: number; task: Task }) => {
  try {
    parentPort!.postMessage({ id, ok: true, value: worlds.run(task) });
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    parentPort!.postMessage({ id, ok: false, code, message: error instanceof Error ? error.message : String(error) });
  }
});
