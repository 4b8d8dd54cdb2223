/** What opens with the vault and closes with it: databases, secrets, clients, timers. */
import type { Settings } from '../../shared/contract/app.ts';
import { AppError } from '../../shared/errors.ts';
import type { Checks } from '../compliance/checks.ts';
import type { Mirror } from '../db/api.ts';
import { openConsole, openMirror } from '../db/index.ts';
import { consolePaths, databaseKey } from '../keys/mirrorKeys.ts';
import { Secrets } from '../keys/secrets.ts';
import type { Vault } from '../keys/vault.ts';
import type { Levels } from '../sla/sla.ts';
import { keepLedger, noticeLost } from '../sync/ledger.ts';
import { noticeRestored } from '../sync/sync.ts';
import type { SecretClipboard } from './clipboard.ts';
import type { Context, Holder, Opened } from './context.ts';
import type { Drafts } from './drafts.ts';
import { createMirrors } from './mirrors.ts';
import { createPageChecks } from './pageChecks.ts';
import type { Platforms } from './platforms.ts';
import { scopedKeychain } from './scopedKeychain.ts';
import type { Sender } from './sender.ts';
import type { SyncClock } from './syncClock.ts';
import { openUnfinished } from './unfinished.ts';
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
  readonly levels: Levels;
  readonly checks: Checks;
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
async function openState(context: Context, vault: Vault): Promise<Opened> {
  const { ports, events, log, options } = context;
  const { dataDir } = ports.paths;
  const { now } = ports.clock;
  const paths = consolePaths(dataDir);
  const key = await databaseKey(vault, paths, now);
  const db = await openConsole({ path: paths.database, key }).finally(() => key.fill(0));
  const keychain = await scopedKeychain(ports.keychain, db);
  const secrets = new Secrets({ vault, keychain, rows: db });
  const pageChecks = createPageChecks(context);
  const onChange = (orgId: string): void => events.emit('orgs.changed', { orgIds: [orgId] });
  // A log of SQLite that was cut or hurt opens as an older state: said at once, not only at the next sync.
  const onOpen = async (orgId: string, mirror: Mirror): Promise<Mirror> => {
    try {
      await noticeRestored(mirror, orgId, secrets, now);
      await noticeLost(mirror, orgId, secrets, now);
    } catch (error) {
      // A locked keychain must not close the mirror: the next sync asks for it again and says so.
      if (!(error instanceof AppError && error.code.startsWith('KEYCHAIN_'))) throw error;
      log.info('last seen state not read', { orgId, code: error.code });
    }
    const kept = keepLedger(mirror, orgId, secrets, (error) => log.error('ledger not noted', error, { orgId }));
    // A command line ends with its command, long before every page is read.
    if (options.host !== 'cli') pageChecks.opened(orgId, kept);
    return kept;
  };
  const unfinished = await openUnfinished(db, now);
  const mirrors = createMirrors({ dataDir, vault, now, open: openMirror, onOpen, onChange });
  return { db, secrets, mirrors, unfinished, pageChecks };
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
      const { db, unfinished } = holder.get();
      const { removed, left } = unfinished.cleared;
      for (const path of removed)
        context.ports.notifications.show('Unfinished export removed', `It held rows in the clear: ${path}`);
      for (const path of left)
        context.ports.notifications.show(
          'Unfinished export not removed',
          `Delete it, it holds rows in the clear: ${path}`,
        );
      if (removed.length + left.length > 0) log.info('unfinished exports', { count: removed.length + left.length });
      // Ahead of the first dashboard; a command line asks for one in few of its commands.
      if (lives) parts.levels.warm();
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
      opened?.pageChecks.stop();
      // Jobs end first, while what they write to is still open; then nothing new gets in.
      await jobs.stopAll();
      holder.set(null);
      parts.platforms.dropAll();
      await opened?.mirrors.closeAll();
      await parts.levels.close();
      await parts.checks.close();
      await opened?.db.close();
    },
    adopt,
    touch: autoLock.touch,
  };
}
