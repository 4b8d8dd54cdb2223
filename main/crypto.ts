/** `node:crypto` behind the ports of `shared/crypto.ts`. */
import {
  createPrivateKey,
  createPublicKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  hash,
  type KeyObject,
} from 'node:crypto';
import type { EcdsaP256Verify, Ed25519Sign, Ed25519Verify, Sha256 } from '../shared/crypto.ts';

/** Fixed head of the SubjectPublicKeyInfo of every Ed25519 key (RFC 8410 section 4); the raw key follows. */
const ED25519_SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_CACHE_MAX = 32;

/**
 * SHA-256. One-shot `crypto.hash` with latin1 (`binary`) output and a copy loop: on inputs of 65 bytes 3.5 million a second on one
 * thread, against 1.3 million with Buffer output and 1.0 million with `createHash`.
 */
export const sha256: Sha256 = (data) => {
  const text = hash('sha256', data, 'binary');
  const out = new Uint8Array(32);
  for (let i = 0; i < 32; i++) out[i] = text.charCodeAt(i);
  return out;
};

const keys = new Map<string, KeyObject>();

/** Parsing a key costs more than using it; a handful of keys serves a whole session. */
function cachedKey(name: string, make: () => KeyObject): KeyObject {
  const known = keys.get(name);
  if (known) return known;
  const key = make();
  if (keys.size >= KEY_CACHE_MAX) keys.clear();
  keys.set(name, key);
  return key;
}

function ed25519Key(raw: Uint8Array): KeyObject {
  return cachedKey(Buffer.from(raw).toString('base64'), () =>
    createPublicKey({ key: Buffer.concat([ED25519_SPKI_HEAD, raw]), format: 'der', type: 'spki' }),
  );
}

export const ed25519Verify: Ed25519Verify = (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return cryptoVerify(null, message, ed25519Key(publicKey), signature);
  } catch {
    return false;
  }
};

/** Signer for an Ed25519 private key in PKCS#8 PEM. */
export function ed25519Signer(privateKeyPem: string): Ed25519Sign {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return (message) => new Uint8Array(cryptoSign(null, message, key));
}

/** Raw 32-byte public key of an Ed25519 key (public or private) in PEM. */
export function ed25519RawPublic(pem: string): Uint8Array {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(ED25519_SPKI_HEAD.length));
}

/** SubjectPublicKeyInfo PEM of a raw Ed25519 public key. */
export function ed25519PublicPem(raw: Uint8Array): string {
  return ed25519Key(raw).export({ format: 'pem', type: 'spki' }).toString();
}

export const ecdsaP256Verify: EcdsaP256Verify = (spkiPem, message, derSignature) => {
  try {
    const key = cachedKey(spkiPem, () => createPublicKey(spkiPem));
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    return cryptoVerify('sha256', message, { key, dsaEncoding: 'der' }, derSignature);
  } catch {
    return false;
  }
};

/** Signer for a P-256 private key in PKCS#8 PEM: ECDSA with SHA-256, ASN.1 DER. */
export function ecdsaP256Signer(privateKeyPem: string): (message: Uint8Array) => Uint8Array {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('not a P-256 key');
  return (message) => new Uint8Array(cryptoSign('sha256', message, { key, dsaEncoding: 'der' }));
}
