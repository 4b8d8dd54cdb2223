/** Sends the outboxes: after each sync, when a platform is back, when something is added, and again after a while when it failed. */
import { AppError } from '../../shared/errors.ts';
import { type PushResult, PushStopped, pushOutbox } from '../sync/push.ts';
import { connectionOf, findConnectionOf, noteConnection } from './connectionNotes.ts';
import type { Context } from './context.ts';
import type { JobHandle } from './jobs.ts';
import type { Platforms } from './platforms.ts';

const RETRY_MS = 5_000;
const RETRY_MS_MAX = 5 * 60_000;
/** Then only a sync, a person or a platform that answers again starts the next run. */
const RETRIES_MAX = 8;

export interface Sender {
  /** Sends what waits, within another job. One run at a time for each organization; this one runs after those asked for before. */
  push(orgId: string, handle: JobHandle): Promise<PushResult>;
  /** The same as a job. Throws NOT_FOUND, LOGIN_REQUIRED. */
  start(input: { orgId: string }): Promise<{ jobId: string }>;
  /** Starts a job when something waits and the platform is not known to be away; answers its id, else null. */
  offer(orgId: string): Promise<string | null>;
  /** The person has signed in again: what waited for that goes out. */
  signedIn(orgIds: readonly string[]): void;
  /** Ends the timers. */
  stop(): void;
}

/** Runs that come by themselves after failed ones, each later than the one before, a bounded number of times. */
function createRetries(enabled: boolean, begin: (orgId: string) => void) {
  const timers = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  return {
    failed(orgId: string, afterMs: number): void {
      const count = (failures.get(orgId) ?? 0) + 1;
      failures.set(orgId, count);
      if (!enabled || count > RETRIES_MAX) return;
      clearTimeout(timers.get(orgId));
      const wait = Math.max(afterMs, Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (count - 1)));
      const timer = setTimeout(() => begin(orgId), wait);
      timer.unref();
      timers.set(orgId, timer);
    },
    reset: (orgId: string): void => void failures.delete(orgId),
    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      failures.clear();
    },
  };
}

export function createSender(context: Context, platforms: Platforms): Sender {
  const { jobs, log, options, ports } = context;
  const queue = new Map<string, Promise<unknown>>();
  // A command line ends with its command: no timer of its own.
  const retries = createRetries(options.host !== 'cli', (orgId) => begun([orgId]));

  async function run(orgId: string, { signal, report }: JobHandle): Promise<PushResult> {
    const mirror = await context.opened().mirrors.get(orgId);
    const connection = await connectionOf(context, orgId);
    // With nothing to send nothing is asked, and nothing learnt about the platform.
    if ((await mirror.reader.outboxNext()) === null) {
      const waiting = (await mirror.reader.outbox()).filter(({ state }) => state === 'waiting').length;
      return { sent: 0, conflicts: 0, refused: 0, waiting };
    }
    const now = ports.clock.now;
    const unit = 'changes';
    const onSent = (done: number): void => report({ phase: 'Sending changes', done, total: null, unit });
    try {
      const client = platforms.client(connection);
      const result = await platforms.watch(connection.id, () =>
        pushOutbox({ client, mirror, orgId, signal, now, onSent }),
      );
      retries.reset(orgId);
      if (result.sent + result.conflicts + result.refused > 0) log.info('outbox sent', { orgId, count: result.sent });
      return result;
    } catch (error) {
      if (error instanceof AppError && error.code === 'LOGIN_REQUIRED') {
        await noteConnection(context, connection.id, { signedOut: true });
      }
      if (error instanceof PushStopped && error.code === 'PLATFORM_UNREACHABLE')
        retries.failed(orgId, error.afterMs ?? 0);
      throw error;
    }
  }

  function push(orgId: string, handle: JobHandle): Promise<PushResult> {
    const before = queue.get(orgId) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => run(orgId, handle));
    queue.set(orgId, mine);
    const forget = (): void => {
      if (queue.get(orgId) === mine) queue.delete(orgId);
    };
    mine.then(forget, forget);
    return mine;
  }

  function unsent(orgId: string, error: unknown): void {
    // A console that was locked or signed out meanwhile sends once it is open again.
    if (!(error instanceof AppError)) log.error('outbox', error, { orgId });
  }

  /** Null when nothing may be sent. */
  async function begin(orgId: string): Promise<string | null> {
    const { mirrors } = context.opened();
    if (!mirrors.ids().includes(orgId)) return null;
    const next = await (await mirrors.get(orgId)).reader.outboxNext();
    return next === null ? null : (await start({ orgId })).jobId;
  }

  async function start({ orgId }: { orgId: string }): Promise<{ jobId: string }> {
    const connection = await connectionOf(context, orgId);
    const name = connection.orgs.find((org) => org.orgId === orgId)?.name ?? orgId;
    return jobs.start({
      kind: 'send-outbox',
      orgId,
      title: `Send changes of ${name}`,
      unit: 'changes',
      run: (handle) => push(orgId, handle),
    });
  }

  function begun(orgIds: readonly string[]): void {
    for (const orgId of orgIds) void begin(orgId).catch((error: unknown) => unsent(orgId, error));
  }

  platforms.onOnline((connectionId) => {
    void (async () => {
      const records = await context.opened().db.listConnections();
      begun(
        records.find(({ id, signedOut }) => id === connectionId && !signedOut)?.orgs.map(({ orgId }) => orgId) ?? [],
      );
    })().catch((error: unknown) => unsent('', error));
  });

  return {
    push,
    start,
    async offer(orgId) {
      const connection = await findConnectionOf(context, orgId);
      if (connection === null || connection.signedOut || platforms.isAway(connection.id)) return null;
      return begin(orgId);
    },
    signedIn: begun,
    stop: retries.stop,
  };
}
