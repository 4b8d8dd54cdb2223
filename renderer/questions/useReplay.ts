import { useCallback, useEffect, useState } from 'react';
import type { CallInput, Output } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useRevision } from '../access/revision.ts';
import { useJob, useJobs } from '../app/jobs.ts';
import { type QueryState, useQuery } from '../app/query.ts';
import { asCallError, type CallError, call, jobError } from '../bridge.ts';

type Input = CallInput<'access.replay'>;

export interface ReplayWork {
  /** The answer; without data until it is worked out. */
  readonly query: QueryState<Output<'access.replay'>>;
  /** While it is worked out. */
  readonly job: Job | null;
  readonly cancelled: boolean;
  readonly error: CallError | null;
  readonly cancel: () => void;
  readonly again: () => void;
}

interface Started {
  readonly key: string;
  readonly jobId: string | null;
  readonly error: CallError | null;
}

/**
 * A replay worked out by a job, so that it shows how far it is and can be cancelled, and then read. It is worked out again whenever the
 * mirror changed; a question that is left behind is cancelled.
 */
export function useReplay(input: Input): ReplayWork {
  const { orgId, limit: _limit, offset: _offset, ...asked } = input;
  const revision = useRevision(orgId);
  const [round, setRound] = useState(0);
  const question = JSON.stringify([orgId, asked]);
  const key = `${question} ${revision} ${round}`;
  const [started, setStarted] = useState<Started | null>(null);
  const [done, setDone] = useState({ question: '', key: '' });
  const cancel = useJobs((state) => state.cancel);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what is asked, by value
  useEffect(() => {
    let left = false;
    const starting = call('access.prepareReplay', { orgId, ...asked });
    starting
      .then(({ jobId }) => !left && setStarted({ key, jobId, error: null }))
      .catch((thrown: unknown) => !left && setStarted({ key, jobId: null, error: asCallError(thrown) }));
    return () => {
      left = true;
      starting.then(({ jobId }) => call('jobs.cancel', { jobId })).catch(() => undefined);
    };
  }, [key]);
  const mine = started?.key === key ? started : null;
  const job = useJob(mine?.jobId ?? null);
  const state = job?.state ?? null;
  useEffect(() => {
    if (state === 'done') setDone({ question, key });
  }, [state, question, key]);
  // An answer of before stays in sight while the same question is worked out anew.
  const query = useQuery('access.replay', done.question === question ? input : null, done.key);
  const failed = state === 'failed' && job !== null ? jobError(job, 'The replay') : null;
  return {
    query,
    job: state === 'running' ? job : null,
    cancelled: state === 'cancelled',
    error: mine?.error ?? failed,
    cancel: () => void (mine?.jobId && cancel(mine.jobId)),
    again: useCallback(() => setRound((n) => n + 1), []),
  };
}
