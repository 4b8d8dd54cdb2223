/** Forward-only migrations: each runs in one transaction with its version row; a store from a newer platform is refused. */
import { randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { type Database, identifier, only, type Tx } from './database.ts';
import * as platform1 from './migrations/001_platform.ts';
import * as platform2 from './migrations/002_mfa.ts';
import * as platform3 from './migrations/003_service_keys.ts';
import * as platform4 from './migrations/004_sso.ts';
import {
  asLogin,
  asOwner,
  asPlatform,
  type Instance,
  ownerRole,
  platformRole,
  tenantRole,
  tenantSchema,
} from './names.ts';
import * as tenant1 from './tenant/001_base.ts';
import * as tenant2 from './tenant/002_access.ts';
import * as tenant3 from './tenant/003_accounts.ts';
import * as tenant4 from './tenant/004_sso.ts';
import * as tenant5 from './tenant/005_scim.ts';
import * as tenant6 from './tenant/006_refusals.ts';
import * as tenant7 from './tenant/007_metrics.ts';
import * as tenant8 from './tenant/008_sla.ts';
import * as tenant9 from './tenant/009_compliance.ts';
import * as tenant10 from './tenant/010_checks.ts';
import * as tenant11 from './tenant/011_privacy.ts';
import * as tenant12 from './tenant/012_retention.ts';
import * as tenant13 from './tenant/013_blobs.ts';

/** Steps in order; a step's version is its place from 1. */
export interface Steps {
  readonly platform: readonly { readonly version: number; readonly sql: string }[];
  readonly tenant: readonly { readonly version: number; readonly sql: (role: string) => string }[];
}
const STEPS: Steps = {
  platform: [platform1, platform2, platform3, platform4],
  tenant: [
    tenant1,
    tenant2,
    tenant3,
    tenant4,
    tenant5,
    tenant6,
    tenant7,
    tenant8,
    tenant9,
    tenant10,
    tenant11,
    tenant12,
    tenant13,
  ],
};
const VERSION_TABLE =
  'CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())';
/** One migrator at a time, whatever the number of processes. */
const ADVISORY_LOCK = 7_316_402;

/** Creates a role that cannot log in, and lets the login role switch to it without inheriting its rights. */
async function createRole(tx: Tx, role: string): Promise<void> {
  const name = identifier(role);
  if ((await tx.query('SELECT 1 AS one FROM pg_roles WHERE rolname = $1', [role])).length === 0) {
    await tx.exec(`CREATE ROLE ${name} NOLOGIN NOINHERIT`);
  }
  const { modern } = only(
    await tx.query<{ modern: boolean }>(`SELECT current_setting('server_version_num')::int >= 160000 AS modern`),
  );
  await tx.exec(`GRANT ${name} TO CURRENT_USER${modern ? ' WITH INHERIT FALSE, SET TRUE' : ''}`);
}

async function ensureBase(tx: Tx, publicHost: string): Promise<Instance> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
  await tx.exec(`CREATE SCHEMA IF NOT EXISTS mc_meta;
    CREATE TABLE IF NOT EXISTS mc_meta.instance (one boolean PRIMARY KEY DEFAULT true CHECK (one), id text NOT NULL, public_host text NOT NULL)`);
  const known = await tx.query<Instance>('SELECT id, public_host AS "publicHost" FROM mc_meta.instance');
  if (known[0]) return known[0];
  const instance = { id: randomBytes(4).toString('hex'), publicHost };
  await tx.query('INSERT INTO mc_meta.instance (id, public_host) VALUES ($1, $2)', [instance.id, publicHost]);
  // Before version 16 inheriting is a property of the login role itself.
  const { old } = only(
    await tx.query<{ old: boolean }>(
      `SELECT current_setting('server_version_num')::int < 160000 AND NOT rolsuper AS old FROM pg_roles WHERE rolname = current_user`,
    ),
  );
  if (old) await tx.exec('ALTER ROLE CURRENT_USER NOINHERIT');
  for (const role of [ownerRole(instance), platformRole(instance)]) await createRole(tx, role);
  await tx.exec(`CREATE SCHEMA platform AUTHORIZATION ${identifier(ownerRole(instance))}`);
  return instance;
}

async function currentVersion(tx: Tx, newest: number): Promise<number> {
  await tx.exec(VERSION_TABLE);
  const rows = await tx.query<{ version: number | null }>('SELECT max(version) AS version FROM schema_version');
  const version = rows[0]?.version ?? 0;
  if (version > newest) {
    throw new AppError(
      'CONFLICT',
      `The store was written by a newer platform (schema ${version}, this one knows ${newest}).`,
    );
  }
  return version;
}

/**
 * Brings the store to this version and gives its identity.
 * @param publicHost wanted host; the first one is kept for ever, a later different one is refused (CONFLICT). Null: keep.
 * @param steps all there are, unless a test writes a store as an earlier platform did.
 */
export async function migrate(db: Database, publicHost: string | null, steps: Steps = STEPS): Promise<Instance> {
  const instance = await db.transaction((tx) => ensureBase(tx, publicHost ?? 'missioncontrol.localhost'));
  if (publicHost !== null && instance.publicHost !== publicHost) {
    throw new AppError('CONFLICT', `The public host of this store is ${instance.publicHost}: log origins hang on it.`);
  }
  for (const step of steps.platform) {
    await db.transaction(async (tx) => {
      await asOwner(tx, instance, 'platform');
      if ((await currentVersion(tx, steps.platform.length)) >= step.version) return;
      await tx.exec(step.sql);
      const role = identifier(platformRole(instance));
      await tx.exec(`GRANT USAGE ON SCHEMA platform TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA platform TO ${role}`);
      await tx.query('INSERT INTO schema_version (version) VALUES ($1)', [step.version]);
    });
  }
  const orgs = await db.transaction(async (tx) => {
    await asPlatform(tx, instance);
    return await tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id');
  });
  for (const { id } of orgs) await db.transaction((tx) => migrateTenant(tx, instance, id, steps));
  return instance;
}

async function migrateTenant(tx: Tx, instance: Instance, orgId: string, steps: Steps): Promise<void> {
  await asOwner(tx, instance, tenantSchema(orgId));
  const role = identifier(tenantRole(instance, orgId));
  const from = await currentVersion(tx, steps.tenant.length);
  for (const step of steps.tenant.slice(from)) {
    await tx.exec(step.sql(role));
    await tx.query('INSERT INTO schema_version (version) VALUES ($1)', [step.version]);
  }
}

/** Role, schema and tables of a new tenant, within the caller's transaction; leaves it as the login role. */
export async function createTenantSchema(
  tx: Tx,
  instance: Instance,
  orgId: string,
  steps: Steps = STEPS,
): Promise<void> {
  await asLogin(tx);
  await createRole(tx, tenantRole(instance, orgId));
  const schema = identifier(tenantSchema(orgId));
  await tx.exec(`CREATE SCHEMA ${schema} AUTHORIZATION ${identifier(ownerRole(instance))}`);
  await asOwner(tx, instance, tenantSchema(orgId));
  await tx.exec(`GRANT USAGE ON SCHEMA ${schema} TO ${identifier(tenantRole(instance, orgId))}`);
  await migrateTenant(tx, instance, orgId, steps);
  await asLogin(tx);
}
