/** The keychain as `main/keys` sees it: entries under this console's own prefix. */
import { randomUUID } from 'node:crypto';
import type { ConsoleDb } from '../db/api.ts';
import type { Keychain } from '../ports.ts';

const INSTALLATION = 'installation';

/** Two consoles of one user (two data folders) share a keychain: each has its own names in it. */
export async function scopedKeychain(keychain: Keychain, db: ConsoleDb): Promise<Keychain> {
  let id = await db.getValue(INSTALLATION);
  if (id === null) {
    id = randomUUID();
    await db.setValue(INSTALLATION, id);
  }
  const name = (account: string): string => `${id}:${account}`;
  return {
    get: (account) => keychain.get(name(account)),
    set: (account, secret) => keychain.set(name(account), secret),
    delete: (account) => keychain.delete(name(account)),
    probe: () => keychain.probe(),
  };
}
