/** Small key files, replaced whole or not at all, readable by their owner only. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors.ts';

const FILE_BYTES_MAX = 1024 * 1024;

function faultOf(error: unknown, code: 'FILE_UNWRITABLE' | 'FILE_UNREADABLE', path: string): AppError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new AppError(reason === 'ENOSPC' ? 'DISK_FULL' : code, undefined, { path, reason }, error);
}

/**
 * Writes a temporary file beside the target, syncs it, renames it over the target and syncs the folder: after a crash either the
 * old or the new content is there. Mode 0600. Throws FILE_UNWRITABLE or DISK_FULL; the old content then stands.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw faultOf(error, 'FILE_UNWRITABLE', path);
  }
}

/** Makes a rename or removal in the folder durable. Windows cannot open folders and needs no such step. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Text of a small file, null when there is none. Throws FILE_UNREADABLE, also above 1 MiB. */
export async function readSmallFile(path: string): Promise<string | null> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw faultOf(error, 'FILE_UNREADABLE', path);
  }
  try {
    const { size } = await file.stat();
    if (size > FILE_BYTES_MAX) throw new AppError('FILE_UNREADABLE', 'The key file is too large.', { path, size });
    return await file.readFile('utf8');
  } catch (error) {
    throw error instanceof AppError ? error : faultOf(error, 'FILE_UNREADABLE', path);
  } finally {
    await file.close();
  }
}
