/** How each kind of slot comes to its wrapping key. */
import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hashRaw } from '@node-rs/argon2';
import { AppError } from '../../shared/errors.ts';
import type { Keychain } from '../ports.ts';
import { makeRecoveryCode, readRecoveryCode } from './recoveryCode.ts';
import { deriveKey, KEY_BYTES, seal, unseal } from './sealing.ts';
import { type Argon2Params, type Slot, slotContext, slotSum } from './vaultFile.ts';

const SALT_BYTES = 16;
const MEMORY_KIB_MIN = 64 * 1024;
const MEMORY_KIB_MAX = 512 * 1024;
/** OWASP and RFC 9106 leave the time to taste; half a second is felt by an attacker and not by a person. */
const TARGET_MS = 400;
const ARGON2ID = 2;

export function keychainAccount(vaultId: string, slotId: string): string {
  return `vault:${vaultId}:${slotId}`;
}

async function argon2Key(passphrase: string, params: Argon2Params): Promise<Buffer> {
  return hashRaw(passphrase.normalize('NFKC'), {
    algorithm: ARGON2ID,
    memoryCost: params.memoryKiB,
    timeCost: params.passes,
    parallelism: params.lanes,
    outputLen: KEY_BYTES,
    salt: Buffer.from(params.salt, 'base64'),
  });
}

/** Parameters that take about 0.4 s here, never less than 64 MiB and three passes (RFC 9106 section 4, second choice). */
export async function calibrateArgon2(): Promise<Argon2Params> {
  const params = {
    memoryKiB: MEMORY_KIB_MIN,
    passes: 3,
    lanes: Math.min(4, availableParallelism()),
    salt: randomBytes(SALT_BYTES).toString('base64'),
  };
  const started = performance.now();
  (await argon2Key('calibration', params)).fill(0);
  const spent = Math.max(1, performance.now() - started);
  const factor = Math.max(1, Math.floor(TARGET_MS / spent));
  return { ...params, memoryKiB: Math.min(MEMORY_KIB_MAX, MEMORY_KIB_MIN * factor) };
}

type Unsealed = Slot extends infer S ? (S extends Slot ? Omit<S, 'sealed' | 'sum'> : never) : never;

function finish(vaultId: string, slot: Unsealed, wrapping: Buffer, vaultKey: Uint8Array): Slot {
  const sealed = seal(wrapping, slotContext(vaultId, slot), vaultKey).toString('base64');
  wrapping.fill(0);
  const whole = { ...slot, sealed } as Omit<Slot, 'sum'>;
  return { ...whole, sum: slotSum(vaultId, whole) } as Slot;
}

/** Puts a fresh wrapping key into the keychain, reads it back, and makes the slot. Throws KEYCHAIN_*. */
export async function makeKeychainSlot(
  vaultId: string,
  key: Uint8Array,
  keychain: Keychain,
  now: number,
): Promise<Slot> {
  const slot = { kind: 'keychain', id: randomUUID(), createdAt: now } as const;
  const wrapping = randomBytes(KEY_BYTES);
  const secret = wrapping.toString('base64');
  const account = keychainAccount(vaultId, slot.id);
  await keychain.set(account, secret);
  if ((await keychain.get(account)) !== secret) {
    throw new AppError('KEYCHAIN_FAILED', undefined, { reason: 'A stored secret did not come back.' });
  }
  return finish(vaultId, slot, wrapping, key);
}

export async function makePassphraseSlot(
  vaultId: string,
  key: Uint8Array,
  passphrase: string,
  now: number,
  argon2id?: Argon2Params,
): Promise<Slot> {
  const params = argon2id ?? (await calibrateArgon2());
  const slot = { kind: 'passphrase', id: randomUUID(), createdAt: now, argon2id: params } as const;
  return finish(vaultId, slot, await argon2Key(passphrase, params), key);
}

export function makeRecoverySlot(vaultId: string, key: Uint8Array, now: number): { slot: Slot; code: string } {
  const code = makeRecoveryCode();
  const salt = randomBytes(SALT_BYTES).toString('base64');
  const slot = { kind: 'recovery', id: randomUUID(), createdAt: now, salt } as const;
  return { slot: finish(vaultId, slot, recoveryKey(code, salt), key), code };
}

/** 140 random bits need no slow hash. */
function recoveryKey(code: string, salt: string): Buffer {
  return deriveKey(Buffer.from(readRecoveryCode(code), 'ascii'), Buffer.from(salt, 'base64'), 'recovery slot');
}

function openWith(
  vaultId: string,
  slot: Slot,
  wrapping: Buffer,
  code: 'VAULT_WRONG_SECRET' | 'KEYCHAIN_MISMATCH',
): Buffer {
  const key = unseal(wrapping, slotContext(vaultId, slot), Buffer.from(slot.sealed, 'base64'));
  wrapping.fill(0);
  if (key === null || key.length !== KEY_BYTES) throw new AppError(code, undefined, { slot: slot.id });
  return key;
}

/**
 * The vault key out of a slot. Throws VAULT_WRONG_SECRET, RECOVERY_CODE_MISTYPED, KEYCHAIN_MISMATCH (also when the secret is gone
 * from an open keychain), KEYCHAIN_LOCKED, KEYCHAIN_ABSENT or KEYCHAIN_FAILED.
 */
export async function openSlot(
  vaultId: string,
  slot: Slot,
  secret: string | null,
  keychain: Keychain,
): Promise<Buffer> {
  if (slot.kind === 'keychain') {
    const held = await keychain.get(keychainAccount(vaultId, slot.id));
    if (held === null) throw new AppError('KEYCHAIN_MISMATCH', undefined, { slot: slot.id, reason: 'missing' });
    const wrapping = Buffer.from(held, 'base64');
    if (wrapping.length !== KEY_BYTES) throw new AppError('KEYCHAIN_MISMATCH', undefined, { slot: slot.id });
    return openWith(vaultId, slot, wrapping, 'KEYCHAIN_MISMATCH');
  }
  if (secret === null) throw new AppError('INPUT_INVALID', 'This slot opens with a passphrase or recovery code.');
  const wrapping = slot.kind === 'passphrase' ? await argon2Key(secret, slot.argon2id) : recoveryKey(secret, slot.salt);
  return openWith(vaultId, slot, wrapping, 'VAULT_WRONG_SECRET');
}
