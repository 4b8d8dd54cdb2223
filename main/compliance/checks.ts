/** The one thread that evaluates checks: started at the first question, each mirror opened in it when first asked about, closed with it. */
import { AppError } from '../../shared/errors.ts';
import type { Mirror } from '../db/api.ts';
import { type Remote, start } from '../db/rpc.ts';
import { deriveAccessHistory, deriveLogOrigin } from '../sync/sync.ts';
import type { ChecksThread } from './api.ts';

export interface Checks {
  /** The thread, with the mirror open in it and everything derived that it reads. */
  thread(orgId: string, mirror: Mirror): Promise<ChecksThread>;
  close(): Promise<void>;
}

export function createChecks(now: () => number): Checks {
  let remote: Promise<Remote<ChecksThread>> | null = null;
  const attached = new Map<Mirror, Promise<void>>();

  function started(): Promise<Remote<ChecksThread>> {
    if (remote !== null) return remote;
    const starting = start<ChecksThread>(new URL('./worker.ts', import.meta.url), 'checks', null);
    remote = starting;
    starting.catch(() => {
      if (remote === starting) remote = null;
    });
    return starting;
  }

  async function attach(orgId: string, mirror: Mirror): Promise<void> {
    const { api } = await started();
    await mirror.lend(async (file) => {
      try {
        await api.attach(orgId, file);
      } finally {
        file.key.fill(0);
      }
    });
  }

  return {
    async thread(orgId, mirror) {
      let opening = attached.get(mirror);
      if (opening === undefined) {
        opening = attach(orgId, mirror);
        attached.set(mirror, opening);
        opening.catch(() => attached.delete(mirror));
        mirror.onClose(async () => {
          attached.delete(mirror);
          await opening?.then(
            async () => (await remote)?.api.detach(orgId),
            () => {},
          );
        });
      }
      await opening;
      // A mirror of an older console, or a sync that was stopped before it derived them.
      await deriveAccessHistory(mirror, now);
      await deriveLogOrigin(mirror);
      if (remote === null) throw new AppError('VAULT_LOCKED');
      return (await remote).api;
    },
    async close() {
      const running = remote;
      remote = null;
      attached.clear();
      await (await running?.catch(() => null))?.close();
    },
  };
}
