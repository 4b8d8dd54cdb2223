/** OpenID Connect settings of one organization; the client secret is sealed at rest and never shown again. */
import type { SsoInput, SsoSettings } from '../../shared/entities/index.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion } from '../feed/feed.ts';

interface Row extends Omit<SsoSettings, 'has_secret' | 'updated_at'> {
  readonly secret_sealed: Uint8Array | null;
  readonly updated_at: Date;
}

const context = (orgId: string): string => `sso:${orgId}`;

const show = ({ secret_sealed, updated_at, ...rest }: Row): SsoSettings => ({
  ...rest,
  has_secret: secret_sealed !== null,
  updated_at: updated_at.toISOString(),
});

const COLUMNS = 'issuer, client_id, secret_sealed, domains, provision_role, trust_mfa, updated_at, version';

/** Null where single sign-on is off; the transaction must be under the tenant's role. */
export async function readSso(tx: Tx): Promise<SsoSettings | null> {
  const rows = await tx.query<Row>(`SELECT ${COLUMNS} FROM sso_settings`);
  return rows[0] ? show(rows[0]) : null;
}

/** The client secret in clear, for the one call that needs it. */
export async function openSecret(core: Core, tx: Tx, orgId: string): Promise<string | null> {
  const rows = await tx.query<{ sealed: Uint8Array | null }>('SELECT secret_sealed AS sealed FROM sso_settings');
  const sealed = rows[0]?.sealed ?? null;
  return sealed === null ? null : Buffer.from(core.sealer.open(sealed, context(orgId))).toString();
}

/** Turns single sign-on on or changes it; the caller holds the lock and records the event. */
export async function writeSso(core: Core, tx: Tx, orgId: string, input: SsoInput): Promise<SsoSettings> {
  const version = await nextVersion(tx);
  const secret = input.client_secret;
  const sealed = secret == null ? null : core.sealer.seal(Buffer.from(secret), context(orgId));
  const rows = await tx.query<Row>(
    `INSERT INTO sso_settings (issuer, client_id, secret_sealed, domains, provision_role, trust_mfa, updated_at, version)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8)
     ON CONFLICT (one) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id, domains = excluded.domains,
       secret_sealed = CASE WHEN $9 THEN sso_settings.secret_sealed ELSE excluded.secret_sealed END,
       provision_role = excluded.provision_role, trust_mfa = excluded.trust_mfa, updated_at = excluded.updated_at,
       version = excluded.version
     RETURNING ${COLUMNS}`,
    [
      input.issuer,
      input.client_id,
      sealed,
      JSON.stringify(input.domains),
      input.provision_role,
      input.trust_mfa,
      new Date(core.now()),
      version,
      secret === undefined,
    ],
  );
  return show(only(rows));
}

/** Turns single sign-on off; sign-ins under way end with it. */
export async function deleteSso(tx: Tx): Promise<void> {
  await tx.query('DELETE FROM sso_settings');
  await tx.query('DELETE FROM sso_flows');
  await tx.query('DELETE FROM sso_codes');
}
