/**
 * One random 256-bit vault key, held in slots: keychain, passphrase, recovery code. Any slot opens; a keychain slot that was lost
 * is then written anew. Nothing here deletes or recreates on failure.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Keychain } from '../ports.ts';
import { deriveKey, KEY_BYTES, seal, unseal } from './sealing.ts';
import { keychainAccount, makeKeychainSlot, makePassphraseSlot, makeRecoverySlot, openSlot } from './slotKeys.ts';
import { readVaultFile, type Slot, type SlotKind, type VaultFile, writeVaultFile } from './vaultFile.ts';

export const VAULT_FILE = 'vault.json';
/** Files whose key only a vault can give: while one is there no new vault is made. */
const KEYED_FILE = /\.(db|db-wal|key\.json)$/;

export interface VaultOptions {
  readonly dataDir: string;
  readonly keychain: Keychain;
  readonly now: () => number;
}

export interface SlotView {
  readonly id: string;
  readonly kind: SlotKind;
  readonly createdAt: number;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError('FILE_UNREADABLE', undefined, { path: folder }, error);
  }
}

export class Vault {
  private readonly options: VaultOptions;
  private readonly path: string;
  private key: Buffer | null = null;
  private id = '';
  private queue: Promise<unknown> = Promise.resolve();

  constructor(options: VaultOptions) {
    this.options = options;
    this.path = join(options.dataDir, VAULT_FILE);
  }

  get isOpen(): boolean {
    return this.key !== null;
  }

  /** Changes run one after the other: two at once could each drop the other's slot. */
  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.queue.then(work, work);
    this.queue = run.catch(() => undefined);
    return run;
  }

  /** State and slots. Throws VAULT_DAMAGED, VAULT_NEWER or FILE_UNREADABLE. */
  async status(): Promise<{ state: 'new' | 'locked' | 'open' | 'orphaned'; slots: SlotView[] }> {
    const file = await readVaultFile(this.path);
    if (file === null) return { state: (await this.hasDatabases()) ? 'orphaned' : 'new', slots: [] };
    const slots = file.slots.map(({ id, kind, createdAt }) => ({ id, kind, createdAt }));
    return { state: this.isOpen ? 'open' : 'locked', slots };
  }

  private async hasDatabases(): Promise<boolean> {
    const { dataDir } = this.options;
    const names = [...(await filesIn(dataDir)), ...(await filesIn(join(dataDir, 'mirrors')))];
    return names.some((name) => KEYED_FILE.test(name));
  }

  /**
   * Makes the vault of a new console and opens it. The recovery code is answered once and stored nowhere.
   * Throws VAULT_EXISTS, VAULT_MISSING_KEYS while a database file exists, KEYCHAIN_*, FILE_UNWRITABLE.
   */
  create(input: { useKeychain: boolean; passphrase: string | null }): Promise<{ recoveryCode: string }> {
    return this.exclusive(async () => {
      const { keychain, now } = this.options;
      if ((await readVaultFile(this.path)) !== null) throw new AppError('VAULT_EXISTS');
      if (await this.hasDatabases()) throw new AppError('VAULT_MISSING_KEYS');
      const id = randomUUID();
      const key = randomBytes(KEY_BYTES);
      const recovery = makeRecoverySlot(id, key, now());
      const slots: Slot[] = [recovery.slot];
      if (input.passphrase !== null) slots.unshift(await makePassphraseSlot(id, key, input.passphrase, now()));
      if (input.useKeychain) slots.unshift(await makeKeychainSlot(id, key, keychain, now()));
      const written = await writeVaultFile(this.path, { id, createdAt: now(), slots, damaged: [] });
      await this.mustOpen(written, recovery.slot.id, recovery.code, key);
      this.hold(id, key);
      return { recoveryCode: recovery.code };
    });
  }

  /**
   * Opens the vault by one kind of slot. Throws VAULT_WRONG_SECRET, RECOVERY_CODE_MISTYPED, KEYCHAIN_*, VAULT_DAMAGED,
   * VAULT_MISSING_KEYS, NOT_FOUND when there is no such slot.
   * @returns whether a lost keychain slot was written anew.
   */
  unlock(kind: SlotKind, secret: string | null): Promise<{ rewrapped: boolean }> {
    return this.exclusive(async () => {
      const file = await this.existing();
      const slots = file.slots.filter((slot) => slot.kind === kind);
      if (slots.length === 0) {
        if (file.damaged.length > 0) throw new AppError('VAULT_DAMAGED', undefined, { damaged: file.damaged.length });
        throw new AppError('NOT_FOUND', `There is no ${kind} slot.`);
      }
      let failure: unknown;
      for (const slot of slots) {
        try {
          this.hold(file.id, await openSlot(file.id, slot, secret, this.options.keychain));
          return { rewrapped: kind === 'keychain' ? false : await this.renewLostKeychain(file) };
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    });
  }

  /** Forgets the key. */
  lock(): void {
    this.key?.fill(0);
    this.key = null;
  }

  /**
   * Adds or renews a slot: of each kind one stands afterwards. The new slot is written, read back and opened before the old one
   * goes. Answers the recovery code when that is what was asked for. Throws VAULT_LOCKED, KEYCHAIN_*, INPUT_INVALID.
   */
  addSlot(kind: SlotKind, secret: string | null): Promise<{ recoveryCode: string | null }> {
    return this.exclusive(async () => this.replaceSlot(await this.existing(), kind, secret));
  }

  /** Throws VAULT_LAST_SLOT, NOT_FOUND, VAULT_LOCKED. */
  removeSlot(id: string): Promise<void> {
    return this.exclusive(async () => {
      this.openKey();
      const file = await this.existing();
      const gone = file.slots.find((slot) => slot.id === id);
      if (!gone) throw new AppError('NOT_FOUND', 'There is no such key slot.');
      if (file.slots.length === 1) throw new AppError('VAULT_LAST_SLOT');
      await writeVaultFile(this.path, { ...file, slots: file.slots.filter((slot) => slot !== gone) });
      await this.forgetKeychainSecrets(file.id, [gone]);
    });
  }

  /** Seals bytes under a key of the vault made for one purpose; `context` says where they belong. Throws VAULT_LOCKED. */
  wrap(purpose: string, context: readonly string[], plain: Uint8Array): Buffer {
    return this.withPurpose(purpose, (key) => seal(key, [this.id, ...context], plain));
  }

  /** Null when the bytes are not those that were sealed there. Throws VAULT_LOCKED. */
  unwrap(purpose: string, context: readonly string[], sealed: Uint8Array): Buffer | null {
    return this.withPurpose(purpose, (key) => unseal(key, [this.id, ...context], sealed));
  }

  private withPurpose<T>(purpose: string, use: (key: Buffer) => T): T {
    const key = deriveKey(this.openKey(), Buffer.from(this.id), `mission-control ${purpose}`);
    try {
      return use(key);
    } finally {
      key.fill(0);
    }
  }

  private openKey(): Buffer {
    if (this.key === null) throw new AppError('VAULT_LOCKED');
    return this.key;
  }

  private hold(id: string, key: Buffer): void {
    this.lock();
    this.id = id;
    this.key = key;
  }

  private async existing(): Promise<VaultFile> {
    const file = await readVaultFile(this.path);
    if (file !== null) return file;
    if (await this.hasDatabases()) throw new AppError('VAULT_MISSING_KEYS');
    throw new AppError('NOT_FOUND', 'There is no vault yet.');
  }

  private async mustOpen(file: VaultFile, slotId: string, secret: string | null, key: Buffer): Promise<void> {
    const slot = file.slots.find((candidate) => candidate.id === slotId);
    if (!slot) throw new AppError('VAULT_DAMAGED', 'The new slot did not read back.');
    const opened = await openSlot(file.id, slot, secret, this.options.keychain);
    const same = opened.equals(key);
    opened.fill(0);
    if (!same) throw new AppError('VAULT_DAMAGED', 'The new slot did not open with the same key.');
  }

  private async replaceSlot(
    file: VaultFile,
    kind: SlotKind,
    secret: string | null,
  ): Promise<{ recoveryCode: string | null }> {
    const key = this.openKey();
    const { keychain, now } = this.options;
    let recoveryCode: string | null = null;
    let added: Slot;
    if (kind === 'keychain') added = await makeKeychainSlot(file.id, key, keychain, now());
    else if (kind === 'passphrase') {
      if (secret === null) throw new AppError('INPUT_INVALID', 'A passphrase is needed.');
      added = await makePassphraseSlot(file.id, key, secret, now());
    } else {
      const made = makeRecoverySlot(file.id, key, now());
      added = made.slot;
      recoveryCode = made.code;
    }
    const both = await writeVaultFile(this.path, { ...file, slots: [...file.slots, added] });
    await this.mustOpen(both, added.id, recoveryCode ?? secret, key);
    const old = both.slots.filter((slot) => slot.kind === kind && slot.id !== added.id);
    if (old.length > 0) {
      await writeVaultFile(this.path, { ...both, slots: both.slots.filter((slot) => !old.includes(slot)) });
      await this.forgetKeychainSecrets(file.id, old);
    }
    return { recoveryCode };
  }

  /** After the slots are gone from the file; a keychain that fails now leaves a secret that opens nothing. */
  private async forgetKeychainSecrets(vaultId: string, slots: readonly Slot[]): Promise<void> {
    for (const slot of slots) {
      if (slot.kind !== 'keychain') continue;
      await this.options.keychain.delete(keychainAccount(vaultId, slot.id)).catch(() => false);
    }
  }

  /** A keychain slot whose secret is gone or replaced is written anew; a locked or absent keychain is left for later. */
  private async renewLostKeychain(file: VaultFile): Promise<boolean> {
    const slot = file.slots.find((candidate) => candidate.kind === 'keychain');
    if (!slot) return false;
    try {
      (await openSlot(file.id, slot, null, this.options.keychain)).fill(0);
      return false;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'KEYCHAIN_MISMATCH') return false;
    }
    try {
      await this.replaceSlot(file, 'keychain', null);
      return true;
    } catch {
      // The vault is open by the other slot, and that one still stands: nothing is lost by trying again at the next unlock.
      return false;
    }
  }
}
