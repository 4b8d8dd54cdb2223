/** The one thread that evaluates checks. */
import type { Mirror } from '../db/api.ts';
import { createMirrorThread } from '../db/mirrorThread.ts';
import { deriveAccessHistory, deriveLogOrigin } from '../sync/sync.ts';
import type { ChecksThread } from './api.ts';

export interface Checks {
  /** The thread, with the mirror open in it and everything derived that it reads. */
  thread(orgId: string, mirror: Mirror): Promise<ChecksThread>;
  close(): Promise<void>;
}

export function createChecks(now: () => number): Checks {
  const { thread, close } = createMirrorThread<ChecksThread>(new URL('./worker.ts', import.meta.url), 'checks');
  return {
    async thread(orgId, mirror) {
      // A mirror of an older console, or a sync that was stopped before it derived them.
      await deriveAccessHistory(mirror, now);
      await deriveLogOrigin(mirror);
      return await thread(orgId, mirror);
    },
    close,
  };
}
