/** One console per data folder: two writers on one set of mirrors would each believe its own state. */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

export const LockInfo = z.strictObject({
  pid: z.int().min(1),
  /** Start of the process in clock ticks since boot (Linux); tells a reused process id apart. Null elsewhere. */
  started: z.string().nullable(),
  host: z.enum(['electron', 'browser', 'cli']),
  /** Socket by which a second launch asks the running console for a window; null when it shows none. */
  control: z.string().max(4096).nullable(),
});
export type LockInfo = z.infer<typeof LockInfo>;

const lockPath = (dataDir: string): string => join(dataDir, 'console.lock');

/** Field 22 of /proc/PID/stat; the command name before it may hold spaces and brackets, so count from its last bracket. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(info: LockInfo): boolean {
  try {
    process.kill(info.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = processStart(info.pid);
  return info.started === null || started === null || started === info.started;
}

function readLock(path: string): LockInfo | null {
  try {
    return LockInfo.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Who has the data folder open, or null: no lock, or the lock of a process that is gone. */
export function runningInstance(dataDir: string): LockInfo | null {
  const info = readLock(lockPath(dataDir));
  return info !== null && isAlive(info) ? info : null;
}

function busy(info: LockInfo): AppError {
  return new AppError(
    'MIRROR_BUSY',
    `Another console (${info.host}, process ${info.pid}) has this data folder open. Close it, or use another --data-dir.`,
    { pid: info.pid, host: info.host },
  );
}

/** The lock appears with its content or not at all: an empty one would look like the leavings of a crash. EEXIST when there is one. */
function createWhole(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead process's lock aside. The rename decides between two that try at once; what was moved is looked at again. */
function removeStale(path: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readLock(aside);
  if (moved !== null && isAlive(moved)) {
    renameSync(aside, path);
    throw busy(moved);
  }
  rmSync(aside, { force: true });
}

/**
 * Takes the data folder for this process; answers the release function.
 * @throws AppError MIRROR_BUSY naming the live process, FILE_UNWRITABLE.
 */
export function takeInstanceLock(dataDir: string, host: LockInfo['host'], control: string | null): () => void {
  const path = lockPath(dataDir);
  const mine: LockInfo = { pid: process.pid, started: processStart(process.pid), host, control };
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        createWhole(path, JSON.stringify(mine));
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = runningInstance(dataDir);
      if (other) throw busy(other);
      removeStale(path);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('FILE_UNWRITABLE', 'The data folder cannot be written.', { path: dataDir }, error);
  }
  throw new AppError('MIRROR_BUSY', 'Another console is just starting on this data folder.');
}
