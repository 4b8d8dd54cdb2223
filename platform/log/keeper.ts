/** While serving: signs checkpoints of logs that grew, writes heartbeats and what rate limits refused, purges what is past its retention. */
import { logDueRefusals } from '../accounts/refusals.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { purgeAll } from '../threads/logs.ts';
import { appendEvents } from './append.ts';
import { publishCheckpoint } from './checkpoints.ts';

const TICK_MS_MIN = 100;

export interface KeeperOptions {
  readonly checkpointMs: number;
  readonly heartbeatMs: number;
  readonly purgeMs: number;
  readonly onError: (error: unknown) => void;
}

/** Writes "still here" into an organization's log, so that silence and loss can be told apart. */
async function logHeartbeat(core: Core, orgId: string): Promise<void> {
  await core.tenant(orgId, async (tx) => {
    const draft = { action: 'platform.heartbeat', actor: SYSTEM_ACTOR, target: null };
    await appendEvents(tx, orgId, [draft], core.now());
  });
  core.grown.add(orgId);
}

async function heartbeats(core: Core): Promise<void> {
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  for (const { id } of orgs) await logHeartbeat(core, id);
}

async function checkpoints(core: Core, ageMsMin: number): Promise<void> {
  for (const orgId of [...core.grown]) {
    const before = await publishCheckpoint(core, orgId, ageMsMin);
    // Too young to be replaced: the next round looks again.
    if (core.now() - before.signedAt.getTime() < ageMsMin) core.grown.add(orgId);
  }
}

/** Runs one round at a time; the returned function stops it after the round under way and signs what is still unsigned. */
export function startKeeper(core: Core, options: KeeperOptions): () => Promise<void> {
  let lastBeat = core.now();
  let lastPurge = core.now();
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const round = async (): Promise<void> => {
    if (core.now() - lastBeat >= options.heartbeatMs) {
      lastBeat = core.now();
      await heartbeats(core);
    }
    await logDueRefusals(core);
    if (core.now() - lastPurge >= options.purgeMs) {
      lastPurge = core.now();
      await purgeAll(core);
    }
    await checkpoints(core, options.checkpointMs);
  };
  const tick = (): void => {
    if (busy) return;
    busy = true;
    running = round()
      .catch(options.onError)
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(
    tick,
    Math.max(TICK_MS_MIN, Math.min(options.checkpointMs, options.heartbeatMs, options.purgeMs)),
  );
  return async () => {
    clearInterval(timer);
    await running;
    await checkpoints(core, 0).catch(options.onError);
  };
}
