/** The organization's review key: a P-256 pair, sealed as every other, made when it is first asked for. */
import { REVIEW_RESULT_TYPE } from '../../shared/access/index.ts';
import { envelope, pae } from '../../shared/bundle/dsse.ts';
import { bundleKeyFingerprint } from '../../shared/bundle/keys.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import type { Core } from '../core.ts';
import { ecdsaP256Signer, sha256 } from '../crypto.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { createSigningKey, loadSigningKey, type SigningKey } from '../log/keys.ts';

async function reviewKey(core: Core, tx: Tx, orgId: string): Promise<SigningKey> {
  await asPlatform(tx, core.instance);
  await createSigningKey(core, tx, 'review', orgId);
  const key = await loadSigningKey(core, tx, 'review', orgId);
  await asTenant(tx, core.instance, orgId);
  return key;
}

/** Public keys that sign results, with the fingerprint people compare; starts and ends under the tenant's role. */
export async function listReviewKeys(core: Core, tx: Tx, orgId: string) {
  const { publicPem } = await reviewKey(core, tx, orgId);
  return [{ public_key: publicPem, fingerprint: bundleKeyFingerprint(publicPem, sha256) }];
}

/** DSSE envelope over the canonical result; starts and ends under the tenant's role. */
export async function signResult(core: Core, tx: Tx, orgId: string, result: string): Promise<string> {
  const { privatePem } = await reviewKey(core, tx, orgId);
  const payload = toUtf8(result);
  return envelope(REVIEW_RESULT_TYPE, payload, [ecdsaP256Signer(privatePem)(pae(REVIEW_RESULT_TYPE, payload))]);
}
