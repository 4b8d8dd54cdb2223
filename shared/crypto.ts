/**
 * The ports through which pure code reaches cryptography: `shared` names no implementation.
 * `main/crypto.ts` and `platform/crypto.ts` implement them.
 */

/** SHA-256 (FIPS 180-4); 32 bytes, in an array the caller may keep. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** Ed25519 (RFC 8032) over the whole message; `publicKey` is the raw 32-byte key. False for anything malformed. */
export type Ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Ed25519 signature of a message: 64 bytes. */
export type Ed25519Sign = (message: Uint8Array) => Uint8Array;

/** ECDSA P-256 with SHA-256; key as SubjectPublicKeyInfo PEM, signature as ASN.1 DER. False for anything malformed. */
export type EcdsaP256Verify = (spkiPem: string, message: Uint8Array, derSignature: Uint8Array) => boolean;

/** What it takes to check a signed note. */
export interface NotePorts {
  readonly sha256: Sha256;
  readonly ed25519Verify: Ed25519Verify;
}
