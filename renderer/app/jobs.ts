import { useEffect } from 'react';
import { create } from 'zustand';
import type { Job } from '../../shared/contract/jobs.ts';
import { asCallError, call, on } from '../bridge.ts';
import { toast } from '../ui/toasts.ts';

interface JobsState {
  readonly jobs: Readonly<Record<string, Job>>;
  readonly load: () => Promise<void>;
  readonly cancel: (jobId: string) => Promise<void>;
}

/** Running and recently ended work, kept fresh by pushed events. */
export const useJobs = create<JobsState>()((set) => ({
  jobs: {},
  load: async () => {
    const list = await call('jobs.list', {});
    set({ jobs: Object.fromEntries(list.map((job) => [job.id, job])) });
  },
  cancel: async (jobId) => {
    try {
      const job = await call('jobs.cancel', { jobId });
      set((state) => ({ jobs: { ...state.jobs, [jobId]: job } }));
    } catch (thrown) {
      toast({ text: `Not cancelled: ${asCallError(thrown).message}`, tone: 'bad' });
    }
  },
}));

/** Progress waiting for the next frame: hundreds of syncs at once push faster than a screen can be drawn. */
const waiting = new Map<string, Job>();

on('job', (job) => {
  if (waiting.size === 0) {
    setTimeout(() => {
      const fresh = Object.fromEntries(waiting);
      waiting.clear();
      useJobs.setState((state) => ({ jobs: { ...state.jobs, ...fresh } }));
    }, 100);
  }
  waiting.set(job.id, job);
});

/** One job by id. Asks once a second as well while it runs, in case the event stream was interrupted. */
export function useJob(jobId: string | null): Job | null {
  const job = useJobs((state) => (jobId === null ? null : (state.jobs[jobId] ?? null)));
  const running = jobId !== null && (job === null || job.state === 'running');
  useEffect(() => {
    if (!running) return undefined;
    const ask = (): void => {
      call('jobs.get', { jobId: jobId! })
        .then((fresh) => useJobs.setState((state) => ({ jobs: { ...state.jobs, [fresh.id]: fresh } })))
        .catch(() => clearInterval(timer));
    };
    const timer = setInterval(ask, 1000);
    ask();
    return () => clearInterval(timer);
  }, [jobId, running]);
  return job;
}

/** The newest running job of a kind for an organization. */
export function useRunning(kind: Job['kind'], orgId: string | null): Job | null {
  return useJobs(
    (state) =>
      Object.values(state.jobs).find((job) => job.state === 'running' && job.kind === kind && job.orgId === orgId) ??
      null,
  );
}

/** How many jobs of a kind have ended. A short one may be over before it was ever seen running, so what it changed is read again by this. */
export function useEnded(kind: Job['kind'], orgId: string): number {
  return useJobs(
    (state) =>
      Object.values(state.jobs).filter((job) => job.state !== 'running' && job.kind === kind && job.orgId === orgId)
        .length,
  );
}
