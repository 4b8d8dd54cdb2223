/** A ZIP written entry after entry into a temporary file, which takes its name only when it is whole and on disk. */
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { AppError } from '../../shared/errors.ts';
import { publish } from './publish.ts';

/** One entry; its content is asked for when its turn comes, so later entries may depend on earlier ones. */
export interface ZipEntry {
  readonly name: string;
  readonly content: () => AsyncIterable<Uint8Array>;
}

/** The DOS epoch, so that equal content gives equal bytes. */
const MTIME = new Date(1980, 0, 1);

function fileError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EEXIST') return new AppError('FILE_EXISTS', undefined, undefined, error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', undefined, undefined, error);
  if (code !== undefined && ['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR'].includes(code)) {
    return new AppError('FILE_UNWRITABLE', undefined, undefined, error);
  }
  return error;
}

/** Asks for the content only when the stream is read, so that what it throws becomes the stream's error. */
async function* started(content: ZipEntry['content']): AsyncGenerator<Uint8Array> {
  yield* content();
}

async function refuseExisting(path: string): Promise<void> {
  const existing = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (existing !== null) throw new AppError('FILE_EXISTS');
}

/** Takes the name without ever replacing a file. */
async function finish(temporary: string, path: string): Promise<void> {
  await publish(temporary, path);
  await rm(temporary, { force: true });
  await sync(dirname(path)).catch(() => undefined); // not every system can sync a folder
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes the entries in the given order and gives the size of the file in bytes. Throws FILE_EXISTS, FILE_UNWRITABLE,
 * DISK_FULL, CANCELLED, or what an entry's content throws; then nothing is left behind.
 */
export async function writeZip(
  path: string,
  temporary: string,
  entries: readonly ZipEntry[],
  signal?: AbortSignal,
): Promise<number> {
  try {
    await refuseExisting(path);
    await mkdir(dirname(path), { recursive: true });
    const zip = new ZipFile();
    const output = zip.outputStream as Readable;
    zip.on('error', (error: Error) => output.destroy(error));
    for (const { name, content } of entries) {
      const options = { mtime: MTIME, mode: 0o100644, forceDosTimestamp: true, compress: true };
      zip.addReadStreamLazy(name, options, (give) => {
        const stream = Readable.from(started(content), { objectMode: false });
        // Not passed on by the library: without this a failing entry would leave the ZIP waiting for ever.
        stream.on('error', (error) => output.destroy(error));
        give(null, stream);
      });
    }
    zip.end();
    const file = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(output, file, signal === undefined ? {} : { signal });
    const { size } = await stat(temporary);
    await finish(temporary, path);
    return size;
  } catch (error) {
    // What went wrong before is what the caller must see, not a failing clean-up.
    await rm(temporary, { force: true }).catch(() => undefined);
    if (signal?.aborted) throw new AppError('CANCELLED', undefined, undefined, error);
    throw fileError(error);
  }
}
