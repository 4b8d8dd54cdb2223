/**
 * The platform without HTTP: store, identity, keys, clock. Importers and the demo work on this; `createPlatform` puts the API on it.
 *
 *   const core = await openCore({ dataDir });                                      platform/core.ts
 *   const user = await createUser(core, { email, name, password });                platform/auth/users.ts
 *   const org  = await createOrganization(core, { id, name, ownerId: user.id });   platform/orgs/service.ts
 *   const org  = ... addMember(core, org.id, { userId, role })                     platform/members/service.ts
 *   await core.tenant(org.id, (tx) => appendEvents(tx, org.id, drafts));           platform/log/append.ts
 *   await publishCheckpoint(core, org.id);                                         platform/log/checkpoints.ts
 *   const { app, db, close } = await createPlatform({ dataDir });                  platform/app.ts
 */
import { AppError } from '../shared/errors.ts';
import { createSealer, KEK_ENV, loadKek, type Sealer } from './auth/seal.ts';
import type { Database, Tx } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { asPlatform, asTenant, type Instance } from './db/names.ts';
import { openPglite } from './db/pglite.ts';
import { openPostgres } from './db/postgres.ts';
import type { AccessMemory } from './tenancy/access.ts';

export interface CoreOptions {
  /** Folder of the embedded database and of the key-encryption key; null or absent: all in memory, for tests. */
  readonly dataDir?: string | null;
  /** A PostgreSQL server instead of the embedded one. */
  readonly databaseUrl?: string;
  /** Host in every log's origin; fixed when the store is made. */
  readonly publicHost?: string;
  /** Key-encryption key, 32 bytes base64; default: the environment, then the data folder. */
  readonly kek?: string;
  /** Milliseconds since 1970; for tests of lockout and expiry. */
  readonly now?: () => number;
}

export interface Core {
  readonly db: Database;
  readonly instance: Instance;
  readonly sealer: Sealer;
  readonly now: () => number;
  /** Organizations whose log grew since this process last published a checkpoint. */
  readonly grown: Set<string>;
  /** Roles and policies remembered by organization, each as long as its epoch stands. */
  readonly access: AccessMemory;
  /** One transaction that reaches this tenant only. */
  tenant<T>(orgId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction that reaches the platform's own tables only. */
  platform<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens and migrates the store. Throws CONFLICT (in use, newer, other public host), INPUT_INVALID, VAULT_WRONG_SECRET. */
export async function openCore(options: CoreOptions = {}): Promise<Core> {
  const dataDir = options.dataDir ?? null;
  const kekText = options.kek ?? process.env[KEK_ENV];
  if (options.databaseUrl !== undefined && dataDir === null && !kekText) {
    throw new AppError(
      'INPUT_INVALID',
      `With a database server, ${KEK_ENV} (32 bytes, base64) or a data folder is needed.`,
    );
  }
  if (options.publicHost !== undefined && !/^[a-z0-9.-]{1,200}(:[0-9]{1,5})?$/.test(options.publicHost)) {
    throw new AppError('INPUT_INVALID', 'The public host is a host name, with a port at most.');
  }
  const db = options.databaseUrl === undefined ? await openPglite(dataDir) : openPostgres(options.databaseUrl);
  try {
    const instance = await migrate(db, options.publicHost ?? null);
    return {
      db,
      instance,
      sealer: createSealer(loadKek(dataDir, kekText)),
      now: options.now ?? Date.now,
      grown: new Set(),
      access: new Map(),
      tenant: (orgId, work) =>
        db.transaction(async (tx) => {
          await asTenant(tx, instance, orgId);
          return await work(tx);
        }),
      platform: (work) =>
        db.transaction(async (tx) => {
          await asPlatform(tx, instance);
          return await work(tx);
        }),
      close: () => db.close(),
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}
