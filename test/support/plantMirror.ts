/** A console's data folder with a vault and a mirror that no platform filled, for tests of what the console does with it. */

import { type Mirror, openMirror } from '../../main/db/index.ts';
import { databaseKey, mirrorPaths } from '../../main/keys/mirrorKeys.ts';
import { Vault } from '../../main/keys/vault.ts';
import { noKeychain, openConsoleApp, PASSPHRASE } from './app.ts';

/** Makes the vault. */
export async function makeVault(dataDir: string): Promise<void> {
  const { app, call } = openConsoleApp(dataDir);
  await call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  await app.close();
}

/** The key of an organization's mirror, made when there is none, and where its file is. */
export async function mirrorKey(dataDir: string, orgId: string): Promise<{ path: string; key: Uint8Array }> {
  const vault = new Vault({ dataDir, keychain: noKeychain, now: Date.now });
  await vault.unlock('passphrase', PASSPHRASE);
  const paths = mirrorPaths(dataDir, orgId);
  return { path: paths.database, key: await databaseKey(vault, paths, Date.now) };
}

/** Opens the mirror past the console, fills and closes it. */
export async function plantMirror(
  dataDir: string,
  orgId: string,
  fill: (mirror: Mirror) => Promise<void>,
): Promise<void> {
  const mirror = await openMirror(await mirrorKey(dataDir, orgId));
  try {
    await fill(mirror);
  } finally {
    await mirror.close();
  }
}
