/** The judging thread: it opens nothing; what it knows was handed to it, and is gone with it. */
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { Memory } from './memory.ts';
import { runJudge, runReport, type Task } from './tasks.ts';

/** Roll-ups of a month take about half a MiB a series. */
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
const memory = new Memory(MEMORY_BYTES_MAX);

function answer(task: Task): unknown {
  return task.kind === 'judge' ? runJudge(memory, task) : runReport(task);
}

parentPort!.on('message', ({ id, task }: { id: number; task: Task }) => {
  try {
    parentPort!.postMessage({ id, ok: true, value: answer(task) });
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    parentPort!.postMessage({ id, ok: false, code, message: error instanceof Error ? error.message : String(error) });
  }
});
