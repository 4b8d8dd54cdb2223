/** Open mirrors, one per organization: opened at first use, each once, all closed when the vault locks. */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OrgId } from '../../shared/contract/common.ts';
import { AppError } from '../../shared/errors.ts';
import type { Mirror } from '../db/api.ts';
import { databaseKey, destroyDatabaseKey, mirrorPaths } from '../keys/mirrorKeys.ts';
import type { Vault } from '../keys/vault.ts';

export interface Mirrors {
  /** Organizations with a mirror on disk. */
  ids(): string[];
  /** The open mirror. Throws NOT_FOUND where there is none, MIRROR_* when it does not open. */
  get(orgId: string): Promise<Mirror>;
  /** The same, made when there is none. */
  getOrCreate(orgId: string): Promise<Mirror>;
  /** Closes the mirror, destroys its key, deletes its files. */
  shred(orgId: string): Promise<void>;
  closeAll(): Promise<void>;
}

export interface MirrorsPorts {
  readonly dataDir: string;
  readonly vault: Vault;
  readonly now: () => number;
  readonly open: (options: { path: string; key: Uint8Array }) => Promise<Mirror>;
  /** Looks at a mirror that was just opened, before anybody reads it, and gives the form in which it is used. */
  readonly onOpen: (orgId: string, mirror: Mirror) => Promise<Mirror>;
  readonly onChange: (orgId: string) => void;
}

export function createMirrors(ports: MirrorsPorts): Mirrors {
  const opened = new Map<string, Promise<Mirror>>();
  let closed = false;

  async function open(orgId: string): Promise<Mirror> {
    const paths = mirrorPaths(ports.dataDir, orgId);
    const key = await databaseKey(ports.vault, paths, ports.now);
    try {
      const mirror = await ports.open({ path: paths.database, key });
      mirror.onChange(() => ports.onChange(orgId));
      return await ports.onOpen(orgId, mirror).catch(async (error: unknown) => {
        await mirror.close();
        throw error;
      });
    } finally {
      key.fill(0);
    }
  }

  function getOrCreate(orgId: string): Promise<Mirror> {
    if (closed) return Promise.reject(new AppError('VAULT_LOCKED'));
    const known = opened.get(orgId);
    if (known) return known;
    const opening = open(orgId);
    opened.set(orgId, opening);
    // A mirror that did not open is tried anew at the next call: the file may have been restored meanwhile.
    opening.catch(() => opened.delete(orgId));
    return opening;
  }

  async function close(orgId: string): Promise<void> {
    const mirror = await opened.get(orgId)?.catch(() => null);
    opened.delete(orgId);
    await mirror?.close();
  }

  return {
    ids() {
      const folder = join(ports.dataDir, 'mirrors');
      if (!existsSync(folder)) return [];
      return readdirSync(folder)
        .filter((name) => name.endsWith('.db'))
        .map((name) => name.slice(0, -3))
        .filter((name) => OrgId.safeParse(name).success);
    },
    async get(orgId) {
      if (!opened.has(orgId) && !existsSync(mirrorPaths(ports.dataDir, orgId).database)) {
        throw new AppError('NOT_FOUND', 'There is no mirror of this organization here.', { orgId });
      }
      return getOrCreate(orgId);
    },
    getOrCreate,
    async shred(orgId) {
      await close(orgId);
      const paths = mirrorPaths(ports.dataDir, orgId);
      // The key first: from here on the file is noise, whatever happens to it.
      await destroyDatabaseKey(paths);
      for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${paths.database}${suffix}`, { force: true });
    },
    async closeAll() {
      closed = true;
      await Promise.all([...opened.keys()].map(close));
    },
  };
}
