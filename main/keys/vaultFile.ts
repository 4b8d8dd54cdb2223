/** `vault.json`: the key slots. It holds nothing that opens without a secret kept elsewhere. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { canonicalize, type Json } from '../../shared/json/index.ts';
import { readSmallFile, replaceFile } from './atomicFile.ts';

export const VAULT_VERSION = 1;
const SLOTS_MAX = 16;

const Sealed = z.base64().min(1).max(256);
const SlotBase = {
  id: z.uuid(),
  createdAt: z.int().min(0),
  /** The vault key under this slot's key. */
  sealed: Sealed,
  /** SHA-256 over vault id and the slot's other fields: tells damage from a wrong secret. Proves nothing against an attacker. */
  sum: z.string().regex(/^[0-9a-f]{64}$/),
};
/** Argon2id parameters (RFC 9106); the upper bounds keep an altered file from exhausting the machine. */
export const Argon2Params = z.strictObject({
  memoryKiB: z
    .int()
    .min(64 * 1024)
    .max(1024 * 1024),
  passes: z.int().min(1).max(16),
  lanes: z.int().min(1).max(16),
  salt: z.base64().length(24),
});
export type Argon2Params = z.infer<typeof Argon2Params>;

export const Slot = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keychain'), ...SlotBase }),
  z.strictObject({ kind: z.literal('passphrase'), argon2id: Argon2Params, ...SlotBase }),
  z.strictObject({ kind: z.literal('recovery'), salt: z.base64().length(24), ...SlotBase }),
]);
export type Slot = z.infer<typeof Slot>;
export type SlotKind = Slot['kind'];

const VaultFileSchema = z.strictObject({
  v: z.literal(VAULT_VERSION),
  id: z.uuid(),
  createdAt: z.int().min(0),
  slots: z.array(z.unknown()).min(1).max(SLOTS_MAX),
});

export interface VaultFile {
  readonly id: string;
  readonly createdAt: number;
  readonly slots: readonly Slot[];
  /** Slots that are damaged or unknown, verbatim: kept, never dropped. */
  readonly damaged: readonly unknown[];
}

/** The checksum of a slot. */
export function slotSum(vaultId: string, slot: Omit<Slot, 'sum'>): string {
  const { sum: _, ...rest } = slot as Slot;
  return hash('sha256', canonicalize([vaultId, rest as unknown as Json]), 'hex');
}

/** What is authenticated with the sealed key: it opens in this slot of this vault with these parameters only. */
export function slotContext(vaultId: string, slot: { readonly id: string; readonly kind: SlotKind }): string[] {
  const params = 'argon2id' in slot ? canonicalize(slot.argon2id as Json) : 'salt' in slot ? String(slot.salt) : '';
  return ['mission-control vault slot', String(VAULT_VERSION), vaultId, slot.id, slot.kind, params];
}

function parseVault(text: string): VaultFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('VAULT_DAMAGED', undefined, { reason: 'not JSON' }, error);
  }
  const version = (value as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version > VAULT_VERSION) {
    throw new AppError('VAULT_NEWER', undefined, { version });
  }
  const parsed = VaultFileSchema.safeParse(value);
  if (!parsed.success) {
    throw new AppError('VAULT_DAMAGED', undefined, { reason: parsed.error.issues[0]?.path.join('.') ?? 'format' });
  }
  const { id, createdAt } = parsed.data;
  const slots: Slot[] = [];
  const damaged: unknown[] = [];
  for (const item of parsed.data.slots) {
    const slot = Slot.safeParse(item);
    if (slot.success && slotSum(id, slot.data) === slot.data.sum) slots.push(slot.data);
    else damaged.push(item);
  }
  return { id, createdAt, slots, damaged };
}

/** Null when there is no file. Throws VAULT_DAMAGED, VAULT_NEWER or FILE_UNREADABLE. */
export async function readVaultFile(path: string): Promise<VaultFile | null> {
  const text = await readSmallFile(path);
  return text === null ? null : parseVault(text);
}

/** Replaces the file atomically and gives back what a fresh read of it holds. Throws FILE_UNWRITABLE, DISK_FULL. */
export async function writeVaultFile(path: string, vault: VaultFile): Promise<VaultFile> {
  const { id, createdAt } = vault;
  const slots = [...vault.slots, ...vault.damaged];
  await replaceFile(path, `${JSON.stringify({ v: VAULT_VERSION, id, createdAt, slots }, null, 2)}\n`);
  const written = await readVaultFile(path);
  if (written === null || written.slots.length !== vault.slots.length) {
    throw new AppError('VAULT_DAMAGED', 'The key-slot file did not read back as it was written.');
  }
  return written;
}
