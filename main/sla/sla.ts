/** The one thread that judges service levels: started at the first question, each mirror opened in it when first asked about, closed with it. */
import { AppError } from '../../shared/errors.ts';
import type { Mirror } from '../db/api.ts';
import { type Remote, start } from '../db/rpc.ts';
import type { SlaThread } from './api.ts';

export interface Levels {
  /** The thread, with the mirror open in it. */
  thread(orgId: string, mirror: Mirror): Promise<SlaThread>;
  /** Starts the thread ahead of the first question. */
  warm(): void;
  close(): Promise<void>;
}

export function createLevels(): Levels {
  let remote: Promise<Remote<SlaThread>> | null = null;
  const attached = new Map<Mirror, Promise<void>>();

  function started(): Promise<Remote<SlaThread>> {
    if (remote !== null) return remote;
    const starting = start<SlaThread>(new URL('./worker.ts', import.meta.url), 'service levels', null);
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
      if (remote === null) throw new AppError('VAULT_LOCKED');
      return (await remote).api;
    },
    warm() {
      // The first question meets a fault again and says it.
      started().catch(() => {});
    },
    async close() {
      const running = remote;
      remote = null;
      attached.clear();
      await (await running?.catch(() => null))?.close();
    },
  };
}
