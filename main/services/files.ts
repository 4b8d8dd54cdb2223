/** Dialogs, and the files that go through them. */
import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { FilePurpose, Ports } from '../ports.ts';

export interface Files {
  pickOpen(input: { purpose: FilePurpose }): Promise<{ path: string | null }>;
  pickSave(input: { purpose: FilePurpose; suggestedName: string }): Promise<{ path: string | null }>;
  reveal(input: { path: string }): Promise<{ ok: true }>;
  /** Where an export goes: the path the user chose, else a free name in the exports folder. */
  exportPath(chosen: string | null, name: string, extension: string): string;
  /** Remembers a file the console wrote, so that it may be shown. */
  wrote(path: string): void;
  /** Removes a file that the browser host took in for one use; leaves every other file alone. */
  discardUpload(path: string): Promise<void>;
}

/** Longest list of written files that can be shown again. */
const WRITTEN_MAX = 1000;

export function createFiles(ports: Ports): Files {
  const uploads = resolve(ports.paths.dataDir, 'uploads') + sep;
  const exportsDir = resolve(ports.paths.exportsDir);
  const written = new Set<string>();
  return {
    pickOpen: async ({ purpose }) => ({ path: await ports.dialogs.pickOpen(purpose) }),
    pickSave: async ({ purpose, suggestedName }) => {
      // A suggestion is a name: whatever could lead elsewhere is taken out.
      const name = suggestedName.replaceAll(/[/\\:\0]/g, '-').replace(/^\.+/, '');
      return { path: await ports.dialogs.pickSave(purpose, name) };
    },
    async reveal({ path }) {
      const file = resolve(path);
      if (!written.has(file) && !file.startsWith(exportsDir + sep)) {
        throw new AppError('NOT_FOUND', 'Only files that this console wrote can be shown.');
      }
      const found = await stat(file).catch(() => null);
      if (found === null) throw new AppError('FILE_UNREADABLE', 'The file is no longer there.', { path: file });
      await ports.dialogs.reveal(file);
      return { ok: true };
    },
    exportPath(chosen, name, extension) {
      if (chosen === null) return join(exportsDir, `${name}-${randomUUID().slice(0, 8)}${extension}`);
      if (!isAbsolute(chosen)) throw new AppError('FILE_UNWRITABLE', 'The path is not absolute.', { path: chosen });
      return resolve(chosen);
    },
    wrote(path) {
      written.add(path);
      const [oldest] = written;
      if (written.size > WRITTEN_MAX && oldest !== undefined) written.delete(oldest);
    },
    async discardUpload(path) {
      if (resolve(path).startsWith(uploads)) await rm(resolve(path), { force: true });
    },
  };
}
