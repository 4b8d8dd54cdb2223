/**
 * Opens a ZIP from an untrusted sender. yauzl parses; everything two readers could understand differently is refused here:
 * the entries must tile the file from its first byte to the central directory, local and central headers must agree, and
 * nothing may follow the end record.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, fromFd, type LocalFileHeader, type ZipFile } from 'yauzl';
import type { BundleFiles } from '../../shared/bundle/files.ts';
import { collision, nameFault } from '../../shared/bundle/layout.ts';
import { AppError } from '../../shared/errors.ts';
import { READ_LIMITS } from './limits.ts';

const END_RECORD_BYTES = 22;
const STORED = 0;
const DEFLATED = 8;
/** Bits of the general purpose flag a bundle may have: deflate level, data descriptor, UTF-8. */
const FLAGS_ALLOWED = 0x0002 | 0x0004 | 0x0008 | 0x0800;
const FLAG_DESCRIPTOR = 0x0008;
/** ZIP64, NTFS times, Unix times, Unix owner: harmless. A Unicode path (0x7075) would be a second name. */
const EXTRA_ALLOWED = new Set([0x0001, 0x000a, 0x5455, 0x7855, 0x7875]);
const UNIX_TYPE_MASK = 0o170000;
const UNIX_FILE = 0o100000;
const UNIX_FOLDER = 0o040000;

export interface OpenedBundle extends BundleFiles {
  close(): Promise<void>;
}

export function unreadableFile(reason: string, cause?: unknown): AppError {
  return new AppError('BUNDLE_UNREADABLE', reason, undefined, cause);
}

function openZip(fd: number): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true };
  return new Promise((resolve, reject) => {
    fromFd(fd, options, (error, zip) => (zip ? resolve(zip) : reject(error ?? new Error('not a ZIP'))));
  });
}

function readEntries(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      if (entries.length > READ_LIMITS.entries) reject(unreadableFile('The ZIP has too many entries.'));
      else zip.readEntry();
    });
    zip.readEntry();
  });
}

/** Throws unless the end record is the last thing in the file and carries no comment. */
async function checkEnd(handle: FileHandle, size: number): Promise<void> {
  if (size < END_RECORD_BYTES) throw unreadableFile('The file is too short for a ZIP.');
  const { buffer } = await handle.read(Buffer.alloc(END_RECORD_BYTES), 0, END_RECORD_BYTES, size - END_RECORD_BYTES);
  if (buffer.readUInt32LE(0) !== 0x06054b50 || buffer.readUInt16LE(20) !== 0) {
    throw unreadableFile('The file does not end with a ZIP end record: it is cut, or something follows.');
  }
}

function checkEntry(entry: Entry): void {
  const name = JSON.stringify(entry.fileName);
  const folder = entry.fileName.endsWith('/');
  const wrong = nameFault(folder ? entry.fileName.slice(0, -1) : entry.fileName);
  if (wrong !== null) throw unreadableFile(`The entry ${name} is refused: ${wrong}.`);
  if (entry.isEncrypted()) throw unreadableFile(`The entry ${name} is encrypted.`);
  if ((entry.generalPurposeBitFlag & ~FLAGS_ALLOWED) !== 0)
    throw unreadableFile(`The entry ${name} has unknown flags.`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw unreadableFile(`The entry ${name} is packed by method ${entry.compressionMethod}; only deflate is read.`);
  }
  if (entry.extraFields.some(({ id }) => !EXTRA_ALLOWED.has(id)) || entry.fileCommentLength > 0) {
    throw unreadableFile(`The entry ${name} carries extra fields or a comment that bundles never have.`);
  }
  const type = (entry.externalFileAttributes >>> 16) & UNIX_TYPE_MASK;
  if (type !== 0 && type !== (folder ? UNIX_FOLDER : UNIX_FILE)) {
    throw unreadableFile(`The entry ${name} is a link or another special file.`);
  }
  const { compressedSize, uncompressedSize } = entry;
  if (folder && uncompressedSize > 0) throw unreadableFile(`The folder ${name} has content.`);
  const bomb = uncompressedSize > READ_LIMITS.ratioFreeBytes && uncompressedSize > compressedSize * READ_LIMITS.ratio;
  if (bomb || uncompressedSize > READ_LIMITS.entryBytes) throw unreadableFile(`The entry ${name} unpacks to too much.`);
}

function localHeader(zip: ZipFile, entry: Entry): Promise<LocalFileHeader> {
  return new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, (error, header) => (error ? reject(error) : resolve(header)));
  });
}

/** Where the entry's bytes end, its data descriptor included; throws when local and central header differ. */
async function entryEnd(handle: FileHandle, zip: ZipFile, entry: Entry): Promise<number> {
  const local = await localHeader(zip, entry);
  const name = JSON.stringify(entry.fileName);
  const streamed = (entry.generalPurposeBitFlag & FLAG_DESCRIPTOR) !== 0;
  const fields = ['compressionMethod', 'generalPurposeBitFlag', 'lastModFileTime', 'lastModFileDate'] as const;
  const same = fields.every((field) => local[field] === entry[field]) && local.fileName.equals(entry.fileNameRaw);
  const sizes = streamed
    ? local.crc32 === 0 || local.crc32 === entry.crc32
    : local.crc32 === entry.crc32 &&
      [entry.compressedSize, 0xffffffff].includes(local.compressedSize) &&
      [entry.uncompressedSize, 0xffffffff].includes(local.uncompressedSize);
  if (!same || !sizes) throw unreadableFile(`The two headers of ${name} differ.`);
  const end = local.fileDataStart + entry.compressedSize;
  return streamed ? end + (await descriptorLength(handle, end, entry)) : end;
}

/** Length of the data descriptor at `at`; throws when it contradicts the central header. */
async function descriptorLength(handle: FileHandle, at: number, entry: Entry): Promise<number> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(24), 0, 24, at);
  const signed = bytesRead >= 4 && buffer.readUInt32LE(0) === 0x08074b50;
  const from = signed ? 4 : 0;
  if (bytesRead >= from + 12 && buffer.readUInt32LE(from) === entry.crc32) {
    const small = buffer.readUInt32LE(from + 4) === entry.compressedSize;
    if (small && buffer.readUInt32LE(from + 8) === entry.uncompressedSize) return from + 12;
    const large = bytesRead >= from + 20 && Number(buffer.readBigUInt64LE(from + 4)) === entry.compressedSize;
    if (large && Number(buffer.readBigUInt64LE(from + 12)) === entry.uncompressedSize) return from + 20;
  }
  throw unreadableFile(`The data descriptor of ${JSON.stringify(entry.fileName)} contradicts its header.`);
}

/** Entries must follow one another without a gap from byte 0 to the central directory, and that must reach the end record. */
async function checkTiling(
  handle: FileHandle,
  zip: ZipFile,
  entries: readonly Entry[],
  directory: { start: number; end: number },
  size: number,
): Promise<void> {
  let at = 0;
  for (const entry of entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)) {
    if (entry.relativeOffsetOfLocalHeader !== at) throw unreadableFile('The ZIP has gaps or overlaps between entries.');
    at = await entryEnd(handle, zip, entry);
  }
  if (at !== directory.start) throw unreadableFile('The ZIP has bytes between its last entry and its directory.');
  const rest = size - directory.end;
  // The ZIP64 end record and its locator may stand before the end record.
  if (rest !== END_RECORD_BYTES && rest !== END_RECORD_BYTES + 56 + 20) {
    throw unreadableFile('The ZIP has bytes after its directory.');
  }
}

/** Passes bytes on and fails when they do not have the CRC the header names. */
class CrcCheck extends Transform {
  private readonly wanted: number;
  private readonly entryName: string;
  private crc = 0;

  constructor(entry: Entry) {
    super();
    this.wanted = entry.crc32;
    this.entryName = entry.fileName;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.crc = crc32(chunk, this.crc);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.crc === this.wanted ? null : new Error(`CRC of ${this.entryName} differs`));
  }
}

async function* streamEntry(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    const checked = new CrcCheck(entry);
    stream.on('error', (error) => checked.destroy(error));
    checked.on('close', () => stream.destroy());
    for await (const chunk of stream.pipe(checked)) yield chunk as Uint8Array;
  } catch (error) {
    throw new AppError(
      'BUNDLE_UNREADABLE',
      `${name} is damaged: ${(error as Error).message}.`,
      { subject: name },
      error,
    );
  }
}

/** The folder that holds the bag: the ZIP's top, or its one top folder. */
export function bagFolder(names: readonly string[]): string {
  if (names.includes('bagit.txt')) return '';
  const tops = new Set(names.map((name) => name.slice(0, name.indexOf('/') + 1)));
  const [top] = tops;
  if (tops.size === 1 && top !== undefined && top !== '' && names.includes(`${top}bagit.txt`)) return top;
  throw unreadableFile('There is no bagit.txt: this is not a bundle.');
}

async function readZip(handle: FileHandle, size: number): Promise<OpenedBundle> {
  await checkEnd(handle, size);
  const zip = await openZip(handle.fd);
  const start = zip.readEntryCursor as unknown as number;
  const entries = await readEntries(zip);
  for (const entry of entries) checkEntry(entry);
  if (entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0) > READ_LIMITS.totalBytes) {
    throw unreadableFile('The ZIP unpacks to too much.');
  }
  const files = entries.filter(({ fileName }) => !fileName.endsWith('/'));
  const double = collision(files.map(({ fileName }) => fileName));
  if (double !== null) throw unreadableFile(`The entry ${JSON.stringify(double)} is there twice.`);
  await checkTiling(handle, zip, entries, { start, end: zip.readEntryCursor as unknown as number }, size);
  const top = bagFolder(files.map(({ fileName }) => fileName));
  const byName = new Map(files.map((entry) => [entry.fileName.slice(top.length), entry]));
  const named = (name: string): Entry => {
    const entry = byName.get(name);
    if (entry === undefined) throw new AppError('NOT_FOUND', `${name} is not in the bundle.`);
    return entry;
  };
  return {
    names: [...byName.keys()].sort(),
    size: (name) => named(name).uncompressedSize,
    stream: (name) => streamEntry(zip, named(name), name),
    close: () => handle.close(),
  };
}

/** Opens a bundle's ZIP. Throws FILE_UNREADABLE or BUNDLE_UNREADABLE; close it after use. */
export async function openZipBundle(path: string): Promise<OpenedBundle> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', undefined, undefined, error);
  }
  try {
    const { size } = await handle.stat();
    if (size > READ_LIMITS.fileBytes) throw unreadableFile('The file is too large for a bundle.');
    return await readZip(handle, size);
  } catch (error) {
    await handle.close();
    if (error instanceof AppError) throw error;
    throw unreadableFile(`The ZIP is broken: ${(error as Error).message}.`, error);
  }
}
