/**
 * Secrets beside the database keys: refresh tokens, signing keys, and the last log state seen. What the keychain can hold goes there;
 * without one it is sealed by the vault and kept in the (encrypted) console database, so that it survives a restart.
 */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Keychain } from '../ports.ts';
import type { Vault } from './vault.ts';

/** Rows of the console database; values are sealed already (base64). */
export interface SealedRows {
  getValue(key: string): Promise<string | null>;
  setValue(key: string, value: string): Promise<void>;
  deleteValue(key: string): Promise<unknown>;
}

const LastSeen = z.strictObject({ size: z.int().min(0), root: z.string().regex(/^[0-9a-f]{64}$/) });
export type LastSeen = z.infer<typeof LastSeen>;
const LastLedger = z.strictObject({ n: z.int().min(1), digest: z.string().regex(/^[0-9a-f]{64}$/) });
export type LastLedger = z.infer<typeof LastLedger>;

export interface SigningKey {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

const PURPOSE = 'console secret';

/** Without a usable keychain the sealed row serves; any other fault is not hidden. */
function keychainUnusable(error: unknown): boolean {
  return error instanceof AppError && error.code.startsWith('KEYCHAIN_');
}

export class Secrets {
  private readonly vault: Vault;
  private readonly keychain: Keychain;
  private readonly rows: SealedRows;

  constructor(parts: { vault: Vault; keychain: Keychain; rows: SealedRows }) {
    this.vault = parts.vault;
    this.keychain = parts.keychain;
    this.rows = parts.rows;
  }

  refreshToken(connectionId: string): Promise<string | null> {
    return this.read(`refresh:${connectionId}`);
  }

  setRefreshToken(connectionId: string, token: string): Promise<void> {
    return this.write(`refresh:${connectionId}`, token);
  }

  async deleteRefreshToken(connectionId: string): Promise<void> {
    await this.erase(`refresh:${connectionId}`);
  }

  /** Size and root of the newest log state this machine has seen: a smaller mirror is a copy that was put back. */
  async lastSeen(orgId: string): Promise<LastSeen | null> {
    return this.readAs(LastSeen, `seen:${orgId}`, orgId);
  }

  setLastSeen(orgId: string, seen: LastSeen): Promise<void> {
    return this.write(`seen:${orgId}`, JSON.stringify(LastSeen.parse(seen)));
  }

  /** The newest link seen of the ledger over a mirror's pin and alarms: an older one is a state that was put back. */
  async lastLedger(orgId: string): Promise<LastLedger | null> {
    return this.readAs(LastLedger, `ledger:${orgId}`, orgId);
  }

  setLastLedger(orgId: string, head: LastLedger): Promise<void> {
    return this.write(`ledger:${orgId}`, JSON.stringify(LastLedger.parse(head)));
  }

  async forgetLastSeen(orgId: string): Promise<void> {
    await this.erase(`seen:${orgId}`);
    await this.erase(`ledger:${orgId}`);
  }

  /** ECDSA P-256, for bundles. Made at first use; sealed in the console database, so that a lost keychain changes no identity. */
  bundleKey(): Promise<SigningKey> {
    return this.signingKey('bundle', () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
  }

  /** Ed25519, for the device log. Kept as the bundle key. */
  deviceKey(): Promise<SigningKey> {
    return this.signingKey('device', () => generateKeyPairSync('ed25519').privateKey);
  }

  private async signingKey(
    kind: string,
    make: () => ReturnType<typeof generateKeyPairSync>['privateKey'],
  ): Promise<SigningKey> {
    const name = `key:${kind}`;
    let privateKeyPem = await this.readRow(name);
    if (privateKeyPem === null) {
      privateKeyPem = make().export({ format: 'pem', type: 'pkcs8' }).toString();
      await this.writeRow(name, privateKeyPem);
    }
    const publicKeyPem = createPublicKey(privateKeyPem).export({ format: 'pem', type: 'spki' }).toString();
    return { privateKeyPem, publicKeyPem };
  }

  private async readAs<T>(schema: z.ZodType<T>, name: string, orgId: string): Promise<T | null> {
    const text = await this.read(name);
    if (text === null) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new AppError('VAULT_DAMAGED', 'The last log state seen cannot be read.', { orgId }, error);
    }
  }

  private async read(name: string): Promise<string | null> {
    // The row comes first: it is there only when the newest value could not go to the keychain.
    const row = await this.readRow(name);
    if (row !== null) return row;
    try {
      return await this.keychain.get(name);
    } catch (error) {
      // A locked keychain may hold it: that is told, never taken for "nothing there".
      if (error instanceof AppError && error.code === 'KEYCHAIN_ABSENT') return null;
      throw error;
    }
  }

  private async write(name: string, value: string): Promise<void> {
    try {
      await this.keychain.set(name, value);
    } catch (error) {
      if (!keychainUnusable(error)) throw error;
      await this.writeRow(name, value);
      return;
    }
    await this.rows.deleteValue(name);
  }

  private async erase(name: string): Promise<void> {
    await this.rows.deleteValue(name);
    try {
      await this.keychain.delete(name);
    } catch (error) {
      if (!keychainUnusable(error)) throw error;
    }
  }

  private async readRow(name: string): Promise<string | null> {
    const sealed = await this.rows.getValue(name);
    if (sealed === null) return null;
    const plain = this.vault.unwrap(PURPOSE, [name], Buffer.from(sealed, 'base64'));
    if (plain === null) throw new AppError('VAULT_DAMAGED', 'A stored secret does not open.', { name });
    const text = plain.toString('utf8');
    plain.fill(0);
    return text;
  }

  private async writeRow(name: string, value: string): Promise<void> {
    const plain = Buffer.from(value, 'utf8');
    const sealed = this.vault.wrap(PURPOSE, [name], plain);
    plain.fill(0);
    await this.rows.setValue(name, sealed.toString('base64'));
  }
}
