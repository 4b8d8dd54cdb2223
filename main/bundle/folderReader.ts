/** Opens an extracted bundle: plain files only, no links, no special files. */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { collision, nameFault } from '../../shared/bundle/layout.ts';
import { AppError } from '../../shared/errors.ts';
import { READ_LIMITS } from './limits.ts';
import { bagFolder, type OpenedBundle, unreadableFile } from './zipReader.ts';

async function walk(root: string, folder: string, sizes: Map<string, number>): Promise<void> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const wrong = nameFault(name);
    if (wrong !== null) throw unreadableFile(`${JSON.stringify(name)} is refused: ${wrong}.`);
    if (entry.isDirectory()) await walk(root, name, sizes);
    else if (entry.isFile()) sizes.set(name, (await lstat(join(root, name))).size);
    else throw unreadableFile(`${name} is a link or another special file.`);
    if (sizes.size > READ_LIMITS.entries) throw unreadableFile('The folder has too many files.');
  }
}

async function* streamFile(path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    // The stream closes the handle, also when the reader stops early.
    for await (const chunk of handle.createReadStream()) yield chunk as Uint8Array;
  } catch (error) {
    throw new AppError('BUNDLE_UNREADABLE', `${name} cannot be read.`, { subject: name }, error);
  }
}

/** Opens the folder of an extracted bundle, or the folder it was extracted into. Throws BUNDLE_UNREADABLE. */
export async function openFolderBundle(path: string): Promise<OpenedBundle> {
  const sizes = new Map<string, number>();
  try {
    await walk(path, '', sizes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('FILE_UNREADABLE', undefined, undefined, error);
  }
  const double = collision([...sizes.keys()]);
  if (double !== null) throw unreadableFile(`${double} is there twice on a case-insensitive system.`);
  const top = bagFolder([...sizes.keys()]);
  return {
    names: [...sizes.keys()].map((name) => name.slice(top.length)).sort(),
    size: (name) => sizes.get(`${top}${name}`) ?? 0,
    stream: (name) => streamFile(join(path, top, name), name),
    close: async () => undefined,
  };
}
