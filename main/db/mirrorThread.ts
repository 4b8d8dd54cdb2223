/** A thread that reads mirrors by itself: started at the first question, each mirror opened in it when first asked about, closed with it. */
import { AppError } from '../../shared/errors.ts';
import type { Mirror } from './api.ts';
import { type Remote, start } from './rpc.ts';

/** What such a thread answers besides its own questions. */
interface Attaching {
  attach(orgId: string, file: { path: string; key: Uint8Array }): Promise<void>;
  detach(orgId: string): Promise<void>;
}

export interface MirrorThread<Api> {
  /** The thread, with the mirror open in it. Throws VAULT_LOCKED when it was closed meanwhile. */
  thread(orgId: string, mirror: Mirror): Promise<Api>;
  /** Starts the thread ahead of the first question. */
  warm(): void;
  close(): Promise<void>;
}

/** @param worker address of the thread's module. @param name what it is called where it fails. */
export function createMirrorThread<Api extends Attaching>(worker: URL, name: string): MirrorThread<Api> {
  let remote: Promise<Remote<Api>> | null = null;
  const attached = new Map<Mirror, Promise<void>>();

  function started(): Promise<Remote<Api>> {
    if (remote !== null) return remote;
    const starting = start<Api>(worker, name, null);
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
