/**
 * Whether a recovery code was made that nobody has typed back yet. The code itself is stored nowhere, so a window that closes before that
 * loses it: the mark says that a new one is due. An empty file, because it must stand before the vault does and be read while it is locked.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface UnconfirmedMark {
  isSet(): Promise<boolean>;
  clear(): Promise<void>;
  /** Runs what makes a recovery code; marks it where it must be confirmed. What fails leaves the mark as it was. */
  around<T>(confirm: boolean, make: () => Promise<T>): Promise<T>;
}

export function unconfirmedMark(dataDir: string): UnconfirmedMark {
  const path = join(dataDir, 'recovery-unconfirmed');
  const isSet = (): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    );
  const clear = (): Promise<void> => rm(path, { force: true });
  return {
    isSet,
    clear,
    async around(confirm, make) {
      if (!confirm) return make();
      const before = await isSet();
      // The mark comes first: a code that exists unmarked could be lost unnoticed.
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      await writeFile(path, '', { mode: 0o600 });
      try {
        return await make();
      } catch (error) {
        if (!before) await clear();
        throw error;
      }
    },
  };
}
