/**
 * Keys that sign the results of access reviews, kept on first use. What that proves: a result verifies under a key that the platform named
 * when this mirror first asked, and nobody without that key made or changed it. It does not prove whose key that is: people compare its
 * fingerprint. A key that came later is kept as such, so that results signed anew with another key do not pass for the first ones.
 */
import { bundleKeyFingerprint } from '../../shared/bundle/keys.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../crypto.ts';
import type { Mirror } from '../db/api.ts';
import type { PlatformClient } from './client.ts';
import { HttpFault } from './http.ts';

interface Input {
  readonly client: PlatformClient;
  readonly mirror: Mirror;
  readonly orgId: string;
  readonly signal: AbortSignal;
}

function keyOf(publicKey: string): { publicKey: string; fingerprint: string } {
  try {
    return { publicKey, fingerprint: bundleKeyFingerprint(publicKey, sha256) };
  } catch (error) {
    throw new AppError('PLATFORM_PROTOCOL', 'A review key of the platform is no P-256 key.', undefined, error);
  }
}

/**
 * Asks for the keys where none is kept yet, or `changed` entities came that may be results, and keeps what is new. A platform that has
 * none to give, or gives them to others only, is no fault of the sync. Throws PLATFORM_*, LOGIN_REQUIRED.
 */
export async function syncReviewKeys(input: Input, changed: number, now: () => number): Promise<void> {
  const { client, mirror, orgId, signal } = input;
  const known = await mirror.reader.reviewKeys();
  if (known.length > 0 && changed === 0) return;
  try {
    const keys = (await client.reviewKeys(orgId, signal)).map(keyOf);
    const fresh = keys.filter(({ fingerprint }) => known.every((key) => key.fingerprint !== fingerprint));
    if (fresh.length > 0) await mirror.writer.noteReviewKeys(fresh, now());
  } catch (error) {
    if (!(error instanceof HttpFault) || (error.status !== 404 && error.status !== 403)) throw error;
  }
}
