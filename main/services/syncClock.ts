/** Syncs by the clock: rounds over every connected organization, one after the other. */
import type { Context } from './context.ts';
import type { SyncService } from './sync.ts';

export interface SyncClock {
  /** Minutes between rounds, 0 for never; the first round begins at once. */
  set(minutes: number): void;
  stop(): void;
}

export function createSyncClock(context: Context, sync: SyncService): SyncClock {
  let timer: NodeJS.Timeout | null = null;
  let inRound = false;

  /** One at a time: a round in the background must not crowd the machine nor the platform. */
  async function round(): Promise<void> {
    const records = await context.opened().db.listConnections();
    for (const record of records.filter(({ signedOut }) => !signedOut)) {
      for (const { orgId } of record.orgs) {
        if (timer === null) return;
        const { jobId } = await sync.start({ orgId });
        const { error } = await context.jobs.ended(jobId);
        // The whole platform is away, or its session ended: the next round asks again.
        if (error?.code === 'PLATFORM_UNREACHABLE' || error?.code === 'LOGIN_REQUIRED') break;
      }
    }
  }

  function tick(): void {
    if (inRound) return;
    inRound = true;
    void round()
      .catch((error: unknown) => context.log.error('automatic sync', error))
      .finally(() => {
        inRound = false;
      });
  }

  function stop(): void {
    if (timer) clearInterval(timer);
    timer = null;
  }

  return {
    set(minutes) {
      stop();
      if (minutes === 0) return;
      timer = setInterval(tick, minutes * 60_000);
      timer.unref();
      tick();
    },
    stop,
  };
}
