/** Child of the keychain tests: runs under a Secret Service of its own and prints one JSON object a line. */
import { execSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYCHAIN_SERVICE, osKeychain } from '../../main/keys/keychain.ts';
import { keychainAccount } from '../../main/keys/slotKeys.ts';
import { Vault } from '../../main/keys/vault.ts';
import { AppError } from '../../shared/errors.ts';
import { LOCK_KEYRING } from './withKeyring.ts';

const [dataDir] = process.argv.slice(2) as [string];
const keychain = osKeychain();
const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const fresh = () => new Vault({ dataDir, keychain, now: Date.now });
const keychainSlot = async () => (await fresh().status()).slots.find((slot) => slot.kind === 'keychain')!.id;
const vaultId = () => (JSON.parse(readFileSync(join(dataDir, 'vault.json'), 'utf8')) as { id: string }).id;

say({ probe: (await keychain.probe()).status, service: KEYCHAIN_SERVICE });
const made = fresh();
await made.create({ useKeychain: true, passphrase: 'correct horse battery' });
const sealed = made.wrap('test', ['here'], Buffer.from('secret'));
const opens = (vault: Vault) => vault.unwrap('test', ['here'], sealed)?.toString() === 'secret';

const first = fresh();
say({ keychainUnlock: await code(first.unlock('keychain', null)), same: opens(first) });

const account = keychainAccount(vaultId(), await keychainSlot());
await keychain.set(account, Buffer.alloc(32, 7).toString('base64'));
say({ replaced: await code(fresh().unlock('keychain', null)) });
const byPassphrase = fresh();
const { rewrapped } = await byPassphrase.unlock('passphrase', 'correct horse battery');
const again = fresh();
say({ rewrapped, afterwards: await code(again.unlock('keychain', null)), same: opens(again) });
say({ oldSecret: await keychain.get(account), files: readdirSync(dataDir) });

await keychain.delete(keychainAccount(vaultId(), await keychainSlot()));
say({ missing: await code(fresh().unlock('keychain', null)) });
await fresh().unlock('passphrase', 'correct horse battery');

execSync(LOCK_KEYRING);
say({ probeLocked: (await keychain.probe()).status, locked: await code(fresh().unlock('keychain', null)) });
const whileLocked = fresh();
say({
  lockedPassphrase: await code(whileLocked.unlock('passphrase', 'correct horse battery')),
  same: opens(whileLocked),
});
