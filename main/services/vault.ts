/** First use, unlock, lock, key slots, auto-lock. */
import type { z } from 'zod';
import type { KeychainStatus, SlotKind, VaultStatus } from '../../shared/contract/app.ts';
import { AppError } from '../../shared/errors.ts';
import { unconfirmedMark } from '../keys/unconfirmed.ts';
import type { Vault } from '../keys/vault.ts';
import type { Context } from './context.ts';
import { DEMO_REGION } from './exportPlace.ts';

type Kind = z.infer<typeof SlotKind>;

/** A probe writes to the keychain and may take seconds: its verdict stands this long. */
const PROBE_LIFE_MS = 15_000;

export interface VaultServicePorts {
  readonly vault: Vault;
  /** Opens console database and secrets; what it throws leaves the vault locked. */
  readonly open: () => Promise<void>;
  /** Stops work and closes every database. */
  readonly close: () => Promise<void>;
  readonly afterOpen: () => void;
}

export interface VaultService {
  status(): Promise<VaultStatus>;
  create(input: {
    useKeychain: boolean;
    passphrase: string | null;
    confirm: boolean;
  }): Promise<{ recoveryCode: string }>;
  unlock(input: { slot: Kind; secret: string | null }): Promise<VaultStatus>;
  lock(): Promise<VaultStatus>;
  addSlot(input: { slot: Kind; secret: string | null; confirm: boolean }): Promise<{ recoveryCode: string | null }>;
  confirmRecovery(): Promise<VaultStatus>;
  removeSlot(input: { id: string }): Promise<VaultStatus>;
  /** Locks for good, without asking the keychain for a status nobody will see. */
  end(): Promise<void>;
}

export function createVaultService(context: Context, parts: VaultServicePorts): VaultService {
  const { ports, events } = context;
  const { vault } = parts;
  const unconfirmed = unconfirmedMark(ports.paths.dataDir);
  let probe: { at: number; status: Promise<KeychainStatus> } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  /** Opening and locking never overlap: a lock that comes while opening waits, and then locks. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = queue.then(work, work);
    queue = run.catch(() => undefined);
    return run;
  }

  function keychainStatus(): Promise<KeychainStatus> {
    const at = ports.clock.now();
    if (probe === null || at - probe.at > PROBE_LIFE_MS) probe = { at, status: ports.keychain.probe() };
    return probe.status;
  }

  async function status(): Promise<VaultStatus> {
    const [{ state, slots }, keychain, recoveryUnconfirmed] = await Promise.all([
      vault.status(),
      keychainStatus(),
      unconfirmed.isSet(),
    ]);
    return { state, slots, keychain, recoveryUnconfirmed };
  }

  async function announce(): Promise<VaultStatus> {
    const now = await status();
    events.emit('vault', now);
    return now;
  }

  async function openAll(): Promise<void> {
    try {
      await parts.open();
    } catch (error) {
      vault.lock();
      throw error;
    }
    parts.afterOpen();
  }

  async function closeAll(): Promise<void> {
    try {
      await parts.close();
    } finally {
      vault.lock();
    }
  }

  return {
    status,
    create: (input) =>
      inTurn(async () => {
        if (!input.useKeychain && input.passphrase === null) {
          throw new AppError('INPUT_INVALID', 'Choose the keychain, a passphrase, or both.');
        }
        const { useKeychain, passphrase, confirm } = input;
        const created = await unconfirmed.around(confirm, () => vault.create({ useKeychain, passphrase }));
        await openAll();
        if (context.options.demo) await context.opened().db.setSettings({ workstationRegion: DEMO_REGION });
        await announce();
        return created;
      }),
    unlock: ({ slot, secret }) =>
      inTurn(async () => {
        if (vault.isOpen) return status();
        await vault.unlock(slot, secret);
        // Who opens with the code has it.
        if (slot === 'recovery') await unconfirmed.clear();
        await openAll();
        probe = null;
        return announce();
      }),
    lock: () => inTurn(() => closeAll().then(announce)),
    end: () => inTurn(closeAll),
    async addSlot({ slot, secret, confirm }) {
      const added = await unconfirmed.around(confirm && slot === 'recovery', () => vault.addSlot(slot, secret));
      await announce();
      return added;
    },
    async confirmRecovery() {
      await unconfirmed.clear();
      return announce();
    },
    async removeSlot({ id }) {
      await vault.removeSlot(id);
      return announce();
    },
  };
}

/** Calls back after the set minutes without the user doing anything; work that runs puts it off. */
export function createAutoLock(ports: { minutes: () => number; isBusy: () => boolean; lock: () => void }) {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const touch = (): void => {
    stop();
    const minutes = ports.minutes();
    if (minutes === 0) return;
    timer = setTimeout(() => (ports.isBusy() ? touch() : ports.lock()), minutes * 60_000);
    timer.unref();
  };
  return { touch, stop };
}
