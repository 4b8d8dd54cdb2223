/** What opens with the vault and closes with it: databases, secrets, clients, timers. */
import type { Settings } from '../../shared/contract/app.ts';
import { AppError } from '../../shared/errors.ts';
import type { Mirror } from '../db/api.ts';
import { openConsole, openMirror } from '../db/index.ts';
import { consolePaths, databaseKey } from '../keys/mirrorKeys.ts';
import { Secrets } from '../keys/secrets.ts';
import type { Vault } from '../keys/vault.ts';
import { noticeRestored } from '../sync/sync.ts';
import type { SecretClipboard } from './clipboard.ts';
import type { Context, Holder, Opened } from './context.ts';
import type { Drafts } from './drafts.ts';
import { createMirrors } from './mirrors.ts';
import type { Platforms } from './platforms.ts';
import { scopedKeychain } from './scopedKeychain.ts';
import type { Sender } from './sender.ts';
import type { SyncClock } from './syncClock.ts';
import { createAutoLock } from './vault.ts';

export interface LifecycleParts {
  readonly context: Context;
  readonly holder: Holder;
  readonly vault: Vault;
  readonly drafts: Drafts;
  readonly platforms: Platforms;
  readonly clock: SyncClock;
  readonly sender: Sender;
  readonly secretClipboard: SecretClipboard;
  /** Locks the vault because nobody is there. */
  readonly lock: () => void;
}

export interface Lifecycle {
  open(): Promise<void>;
  /** Reads the settings that drive timers; called once the vault is open. */
  started(): void;
  /** Stops work, closes every database, forgets every token. */
  close(): Promise<void>;
  adopt(settings: Settings): void;
  /** A person did something. */
  touch(): void;
}

/** Opens console database and secrets with the open vault's key. */
async function openState({ ports, events, log }: Context, vault: Vault): Promise<Opened> {
  const { dataDir } = ports.paths;
  const { now } = ports.clock;
  const paths = consolePaths(dataDir);
  const key = await databaseKey(vault, paths, now);
  const db = await openConsole({ path: paths.database, key }).finally(() => key.fill(0));
  const keychain = await scopedKeychain(ports.keychain, db);
  const secrets = new Secrets({ vault, keychain, rows: db });
  const onChange = (orgId: string): void => events.emit('orgs.changed', { orgIds: [orgId] });
  // A log of SQLite that was cut or hurt opens as an older state: said at once, not only at the next sync.
  const onOpen = async (orgId: string, mirror: Mirror): Promise<void> => {
    try {
      await noticeRestored(mirror, orgId, secrets, now);
    } catch (error) {
      // A locked keychain must not close the mirror: the next sync asks for it again and says so.
      if (!(error instanceof AppError && error.code.startsWith('KEYCHAIN_'))) throw error;
      log.info('last seen state not read', { orgId, code: error.code });
    }
  };
  return { db, secrets, mirrors: createMirrors({ dataDir, vault, now, open: openMirror, onOpen, onChange }) };
}

const NO_TIMERS = { autoLockMinutes: 0, syncEveryMinutes: 0 };

export function createLifecycle(parts: LifecycleParts): Lifecycle {
  const { context, holder } = parts;
  const { jobs, log, options } = context;
  // A command line ends with its command: no timer of its own.
  const lives = options.host !== 'cli';
  let timers: Pick<Settings, 'autoLockMinutes' | 'syncEveryMinutes'> = NO_TIMERS;
  const autoLock = createAutoLock({
    minutes: () => (lives && holder.peek() !== null ? timers.autoLockMinutes : 0),
    isBusy: () => jobs.list().some(({ state }) => state === 'running'),
    lock: parts.lock,
  });

  function adopt(next: typeof timers): void {
    const changed = next.syncEveryMinutes !== timers.syncEveryMinutes;
    timers = next;
    autoLock.touch();
    if (lives && changed) parts.clock.set(next.syncEveryMinutes);
  }

  return {
    open: async () => holder.set(await openState(context, parts.vault)),
    started() {
      const { db } = holder.get();
      void db.getSettings().then(adopt, (error: unknown) => log.error('settings', error));
    },
    async close() {
      autoLock.stop();
      parts.clock.stop();
      parts.sender.stop();
      await parts.secretClipboard.clear().catch((error: unknown) => log.error('clipboard', error));
      parts.drafts.clear();
      timers = NO_TIMERS;
      const opened = holder.peek();
      // Jobs end first, while what they write to is still open; then nothing new gets in.
      await jobs.stopAll();
      holder.set(null);
      parts.platforms.dropAll();
      await opened?.mirrors.closeAll();
      await opened?.db.close();
    },
    adopt,
    touch: autoLock.touch,
  };
}
