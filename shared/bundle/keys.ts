/** Keys that recipients pin: PEM (Ed25519 log keys, P-256 bundle keys) and C2SP verifier keys. */
import { fromBase64, toBase64, toHex } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { parseVkey } from '../log/index.ts';

/** DER heads of the two SubjectPublicKeyInfo forms (RFC 8410, RFC 5480); the key follows. */
const ED25519_HEAD = '302a300506032b6570032100';
const P256_HEAD = '3059301306072a8648ce3d020106082a8648ce3d030107034200';

export type PinnedKey =
  | { readonly kind: 'log'; readonly name: string | null; readonly publicKey: Uint8Array; readonly fingerprint: string }
  | { readonly kind: 'bundle'; readonly pem: string; readonly fingerprint: string };

/** SHA-256 over the SubjectPublicKeyInfo of a bundle key, hex: what people compare. Throws INPUT_INVALID. */
export function bundleKeyFingerprint(pem: string, sha256: Sha256): string {
  const key = readPem(pem, sha256);
  if (key.kind !== 'bundle') throw new AppError('INPUT_INVALID', 'Not a P-256 public key.');
  return key.fingerprint;
}

function readPem(block: string, sha256: Sha256): PinnedKey {
  const der = fromBase64(block.replaceAll(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replaceAll(/\s+/g, ''));
  const hex = toHex(der);
  if (hex.startsWith(ED25519_HEAD) && der.length === 44) {
    const publicKey = der.slice(12);
    return { kind: 'log', name: null, publicKey, fingerprint: toHex(sha256(publicKey)) };
  }
  if (hex.startsWith(P256_HEAD) && der.length === 91) {
    return { kind: 'bundle', pem: canonicalPem(der), fingerprint: toHex(sha256(der)) };
  }
  throw new AppError('INPUT_INVALID', 'The PEM key is neither Ed25519 nor P-256.');
}

function canonicalPem(der: Uint8Array): string {
  const lines = toBase64(der)
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
}

/** PEM of a raw Ed25519 public key, as OpenSSL writes it. */
export function ed25519Pem(publicKey: Uint8Array): string {
  return canonicalPem(
    Uint8Array.from([...Uint8Array.from(ED25519_HEAD.match(/../g)!, (b) => Number.parseInt(b, 16)), ...publicKey]),
  );
}

const PEM_BLOCK = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g;

/**
 * All keys in a text: PEM blocks and verifier keys, one a line; other lines starting with # are comments.
 * Throws INPUT_INVALID when a part is no key, or when there is none.
 */
export function parseKeys(text: string, sha256: Sha256): PinnedKey[] {
  try {
    const keys = (text.match(PEM_BLOCK) ?? []).map((block) => readPem(block, sha256));
    for (const line of text.replaceAll(PEM_BLOCK, '').split('\n')) {
      const vkey = line.trim();
      if (vkey === '' || vkey.startsWith('#')) continue;
      const { name, publicKey } = parseVkey(vkey, sha256);
      keys.push({ kind: 'log', name, publicKey, fingerprint: toHex(sha256(publicKey)) });
    }
    if (keys.length > 0) return keys;
  } catch (error) {
    throw new AppError('INPUT_INVALID', `Not a public key: ${(error as Error).message}`, undefined, error);
  }
  throw new AppError('INPUT_INVALID', 'There is no public key in the text.');
}
