/** Opens what is to be imported: a file, plain or gzip, as records. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../shared/errors.ts';
import { type RawRecord, RecordSplitter } from './records.ts';

const CHUNK_BYTES = 256 * 1024;

function unreadable(path: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('FILE_UNREADABLE', `${path} cannot be read: ${reason}`, { path }, error);
}

/** SHA-256 of the file as it lies on the disk (lower-case hex) and its size. Throws FILE_UNREADABLE. */
export async function digestFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function head(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * The records of a file, in batches as they are read. A gzip that breaks off ends with a refused record that says so.
 * Throws FILE_UNREADABLE, also for UTF-16, which no audit log of ours is delivered in.
 */
export async function* readRecords(path: string): AsyncGenerator<RawRecord[]> {
  const magic = await head(path);
  if ((magic[0] === 0xff && magic[1] === 0xfe) || (magic[0] === 0xfe && magic[1] === 0xff)) {
    throw new AppError('FILE_UNREADABLE', `${path} is UTF-16: convert it to UTF-8 first.`, { path });
  }
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  const source = packed ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : file;
  // pipe() does not carry errors on.
  if (packed) file.on('error', (error) => source.destroy(error));
  const splitter = new RecordSplitter();
  let last: RawRecord | undefined;
  try {
    for await (const chunk of source) {
      const records = splitter.push(chunk as Buffer);
      last = records.at(-1) ?? last;
      yield records;
    }
  } catch (error) {
    if (!packed) throw unreadable(path, error);
    const reason = error instanceof Error ? error.message : String(error);
    const rest = splitter.end();
    const before = rest.at(-1) ?? last;
    const at = { index: (before?.index ?? -1) + 1, line: before?.line ?? 1, offset: before?.offset ?? 0 };
    yield [...rest, { ...at, refused: `the gzip stream is broken here: ${reason}` }];
    return;
  } finally {
    file.destroy();
    source.destroy();
  }
  yield splitter.end();
}
