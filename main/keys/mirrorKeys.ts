/** Each database has its own random key, wrapped by the vault key in a file beside it; destroying that file shreds the database. */
import { randomBytes } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { OrgId } from '../../shared/contract/common.ts';
import { AppError } from '../../shared/errors.ts';
import { readSmallFile, replaceFile, syncFolder } from './atomicFile.ts';
import { KEY_BYTES } from './sealing.ts';
import type { Vault } from './vault.ts';

const PURPOSE = 'database key';
const KeyFile = z.strictObject({
  v: z.literal(1),
  database: z.string().min(1).max(128),
  createdAt: z.int().min(0),
  sealed: z.base64().max(256),
});

export interface DatabasePaths {
  /** Name bound into the sealing: a key file put beside another database does not open. */
  readonly name: string;
  readonly database: string;
  readonly keyFile: string;
}

/** Files of one organization's mirror. Throws INPUT_INVALID for what is no organization id (it becomes a file name). */
export function mirrorPaths(dataDir: string, orgId: string): DatabasePaths {
  const id = OrgId.safeParse(orgId);
  if (!id.success) throw new AppError('INPUT_INVALID', 'Not an organization id.');
  const base = join(dataDir, 'mirrors', id.data);
  return { name: `mirror ${id.data}`, database: `${base}.db`, keyFile: `${base}.key.json` };
}

export function consolePaths(dataDir: string): DatabasePaths {
  const base = join(dataDir, 'console');
  return { name: 'console', database: `${base}.db`, keyFile: `${base}.key.json` };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw new AppError('FILE_UNREADABLE', undefined, { path }, error);
    },
  );
}

/**
 * The key of a database; made and stored when neither key nor database exists. The caller zeroes it after handing it on.
 * Throws VAULT_LOCKED, VAULT_MISSING_KEYS (a database without key file), VAULT_DAMAGED, MIRROR_KEY_WRONG (a key of another vault).
 */
export async function databaseKey(vault: Vault, paths: DatabasePaths, now: () => number): Promise<Buffer> {
  const text = await readSmallFile(paths.keyFile);
  if (text !== null) return readKey(vault, paths, text);
  if ((await exists(paths.database)) || (await exists(`${paths.database}-wal`))) {
    throw new AppError('VAULT_MISSING_KEYS', undefined, { path: paths.keyFile });
  }
  const key = randomBytes(KEY_BYTES);
  const sealed = vault.wrap(PURPOSE, [paths.name], key).toString('base64');
  const file = { v: 1, database: paths.name, createdAt: now(), sealed };
  await replaceFile(paths.keyFile, `${JSON.stringify(file, null, 2)}\n`);
  const written = readKey(vault, paths, (await readSmallFile(paths.keyFile)) ?? '');
  if (!written.equals(key)) throw new AppError('VAULT_DAMAGED', 'The new key did not read back.');
  written.fill(0);
  return key;
}

function readKey(vault: Vault, paths: DatabasePaths, text: string): Buffer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('VAULT_DAMAGED', 'The key file is damaged.', { path: paths.keyFile }, error);
  }
  const file = KeyFile.safeParse(value);
  if (!file.success) throw new AppError('VAULT_DAMAGED', 'The key file is damaged.', { path: paths.keyFile });
  const key = vault.unwrap(PURPOSE, [paths.name], Buffer.from(file.data.sealed, 'base64'));
  if (key === null) throw new AppError('MIRROR_KEY_WRONG', undefined, { path: paths.keyFile });
  return key;
}

/**
 * Crypto-shredding: the wrapped key is overwritten and removed, so that every copy of the database is unreadable. Overwriting
 * reaches the medium only where the file system writes in place; the wrapped form alone opens nothing without the vault.
 */
export async function destroyDatabaseKey(paths: DatabasePaths): Promise<void> {
  try {
    const file = await open(paths.keyFile, 'r+');
    try {
      const { size } = await file.stat();
      await file.write(randomBytes(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rm(paths.keyFile);
    await syncFolder(dirname(paths.keyFile));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new AppError('FILE_UNWRITABLE', undefined, { path: paths.keyFile }, error);
  }
}
