/** Verifies a bundle on disk, packed or extracted. The console's procedure, its command and the single-file verifier call this. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { parseKeys } from '../../shared/bundle/keys.ts';
import { type BundleVerdict, unreadable, verifyBundle } from '../../shared/bundle/verify.ts';
import { AppError } from '../../shared/errors.ts';
import { ecdsaP256Verify, ed25519Verify, sha256 } from '../crypto.ts';
import { openFolderBundle } from './folderReader.ts';
import { type OpenedBundle, openZipBundle } from './zipReader.ts';

export interface VerifyFileOptions {
  /** PEM or verifier-key texts obtained from outside the bundle, each with one key or several. */
  readonly trust: readonly string[];
  readonly onProgress?: (stage: 'files' | 'events', done: number, total: number) => void;
}

const ports = {
  sha256,
  ed25519Verify,
  ecdsaP256Verify,
  now: () => performance.now(),
  sha256Stream: () => {
    const hash = createHash('sha256');
    return {
      update: (bytes: Uint8Array) => void hash.update(bytes),
      digest: () => new Uint8Array(hash.digest()),
    };
  },
};

async function openBundle(path: string): Promise<OpenedBundle> {
  const info = await stat(path).catch((error) => {
    throw new AppError('FILE_UNREADABLE', undefined, undefined, error);
  });
  return info.isDirectory() ? openFolderBundle(path) : openZipBundle(path);
}

/**
 * The verdict on a file or folder; exit code 2 when it cannot be opened as a bundle. Throws INPUT_INVALID when a trusted key
 * is no key.
 */
export async function verifyBundleFile(path: string, options: VerifyFileOptions): Promise<BundleVerdict> {
  const started = performance.now();
  const pinned = options.trust.flatMap((text) => parseKeys(text, sha256));
  let files: OpenedBundle;
  try {
    files = await openBundle(path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return unreadable(error.message, Math.round(performance.now() - started));
  }
  try {
    const { onProgress } = options;
    return await verifyBundle(files, { pinned, ports, ...(onProgress ? { onProgress } : {}) });
  } finally {
    await files.close();
  }
}
