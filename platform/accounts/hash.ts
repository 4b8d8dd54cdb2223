/** What the platform keeps of a key's secret. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyEnvironment, KeyParts } from '../../shared/access/index.ts';
import type { Core } from '../core.ts';

const PEPPER_CONTEXT = 'service-account keys';
/** Compared with where there is no such key: no HMAC gives it, since nobody knows an input for it. */
const NO_HASH = new Uint8Array(32);

/** The pepper: derived from the key-encryption key, hence never in the database. */
export function keyPepper(core: Core): Uint8Array {
  return core.sealer.derive(PEPPER_CONTEXT);
}

/** HMAC-SHA-256; environment and id are bound in, so that a stored hash cannot be moved to another key. */
export function keyHash(pepper: Uint8Array, { env, id, secret }: KeyParts): Uint8Array {
  return createHmac('sha256', pepper).update(`mc_${env}_${id}_${secret}`).digest();
}

/** In constant time; an unknown key (`stored` undefined) takes the same steps as a wrong secret. */
export function isHash(pepper: Uint8Array, key: KeyParts, stored: Uint8Array | undefined): boolean {
  const same = timingSafeEqual(keyHash(pepper, key), stored ?? NO_HASH);
  return same && stored !== undefined;
}

/** Keys of a platform whose public host is a localhost name say `test`: nobody takes one for a key of a real platform. */
export function keyEnvironment(core: Core): KeyEnvironment {
  return /(^|\.)localhost(:\d+)?$/.test(core.instance.publicHost) ? 'test' : 'live';
}
