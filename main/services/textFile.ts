/** Files the user named, read whole. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { EVIDENCE_BYTES_MAX } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';

/** The file as text. Throws FILE_UNREADABLE, INPUT_INVALID for one that is larger than `mebibytesMax` or no UTF-8. */
export async function readTextFile(path: string, mebibytesMax: number): Promise<string> {
  if (!isAbsolute(path)) throw new AppError('FILE_UNREADABLE', 'The path is not absolute.', { path });
  try {
    const { size } = await stat(path);
    if (size > mebibytesMax * 1024 * 1024) {
      throw new AppError('INPUT_INVALID', `The file is larger than ${mebibytesMax} MiB.`, { path, size });
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof TypeError) throw new AppError('INPUT_INVALID', 'The file is not text in UTF-8.', { path });
    throw new AppError('FILE_UNREADABLE', undefined, { path }, error);
  }
}

/** The bytes of a file for evidence. Throws FILE_UNREADABLE, INPUT_INVALID for an empty one or one of more than 25 MiB. */
export async function readEvidenceFile(path: string): Promise<Uint8Array> {
  if (!isAbsolute(path)) throw new AppError('FILE_UNREADABLE', 'The path is not absolute.', { path });
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new AppError('FILE_UNREADABLE', 'This is not a file.', { path });
    if (found.size > EVIDENCE_BYTES_MAX)
      throw new AppError('INPUT_INVALID', 'The file is larger than 25 MiB.', { path });
    const bytes = await readFile(path);
    if (bytes.length === 0) throw new AppError('INPUT_INVALID', 'The file is empty.', { path });
    return bytes;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('FILE_UNREADABLE', undefined, { path }, error);
  }
}
