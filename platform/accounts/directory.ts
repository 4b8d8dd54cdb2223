/** The platform's own list of keys: from a key alone to its organization. All under the platform role. */
import type { KeyParts } from '../../shared/access/index.ts';
import type { Tx } from '../db/database.ts';
import { isHash } from './hash.ts';

/** A key whose secret was right. Whether it is still in force is its tenant's to say. */
export interface ProvenKey {
  readonly keyId: string;
  readonly orgId: string;
  readonly accountId: string;
}

interface Entry extends ProvenKey {
  readonly hash: Uint8Array;
  readonly rateLimit: number;
}

/** The key behind the text, and its limit; null for an unknown id and for a wrong secret alike. */
export async function proveKey(
  tx: Tx,
  pepper: Uint8Array,
  key: KeyParts,
): Promise<(ProvenKey & { readonly rateLimit: number }) | null> {
  const rows = await tx.query<Entry>(
    `SELECT id AS "keyId", org_id AS "orgId", account_id AS "accountId", hash, rate_limit AS "rateLimit"
     FROM service_keys WHERE id = $1`,
    [key.id],
  );
  const entry = rows[0];
  if (!isHash(pepper, key, entry?.hash) || entry === undefined) return null;
  const { keyId, orgId, accountId, rateLimit } = entry;
  return { keyId, orgId, accountId, rateLimit };
}

export async function enterKeyInDirectory(
  tx: Tx,
  { keyId, orgId, accountId, hash, rateLimit }: Entry,
  at: Date,
): Promise<void> {
  await tx.query(
    'INSERT INTO service_keys (id, org_id, account_id, hash, rate_limit, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [keyId, orgId, accountId, hash, rateLimit, at],
  );
}

export async function limitKeys(tx: Tx, orgId: string, accountId: string, rateLimit: number): Promise<void> {
  await tx.query('UPDATE service_keys SET rate_limit = $3 WHERE org_id = $1 AND account_id = $2', [
    orgId,
    accountId,
    rateLimit,
  ]);
}

export async function forgetKeys(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM service_keys WHERE id = ANY($1)', [ids]);
}
