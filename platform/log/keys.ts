/**
 * Signing keys, private halves sealed at rest: an Ed25519 pair per organization's log and one for access tokens, a P-256 pair per
 * organization for the results of access reviews.
 */
import { generateKeyPairSync } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { makeVkey } from '../../shared/log/index.ts';
import type { Core } from '../core.ts';
import { ed25519RawPublic, sha256 } from '../crypto.ts';
import type { Tx } from '../db/database.ts';

export interface SigningKey {
  readonly publicPem: string;
  readonly privatePem: string;
}

export type KeyPurpose = 'log' | 'jwt' | 'review';

const context = (purpose: string, orgId: string | null): string => `${purpose}:${orgId ?? ''}`;

/** Makes and stores a key pair; the transaction must be under the platform role. */
export async function createSigningKey(core: Core, tx: Tx, purpose: KeyPurpose, orgId: string | null): Promise<void> {
  const pair =
    purpose === 'review' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await tx.query(
    `INSERT INTO sealed_keys (purpose, org_id, public_key, private_sealed, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [
      purpose,
      orgId,
      pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      core.sealer.seal(Buffer.from(privatePem), context(purpose, orgId)),
      new Date(core.now()),
    ],
  );
}

/** The key in force. Throws NOT_FOUND, or VAULT_WRONG_SECRET when the key-encryption key is another. */
export async function loadSigningKey(
  core: Core,
  tx: Tx,
  purpose: KeyPurpose,
  orgId: string | null,
): Promise<SigningKey> {
  const rows = await tx.query<{ pem: string; sealed: Uint8Array }>(
    `SELECT public_key AS pem, private_sealed AS sealed FROM sealed_keys
     WHERE purpose = $1 AND coalesce(org_id, '') = coalesce($2, '') AND to_size IS NULL`,
    [purpose, orgId],
  );
  const row = rows[0];
  if (!row) throw new AppError('NOT_FOUND', 'There is no such signing key.');
  const privatePem = Buffer.from(core.sealer.open(row.sealed, context(purpose, orgId))).toString();
  return { publicPem: row.pem, privatePem };
}

/** Public keys of a purpose, the oldest first, in PEM; the transaction must be under the platform role. */
export async function listPublicKeys(tx: Tx, purpose: KeyPurpose, orgId: string): Promise<string[]> {
  const rows = await tx.query<{ pem: string }>(
    'SELECT public_key AS pem FROM sealed_keys WHERE purpose = $1 AND org_id = $2 ORDER BY from_size',
    [purpose, orgId],
  );
  return rows.map(({ pem }) => pem);
}

/** Origin of an organization's log, also the name of its key. */
export const logOrigin = (core: Core, orgId: string): string => `${core.instance.publicHost}/orgs/${orgId}`;

/** Public log keys with the tree sizes they are valid for; the transaction must be under the platform role. */
export async function listLogKeys(core: Core, tx: Tx, orgId: string) {
  const rows = await tx.query<{ pem: string; from: number; to: number | null }>(
    `SELECT public_key AS pem, from_size AS from, to_size AS to FROM sealed_keys
     WHERE purpose = 'log' AND org_id = $1 ORDER BY from_size`,
    [orgId],
  );
  const origin = logOrigin(core, orgId);
  const keys = rows.map((row) => ({
    vkey: makeVkey(origin, ed25519RawPublic(row.pem), sha256),
    from_size: row.from,
    to_size: row.to,
  }));
  return { origin, keys };
}
