/** Service accounts of an organization: rows and their feed. What an account may be given is in rules.ts, its keys are in keys.ts. */
import type { ServiceAccount, ServiceKey } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Core } from '../core.ts';
import { readBounded } from '../db/bounded.ts';
import { only, type Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { raiseAccess } from '../tenancy/access.ts';
import type { Happening } from '../tenancy/events.ts';
import { limitKeys } from './directory.ts';

interface Times {
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}
interface AccountRow
  extends Omit<ServiceAccount, 'org_id' | 'keys' | 'created_at' | 'updated_at' | 'expires_at' | 'revoked_at'>,
    Times {
  readonly updated_at: Date;
}
interface KeyRow extends Pick<ServiceKey, 'id' | 'created_by'>, Times {
  readonly account_id: string;
  readonly last_used_at: Date | null;
}

const ACTIVE_OWNER = `EXISTS (SELECT 1 FROM members m WHERE m.user_id = a.owner_id AND m.status = 'active')`;
const COLUMNS = `a.id, a.workspace_id, a.name, a.description, a.owner_id, ${ACTIVE_OWNER} AS owner_active, a.permissions,
  a.catalog_version, a.rate_limit, a.created_at, a.updated_at, a.expires_at, a.revoked_at, a.version`;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function showKey({ id, created_at, created_by, expires_at, revoked_at, last_used_at }: KeyRow): ServiceKey {
  return {
    id,
    created_at: created_at.toISOString(),
    created_by,
    expires_at: iso(expires_at),
    revoked_at: iso(revoked_at),
    last_used_at: iso(last_used_at),
  };
}

async function show(tx: Tx, orgId: string, rows: readonly AccountRow[]): Promise<ServiceAccount[]> {
  const keys = await tx.query<KeyRow>(
    `SELECT id, account_id, created_at, created_by, expires_at, revoked_at, last_used_at
     FROM service_account_keys WHERE account_id = ANY($1) ORDER BY created_at, id`,
    [rows.map(({ id }) => id)],
  );
  const byAccount = Map.groupBy(keys, ({ account_id }) => account_id);
  return rows.map((row) => ({
    ...row,
    org_id: orgId,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    expires_at: iso(row.expires_at),
    revoked_at: iso(row.revoked_at),
    keys: (byAccount.get(row.id) ?? []).map(showKey),
  }));
}

/** Accounts in id order after a cursor, the revoked ones too, and whether there are more; under the tenant's role. */
export async function listAccounts(
  tx: Tx,
  orgId: string,
  after: string,
  limit: number,
): Promise<{ items: ServiceAccount[]; more: boolean }> {
  const { rows, more } = await readBounded<AccountRow>(tx, {
    select: `SELECT ${COLUMNS} FROM service_accounts a WHERE a.id > $1 ORDER BY a.id LIMIT $2`,
    params: [after, limit + 1],
    ...{ order: 'id', text: 'permissions::text', limit },
  });
  return { items: await show(tx, orgId, rows), more };
}

/** Throws NOT_FOUND. */
export async function readAccount(tx: Tx, orgId: string, id: string): Promise<ServiceAccount> {
  const rows = await tx.query<AccountRow>(`SELECT ${COLUMNS} FROM service_accounts a WHERE a.id = $1`, [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such service account.');
  return only(await show(tx, orgId, rows));
}

/**
 * The version of the last change somebody asked for. Use of a key and the state of the owner move the entity in the feed too, but nobody's
 * If-Match has to fail for that.
 */
export async function editedVersion(tx: Tx, id: string): Promise<number> {
  return only(
    await tx.query<{ version: number }>('SELECT edited_version AS version FROM service_accounts WHERE id = $1', [id]),
  ).version;
}

/** What the log keeps of a change to an account: the whole entity before and after, and the key it was about (not the one used). */
export function accountStory(
  before: ServiceAccount | null,
  after: ServiceAccount,
  key?: string,
): Omit<Happening, 'action'> {
  return {
    target: { type: 'service_account', id: after.id },
    workspace: after.workspace_id,
    disclosures: {
      target: { name: after.name },
      change: { before: before as unknown as Json, after: after as unknown as Json },
      ...(key === undefined ? {} : { detail: { about_key: key } }),
    },
  };
}

/** The account as it is now under the next version, in table and feed; the caller holds the organization's lock. */
export async function recordAccount(tx: Tx, orgId: string, id: string, edited: boolean): Promise<ServiceAccount> {
  const version = await nextVersion(tx);
  await tx.query(
    'UPDATE service_accounts SET version = $2, edited_version = CASE WHEN $3 THEN $2 ELSE edited_version END WHERE id = $1',
    [id, version, edited],
  );
  const account = await readAccount(tx, orgId, id);
  await recordChange(tx, 'service_account', id, version, account as unknown as Json);
  return account;
}

export type NewAccount = Pick<
  ServiceAccount,
  | 'id'
  | 'name'
  | 'description'
  | 'workspace_id'
  | 'owner_id'
  | 'permissions'
  | 'catalog_version'
  | 'rate_limit'
  | 'expires_at'
>;

/** Row and feed, without the event; the caller holds the lock and has asked rules.ts. Throws CONFLICT for a taken id. */
export async function insertAccount(core: Core, tx: Tx, orgId: string, account: NewAccount): Promise<ServiceAccount> {
  const made = await tx.query(
    `INSERT INTO service_accounts (id, workspace_id, name, description, owner_id, permissions, catalog_version, rate_limit,
       created_at, updated_at, expires_at, version, edited_version)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $9, $10, 0, 0) ON CONFLICT DO NOTHING RETURNING id`,
    [
      account.id,
      account.workspace_id,
      account.name,
      account.description,
      account.owner_id,
      JSON.stringify(account.permissions),
      account.catalog_version,
      account.rate_limit,
      new Date(core.now()),
      account.expires_at,
    ],
  );
  if (made.length === 0) throw new AppError('CONFLICT', 'There is a service account of that id already.');
  await raiseAccess(tx);
  return await recordAccount(tx, orgId, account.id, true);
}

/** Writes an account as given, under the next version; as insertAccount. */
export async function saveAccount(core: Core, tx: Tx, account: ServiceAccount): Promise<ServiceAccount> {
  await tx.query(
    `UPDATE service_accounts SET workspace_id = $2, name = $3, description = $4, owner_id = $5, permissions = $6::jsonb,
       catalog_version = $7, rate_limit = $8, expires_at = $9, revoked_at = $10, updated_at = $11 WHERE id = $1`,
    [
      account.id,
      account.workspace_id,
      account.name,
      account.description,
      account.owner_id,
      JSON.stringify(account.permissions),
      account.catalog_version,
      account.rate_limit,
      account.expires_at,
      account.revoked_at,
      new Date(core.now()),
    ],
  );
  await asPlatform(tx, core.instance);
  await limitKeys(tx, account.org_id, account.id, account.rate_limit);
  await asTenant(tx, core.instance, account.org_id);
  await raiseAccess(tx);
  return await recordAccount(tx, account.org_id, account.id, true);
}

/** Accounts show whether their owner is an active member: where that changed, they go through the feed again. */
export async function recordOwned(tx: Tx, orgId: string, ownerId: string): Promise<void> {
  const owned = await tx.query<{ id: string }>(
    `SELECT a.id FROM service_accounts a JOIN changes c ON c.kind = 'service_account' AND c.id = a.id
     WHERE a.owner_id = $1 AND (c.data->>'owner_active')::boolean IS DISTINCT FROM ${ACTIVE_OWNER} ORDER BY a.id`,
    [ownerId],
  );
  for (const { id } of owned) await recordAccount(tx, orgId, id, false);
}
