/** Giving a finished draft its name without ever replacing a file. */
import { link, open, rename, rm } from 'node:fs/promises';

/** File systems without hard links (FAT, some network shares) say so with one of these. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * The draft is under the path afterwards, and may be under its own name too. Without hard links the name is taken first, by an empty
 * file that the draft then replaces: a kill in between leaves that one, never a part of the draft. Throws EEXIST and other system errors.
 */
export async function publish(draft: string, path: string, linkFile: typeof link = link): Promise<void> {
  try {
    await linkFile(draft, path);
    return;
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
  }
  await (await open(path, 'wx', 0o600)).close();
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
