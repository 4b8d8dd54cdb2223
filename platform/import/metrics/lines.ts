/** Lines of a file, plain or gzip, as text with their numbers; a row of CSV that goes over several lines is one. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RecordKind } from './entry.ts';

const CHUNK_BYTES = 256 * 1024;
/** A record of more is refused, and what follows is read from the next line on. */
const RECORD_CHARS_MAX = 256 * 1024;
/** Lines of one row of CSV. */
const RECORD_LINES_MAX = 20;
const HEAD_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

export interface NumberedRecord {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** Why it cannot be read at all. */
  readonly refused?: string;
}

function unreadable(path: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('FILE_UNREADABLE', `${path} cannot be read: ${reason}`, { path }, error);
}

async function magic(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The file's bytes, unpacked. A gzip that breaks off gives what there is, then `broken`. Throws FILE_UNREADABLE. */
async function* contents(path: string): AsyncGenerator<Buffer | { readonly broken: string }> {
  const [a, b] = await magic(path);
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new AppError('FILE_UNREADABLE', `${path} is UTF-16: convert it to UTF-8 first.`, { path });
  const packed = a === 0x1f && b === 0x8b;
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const source = packed ? file.pipe(createGunzip()) : file;
  if (packed) file.on('error', (error) => source.destroy(error));
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    if (!packed) throw unreadable(path, error);
    yield { broken: error instanceof Error ? error.message : String(error) };
  } finally {
    file.destroy();
    source.destroy();
  }
}

/** SHA-256 (lower-case hex) of what the file holds, unpacked: a file and its gzip are the same. Throws FILE_UNREADABLE. */
export async function digestContents(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of contents(path)) hash.update(Buffer.isBuffer(part) ? part : part.broken);
  return hash.digest('hex');
}

/** The first lines, the empty ones left out. Throws FILE_UNREADABLE. */
export async function headLines(path: string): Promise<string[]> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of contents(path)) {
    if (!Buffer.isBuffer(part)) break;
    parts.push(part);
    bytes += part.length;
    if (bytes >= HEAD_BYTES) break;
  }
  const lines = Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/);
  // The last one may be cut off.
  if (bytes >= HEAD_BYTES && lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '');
}

/** True where a text in quotes, begun at the start of a field, goes on beyond the end. */
function quoteOpen(text: string): boolean {
  for (let at = text.indexOf('"'); at >= 0; ) {
    if (at > 0 && !/[,;\t|\n]/.test(text[at - 1]!)) {
      at = text.indexOf('"', at + 1);
      continue;
    }
    let end = text.indexOf('"', at + 1);
    while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
    if (end < 0) return true;
    at = text.indexOf('"', end + 1);
  }
  return false;
}

/** Joins lines to records. */
class Joiner {
  private readonly csv: boolean;
  private line = 0;
  private open: string[] = [];

  constructor(kind: RecordKind) {
    this.csv = kind === 'csv';
  }

  /** Takes the next line; gives the records that are whole by it. */
  push(text: string): NumberedRecord[] {
    this.line += 1;
    this.open.push(text);
    return this.settle(false);
  }

  /** Takes the end of the file. */
  end(): NumberedRecord[] {
    return this.settle(true);
  }

  get last(): number {
    return this.line;
  }

  /** A quote that does not end spoils its own line, not those after it. */
  private settle(ended: boolean): NumberedRecord[] {
    const records: NumberedRecord[] = [];
    while (this.open.length > 0) {
      const line = this.line - this.open.length + 1;
      const [first] = this.open;
      if (first!.length > RECORD_CHARS_MAX) {
        records.push({ line, text: '', refused: `longer than ${RECORD_CHARS_MAX} characters` });
        this.open.shift();
        continue;
      }
      const n = this.csv ? this.whole() : 1;
      if (n === 0 && !ended && this.open.length < RECORD_LINES_MAX) break;
      records.push({ line, text: this.open.splice(0, Math.max(n, 1)).join('\n') });
    }
    return records;
  }

  /** Lines of the first row; 0: it is not whole yet. */
  private whole(): number {
    for (let n = 1; n <= this.open.length; n++) if (!quoteOpen(this.open.slice(0, n).join('\n'))) return n;
    return 0;
  }
}

/** Records of the file in batches as they are read; a gzip that breaks off ends with one that says so. Throws FILE_UNREADABLE. */
export async function* numberedRecords(path: string, kind: RecordKind): AsyncGenerator<NumberedRecord[]> {
  const joiner = new Joiner(kind);
  let rest: Buffer[] = [];
  let restBytes = 0;
  let first = true;
  const text = (bytes: Buffer): string => {
    const line = bytes.toString('utf8').replace(/\r$/, '');
    const bare = first ? line.replace(/^\ufeff/, '') : line;
    first = false;
    return bare;
  };
  for await (const part of contents(path)) {
    const records: NumberedRecord[] = [];
    if (!Buffer.isBuffer(part)) {
      yield [{ line: joiner.last + 1, text: '', refused: `the gzip stream is broken here: ${part.broken}` }];
      return;
    }
    let at = 0;
    for (let end = part.indexOf(NEWLINE); end >= 0; end = part.indexOf(NEWLINE, at)) {
      const piece = part.subarray(at, end);
      records.push(...joiner.push(text(restBytes === 0 ? piece : Buffer.concat([...rest, piece]))));
      rest = [];
      restBytes = 0;
      at = end + 1;
    }
    // Of a line without end only so much is kept that it is known to be too long.
    if (at < part.length && restBytes <= 4 * RECORD_CHARS_MAX) {
      rest.push(part.subarray(at));
      restBytes += part.length - at;
    }
    yield records;
  }
  yield [...(restBytes > 0 ? joiner.push(text(Buffer.concat(rest))) : []), ...joiner.end()];
}
