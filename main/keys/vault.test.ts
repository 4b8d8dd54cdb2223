import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { Keychain } from '../ports.ts';
import { consolePaths, databaseKey, destroyDatabaseKey, mirrorPaths } from './mirrorKeys.ts';
import { makeRecoveryCode, readRecoveryCode } from './recoveryCode.ts';
import { Secrets } from './secrets.ts';
import { Vault } from './vault.ts';

/** A machine without keychain: every call says so. The real one is tested in test/integration/keychain.test.ts. */
const absent = () => Promise.reject(new AppError('KEYCHAIN_ABSENT'));
const noKeychain: Keychain = {
  get: absent,
  set: absent,
  delete: absent,
  probe: async () => ({ status: 'absent', detail: '' }),
};
const PASS = 'a long passphrase';
let dataDir: string;
const fresh = () => new Vault({ dataDir, keychain: noKeychain, now: () => 1 });
const code = async (work: Promise<unknown>) => work.then(() => 'ok').catch((e: unknown) => (e as AppError).code);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mc-vault-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('vault', () => {
  it('opens by passphrase and recovery code, refuses others, and keeps its file private', async () => {
    const { recoveryCode } = await fresh().create({ useKeychain: false, passphrase: PASS });
    expect(await code(fresh().unlock('passphrase', PASS))).toBe('ok');
    expect(await code(fresh().unlock('recovery', recoveryCode.toLowerCase().replaceAll('-', ' ')))).toBe('ok');
    expect(await code(fresh().unlock('passphrase', 'wrong'))).toBe('VAULT_WRONG_SECRET');
    expect(await code(fresh().unlock('recovery', makeRecoveryCode()))).toBe('VAULT_WRONG_SECRET');
    expect(await code(fresh().create({ useKeychain: false, passphrase: PASS }))).toBe('VAULT_EXISTS');
    expect(statSync(join(dataDir, 'vault.json')).mode & 0o777).toBe(0o600);
  });

  it('never makes a key while a database is there', async () => {
    writeFileSync(join(dataDir, 'console.db'), 'x');
    expect((await fresh().status()).state).toBe('orphaned');
    expect(await code(fresh().create({ useKeychain: false, passphrase: PASS }))).toBe('VAULT_MISSING_KEYS');
    expect(await code(fresh().unlock('passphrase', PASS))).toBe('VAULT_MISSING_KEYS');
  });

  it('names a damaged slot, and still opens by another', async () => {
    const { recoveryCode } = await fresh().create({ useKeychain: false, passphrase: PASS });
    const path = join(dataDir, 'vault.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { slots: { kind: string; sealed: string }[] };
    const slot = file.slots.find((s) => s.kind === 'passphrase')!;
    slot.sealed = slot.sealed.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'));
    writeFileSync(path, JSON.stringify(file));
    expect(await code(fresh().unlock('passphrase', PASS))).toBe('VAULT_DAMAGED');
    expect(await code(fresh().unlock('recovery', recoveryCode))).toBe('ok');
    writeFileSync(path, '{"v":1');
    expect(await code(fresh().unlock('recovery', recoveryCode))).toBe('VAULT_DAMAGED');
    writeFileSync(path, '{"v":2}');
    expect(await code(fresh().unlock('recovery', recoveryCode))).toBe('VAULT_NEWER');
  });

  it('renews slots and keeps the last one', async () => {
    const vault = fresh();
    const first = await vault.create({ useKeychain: false, passphrase: PASS });
    const { recoveryCode } = await vault.addSlot('recovery', null);
    expect(await code(fresh().unlock('recovery', first.recoveryCode))).toBe('VAULT_WRONG_SECRET');
    expect(await code(fresh().unlock('recovery', recoveryCode))).toBe('ok');
    const [a, b] = (await vault.status()).slots;
    await vault.removeSlot(a!.id);
    expect(await code(vault.removeSlot(b!.id))).toBe('VAULT_LAST_SLOT');
    vault.lock();
    expect(await code(vault.addSlot('recovery', null))).toBe('VAULT_LOCKED');
  });

  it('gives each database its key, and shreds it', async () => {
    const vault = fresh();
    await vault.create({ useKeychain: false, passphrase: PASS });
    const paths = mirrorPaths(dataDir, 'acme');
    const key = await databaseKey(vault, paths, () => 1);
    expect(await databaseKey(vault, paths, () => 1)).toEqual(key);
    expect(await databaseKey(vault, consolePaths(dataDir), () => 1)).not.toEqual(key);
    const other = { ...mirrorPaths(dataDir, 'other'), keyFile: paths.keyFile };
    expect(await code(databaseKey(vault, other, () => 1))).toBe('MIRROR_KEY_WRONG');
    writeFileSync(paths.database, 'x');
    await destroyDatabaseKey(paths);
    expect(await code(databaseKey(vault, paths, () => 1))).toBe('VAULT_MISSING_KEYS');
    expect(() => mirrorPaths(dataDir, '../x')).toThrow(AppError);
  });

  it('keeps secrets through a restart without keychain, never in clear', async () => {
    const vault = fresh();
    await vault.create({ useKeychain: false, passphrase: PASS });
    const held = new Map<string, string>();
    const rows = {
      getValue: async (name: string) => held.get(name) ?? null,
      setValue: async (name: string, value: string) => void held.set(name, value),
      deleteValue: async (name: string) => held.delete(name),
    };
    const secrets = new Secrets({ vault, keychain: noKeychain, rows });
    await secrets.setRefreshToken('c', 'the-refresh-token');
    const seen = { size: 5, root: 'ab'.repeat(32) };
    await secrets.setLastSeen('acme', seen);
    const key = await secrets.bundleKey();
    const reopened = fresh();
    await reopened.unlock('passphrase', PASS);
    const later = new Secrets({ vault: reopened, keychain: noKeychain, rows });
    expect(await later.refreshToken('c')).toBe('the-refresh-token');
    expect(await later.lastSeen('acme')).toEqual(seen);
    expect(await later.bundleKey()).toEqual(key);
    expect([...held.values()].some((v) => Buffer.from(v, 'base64').includes('refresh-token'))).toBe(false);
    await later.deleteRefreshToken('c');
    expect(await later.refreshToken('c')).toBeNull();
  });
});

describe('recovery code', () => {
  it('tells a typing error from a wrong code and names the group', () => {
    const printed = makeRecoveryCode();
    const typed = printed.replaceAll('0', 'o').replaceAll('1', 'l');
    expect(readRecoveryCode(typed)).toBe(readRecoveryCode(printed));
    let refused = 0;
    for (let i = 0; i < printed.length; i++) {
      if (printed[i] === '-') continue;
      const wrong = `${printed.slice(0, i)}${printed[i] === '7' ? '8' : '7'}${printed.slice(i + 1)}`;
      try {
        readRecoveryCode(wrong);
      } catch (error) {
        expect((error as AppError).code).toBe('RECOVERY_CODE_MISTYPED');
        refused += 1;
      }
    }
    expect(refused).toBe(40);
  });
});
