/** Keys of a service account: issued, ended, used. All under the organization's lock but for the use. */
import { randomBytes } from 'node:crypto';
import { formatKey, newKey } from '../../shared/access/index.ts';
import type { IssuedKey, KeyInput, ServiceAccount, ServiceKey } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { Problem } from '../http/problems.ts';
import { lockOrg } from '../log/append.ts';
import { enterKeyInDirectory, forgetKeys } from './directory.ts';
import { keyEnvironment, keyHash, keyPepper } from './hash.ts';
import { recordAccount } from './service.ts';

/** Keys of one account in force at once. */
export const KEYS_IN_FORCE_MAX = 10;
/** Keys an account shows; the oldest that ended go first. Their events stay in the log. */
const KEYS_KEPT_MAX = 50;
const USE_MS = 60_000;
const FEED_USE_MS = 3_600_000;

export function inForce(key: ServiceKey, now: number): boolean {
  return key.revoked_at === null && (key.expires_at === null || Date.parse(key.expires_at) > now);
}

/** Makes room for one more key. Throws Problem limit-reached. */
async function makeRoom(core: Core, tx: Tx, account: ServiceAccount): Promise<void> {
  const now = core.now();
  const used = account.keys.filter((key) => inForce(key, now)).length;
  if (used >= KEYS_IN_FORCE_MAX) {
    throw new Problem(
      'limit-reached',
      `A service account has at most ${KEYS_IN_FORCE_MAX} keys in force; revoke one first.`,
      {},
      { details: { limit: 'keys', max: KEYS_IN_FORCE_MAX, used } },
    );
  }
  const surplus = account.keys.length + 1 - KEYS_KEPT_MAX;
  if (surplus <= 0) return;
  const gone = account.keys.filter((key) => !inForce(key, now)).slice(0, surplus);
  const ids = gone.map(({ id }) => id);
  await tx.query('DELETE FROM service_account_keys WHERE id = ANY($1)', [ids]);
  await asPlatform(tx, core.instance);
  await forgetKeys(tx, ids);
  await asTenant(tx, core.instance, account.org_id);
}

/**
 * Issues a key; with an overlap, those in force before end at its end at the latest. The answer holds the one copy of the secret.
 * Throws Problem limit-reached.
 */
export async function issueKey(
  core: Core,
  tx: Tx,
  account: ServiceAccount,
  input: KeyInput,
  by: string,
): Promise<IssuedKey> {
  await makeRoom(core, tx, account);
  const at = new Date(core.now());
  if (input.overlap_seconds !== null) {
    const end = new Date(core.now() + input.overlap_seconds * 1000);
    await tx.query(
      `UPDATE service_account_keys SET expires_at = $2
       WHERE account_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
      [account.id, end],
    );
  }
  const parts = newKey(keyEnvironment(core), randomBytes);
  await tx.query(
    'INSERT INTO service_account_keys (id, account_id, created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5)',
    [parts.id, account.id, at, by, input.expires_at],
  );
  await asPlatform(tx, core.instance);
  const hash = keyHash(keyPepper(core), parts);
  const { org_id: orgId, id: accountId, rate_limit: rateLimit } = account;
  await enterKeyInDirectory(tx, { keyId: parts.id, orgId, accountId, hash, rateLimit }, at);
  await asTenant(tx, core.instance, orgId);
  const after = await recordAccount(tx, orgId, accountId, true);
  const key = after.keys.find(({ id }) => id === parts.id)!;
  return { account: after, key, secret: formatKey(parts) };
}

/** Ends a key at once and for good. Throws NOT_FOUND, Problem conflict when it is revoked already. */
export async function revokeKey(core: Core, tx: Tx, account: ServiceAccount, keyId: string): Promise<ServiceAccount> {
  const key = account.keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new AppError('NOT_FOUND', 'The service account has no such key.');
  if (key.revoked_at !== null) throw new Problem('conflict', 'The key is revoked already.');
  await tx.query('UPDATE service_account_keys SET revoked_at = $2 WHERE id = $1', [keyId, new Date(core.now())]);
  return await recordAccount(tx, account.org_id, account.id, true);
}

/**
 * Writes that the key was used: in the table at most once a minute, in the feed at most once an hour. Two transactions, so that the
 * organization's lock is never asked for while the key's row is held.
 */
export async function touchKey(core: Core, orgId: string, keyId: string): Promise<void> {
  const now = core.now();
  const ago = (ms: number): Date => new Date(now - ms);
  const used = await core.tenant(orgId, (tx) =>
    tx.query<{ feed: boolean }>(
      `UPDATE service_account_keys SET last_used_at = $2
       WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
         AND (last_used_at IS NULL OR last_used_at <= $3)
         AND EXISTS (SELECT 1 FROM service_accounts a WHERE a.id = account_id AND a.revoked_at IS NULL
           AND (a.expires_at IS NULL OR a.expires_at > $2))
       RETURNING feed_used_at IS NULL OR feed_used_at <= $4 AS feed`,
      [keyId, new Date(now), ago(USE_MS), ago(FEED_USE_MS)],
    ),
  );
  if (used[0]?.feed !== true) return;
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const rows = await tx.query<{ account: string }>(
      `UPDATE service_account_keys SET feed_used_at = $2
       WHERE id = $1 AND (feed_used_at IS NULL OR feed_used_at <= $3) RETURNING account_id AS account`,
      [keyId, new Date(now), ago(FEED_USE_MS)],
    );
    if (rows[0]) await recordAccount(tx, orgId, rows[0].account, false);
  });
}
