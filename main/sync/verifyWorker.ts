/** Worker thread of a sync: checks batches in order, so that hashing and parsing keep off the main thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import { handedOver } from '../db/api.ts';
import { BatchChecker, type Part, type Start } from './batchCheck.ts';

const checker = new BatchChecker(workerData as Start);
const port = parentPort!;

port.on('message', (parts: readonly Part[]) => {
  try {
    const rows = checker.check(parts);
    port.postMessage({ ok: true, rows, hashes: checker.hashesComputed }, handedOver(rows));
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('INTERNAL', String(error));
    port.postMessage({ ok: false, error: known.toEnvelope() });
  }
});
