/** Replays as long work: step by step in the access thread, with progress, until finished or cancelled. */
import type { HandlerInput } from '../../shared/contract/index.ts';
import type { AccessThread } from '../access/api.ts';
import type { Context } from './context.ts';
import type { JobHandle } from './jobs.ts';

type Question = HandlerInput<'access.prepareReplay'>;

/** Works a replay out, so that `access.replay` answers the same question at once. Gives the events of the period. */
export type Prepare = (question: Question, handle: JobHandle) => Promise<{ events: number }>;

export function createPrepare(threadOf: (orgId: string) => Promise<AccessThread>, now: () => number): Prepare {
  return async ({ orgId, ...asked }, { signal, report }) => {
    report({ phase: 'Reading access', done: 0, total: null, unit: 'events' });
    const thread = await threadOf(orgId);
    const question = { ...asked, now: now() };
    try {
      for (;;) {
        signal.throwIfAborted();
        const { done, total, finished } = await thread.replayStep(question);
        report({ phase: 'Replaying events', done, total, unit: 'events' });
        if (finished) return { events: total };
      }
    } catch (error) {
      await thread.dropReplay();
      throw error;
    }
  };
}

export async function startReplay(context: Context, prepare: Prepare, input: Question): Promise<{ jobId: string }> {
  await context.opened().mirrors.get(input.orgId);
  return context.jobs.start({
    ...{ kind: 'replay-access', orgId: input.orgId, title: `Replay access of ${input.orgId}`, unit: 'events' },
    run: (handle) => prepare(input, handle),
  });
}
