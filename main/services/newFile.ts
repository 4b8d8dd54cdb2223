/** A file that appears whole under its name or not at all, and never over another. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { publish } from '../bundle/publish.ts';

export interface NewFile {
  /** Text as UTF-8, or bytes as they are. */
  write(content: string | Uint8Array): Promise<void>;
  readonly bytes: () => number;
}

export function fileFault(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A file in the place of a folder of the path is EEXIST too, from mkdir.
  if (code === 'EEXIST' && syscall !== 'mkdir') return new AppError('FILE_EXISTS', undefined, { path });
  if (code === 'ENOSPC') return new AppError('DISK_FULL', undefined, { path });
  return new AppError('FILE_UNWRITABLE', undefined, { path, ...(code ? { reason: code } : {}) }, error);
}

/** Drafts end like this; a killed process leaves them behind. */
export const DRAFT = /\.[0-9a-f]{8}\.part$/;

/** A new name beside the target, under which it is written. */
export function draftOf(path: string): string {
  return `${path}.${randomUUID().slice(0, 8)}.part`;
}

/** Removes the drafts that killed exports left in a folder: they hold rows in the clear. */
export function removeDrafts(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (DRAFT.test(name)) rmSync(join(folder, name), { force: true });
}

/**
 * Runs `fill` over the draft (mode 0600); when it succeeds the draft is synced and takes the name, otherwise it is removed.
 * @throws AppError FILE_EXISTS, FILE_UNWRITABLE, DISK_FULL, and what `fill` throws.
 */
export async function writeNewFile(
  path: string,
  draft: string,
  fill: (file: NewFile) => Promise<void>,
): Promise<{ bytes: number }> {
  if (!isAbsolute(path)) throw new AppError('FILE_UNWRITABLE', 'The path is not absolute.', { path });
  let bytes = 0;
  let filling = false;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o600);
    try {
      filling = true;
      await fill({
        bytes: () => bytes,
        async write(content) {
          const chunk = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
          bytes += chunk.length;
          await file.appendFile(chunk).catch((error: unknown) => {
            throw fileFault(error, path);
          });
        },
      });
      filling = false;
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(draft, path);
    return { bytes };
  } catch (error) {
    throw filling ? error : fileFault(error, path);
  } finally {
    // Where the folder itself could not be made there is no draft to remove.
    await rm(draft, { force: true }).catch(() => {});
  }
}
