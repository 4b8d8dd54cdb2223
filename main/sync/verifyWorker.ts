/** Worker thread of a sync: checks batches in order, so that hashing and parsing keep off the main thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import { BatchChecker, type Part, type Start } from './batchCheck.ts';

const checker = new BatchChecker(workerData as Start);
const port = parentPort!;

port.on('message', (parts: readonly Part[]) => {
  try {
    const rows = checker.check(parts);
    const columns = [rows.leaves, rows.leafEnds, rows.occurred, rows.recorded, rows.outcome];
    const codes = [rows.actor, rows.action, rows.target, rows.workspace];
    port.postMessage(
      { ok: true, rows, hashes: checker.hashesComputed },
      [...columns, ...codes].map((array) => array.buffer as ArrayBuffer),
    );
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('INTERNAL', String(error));
    port.postMessage({ ok: false, error: known.toEnvelope() });
  }
});
