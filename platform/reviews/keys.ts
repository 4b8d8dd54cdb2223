/** The organization's review key: a P-256 pair, sealed as every other. */
import { REVIEW_RESULT_TYPE } from '../../shared/access/index.ts';
import { envelope, pae } from '../../shared/bundle/dsse.ts';
import { bundleKeyFingerprint } from '../../shared/bundle/keys.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import type { Core } from '../core.ts';
import { ecdsaP256Signer, sha256 } from '../crypto.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { createSigningKey, listPublicKeys, loadSigningKey } from '../log/keys.ts';

/** Public keys that sign results, with the fingerprint people compare; starts and ends under the tenant's role. */
export async function listReviewKeys(core: Core, tx: Tx, orgId: string) {
  await asPlatform(tx, core.instance);
  const pems = await listPublicKeys(tx, 'review', orgId);
  await asTenant(tx, core.instance, orgId);
  return pems.map((pem) => ({ public_key: pem, fingerprint: bundleKeyFingerprint(pem, sha256) }));
}

/** DSSE envelope over the canonical result; starts and ends under the tenant's role. */
export async function signResult(core: Core, tx: Tx, orgId: string, result: string): Promise<string> {
  await asPlatform(tx, core.instance);
  // Organizations are made with the key; one from before there were reviews gets it here.
  await createSigningKey(core, tx, 'review', orgId);
  const { privatePem } = await loadSigningKey(core, tx, 'review', orgId);
  await asTenant(tx, core.instance, orgId);
  const payload = toUtf8(result);
  return envelope(REVIEW_RESULT_TYPE, payload, [ecdsaP256Signer(privatePem)(pae(REVIEW_RESULT_TYPE, payload))]);
}
