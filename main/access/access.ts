/** The access thread of one mirror: started at the first question, brought up to date before each, ended with the mirror. */
import { AppError } from '../../shared/errors.ts';
import type { Mirror } from '../db/api.ts';
import { type Remote, start } from '../db/rpc.ts';
import { deriveAccessHistory } from '../sync/sync.ts';
import type { AccessThread } from './api.ts';

export interface Access {
  /** The thread, knowing all that the mirror holds now. */
  thread(): Promise<AccessThread>;
  close(): Promise<void>;
}

export function createAccess(mirror: Mirror, now: () => number): Access {
  let remote: Promise<Remote<AccessThread>> | null = null;
  let stale = true;
  /** A question that comes while the mirror closes must not start a thread that nobody ends. */
  let closed = false;
  /** One refresh at a time: questions asked meanwhile wait for it. */
  let refreshing: Promise<void> = Promise.resolve();
  const stop = mirror.onChange(() => {
    stale = true;
  });

  async function refresh(api: AccessThread): Promise<void> {
    if (!stale) return;
    stale = false;
    try {
      for (let more = true; more; ) {
        const data = await mirror.reader.accessData(await api.held());
        await api.take(data);
        more = data.more;
        if (!more && data.historyTo < data.rows) {
          // A mirror of an older console, or a sync that was stopped: derived now, then read.
          await deriveAccessHistory(mirror, now);
          more = true;
        }
      }
    } catch (error) {
      stale = true;
      throw error;
    }
  }

  return {
    async thread() {
      if (closed) throw new AppError('VAULT_LOCKED');
      remote ??= start<AccessThread>(new URL('./worker.ts', import.meta.url), null);
      const started = remote;
      const { api } = await started.catch((error: unknown) => {
        if (remote === started) remote = null;
        throw error;
      });
      refreshing = refreshing.catch(() => {}).then(() => refresh(api));
      await refreshing;
      return api;
    },
    async close() {
      closed = true;
      stop();
      const started = remote;
      remote = null;
      await (await started?.catch(() => null))?.close();
    },
  };
}
