/** While serving: writes down what the platform measured of itself, and purges what metrics need not be kept for. */
import type { Core } from '../core.ts';
import type { OwnTraffic } from './own.ts';
import { purgeAllMetrics } from './retention.ts';

const TICK_MS = 1_000;

/** One round at a time, the first at once; the returned function writes what is left after the round under way. */
export function startMetricKeeper(
  core: Core,
  own: OwnTraffic,
  options: { readonly purgeMs: number; readonly onError: (error: unknown) => void },
): () => Promise<void> {
  let lastPurge = core.now();
  let running: Promise<void> | null = null;
  const round = async (): Promise<void> => {
    await own.round();
    if (core.now() - lastPurge < options.purgeMs) return;
    lastPurge = core.now();
    await purgeAllMetrics(core);
  };
  const tick = (): void => {
    running ??= round()
      .catch(options.onError)
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(tick, TICK_MS);
  tick();
  return async () => {
    clearInterval(timer);
    await running;
    await own.stop().catch(options.onError);
  };
}
