/** Encryption at rest of signing keys and TOTP secrets: AES-256-GCM under the key-encryption key. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const KEK_ENV = 'MC_PLATFORM_KEK';

/** Seals and opens small secrets; `context` is bound in, so that a sealed value cannot be moved elsewhere. */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws VAULT_WRONG_SECRET when key, context or bytes are not those of sealing. */
  open(sealed: Uint8Array, context: string): Uint8Array;
  /** 32 bytes that only this key and context give: HKDF-SHA-256. */
  derive(context: string): Uint8Array;
}

export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== KEY_BYTES) throw new AppError('INPUT_INVALID', 'The key-encryption key has 32 bytes.');
  return {
    seal: (plain, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed, context) => {
      try {
        const bytes = Buffer.from(sealed);
        const end = bytes.length - TAG_BYTES;
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(end));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, end)), decipher.final()]);
      } catch (error) {
        throw new AppError(
          'VAULT_WRONG_SECRET',
          'A sealed key does not open: wrong key-encryption key.',
          undefined,
          error,
        );
      }
    },
    derive: (context) => new Uint8Array(hkdfSync('sha256', key, '', `mission control ${context}`, KEY_BYTES)),
  };
}

function decodeKey(text: string, from: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new AppError('INPUT_INVALID', `${from} must hold 32 bytes in base64.`);
  return key;
}

/**
 * The key-encryption key: from the environment, else a 0600 file in the data folder, made at first use.
 * @param folder null: in memory only. Throws INPUT_INVALID for a key of another size.
 */
export function loadKek(folder: string | null, env: string | undefined): Uint8Array {
  if (env !== undefined && env !== '') return decodeKey(env, KEK_ENV);
  if (folder === null) return randomBytes(KEY_BYTES);
  const path = join(folder, 'kek');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  }
  chmodSync(path, 0o600);
  return decodeKey(readFileSync(path, 'utf8'), path);
}
