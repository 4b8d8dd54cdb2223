import { ListChecks } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { Popover } from '../ui/Menu.tsx';
import { Progress } from '../ui/Progress.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { toast } from '../ui/toasts.ts';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import { useJobs } from './jobs.ts';

const TONES: Readonly<Record<Job['state'], Tone>> = { running: 'accent', done: 'ok', failed: 'bad', cancelled: 'none' };

/** Work under way, newest first, with progress and cancel; a press shows what ended lately. */
export function JobTray() {
  const byId = useJobs((state) => state.jobs);
  // A replay that is done shows as the answer it was asked for.
  const jobs = useMemo(
    () =>
      Object.values(byId)
        .filter(({ kind, state }) => kind !== 'replay-access' || state === 'running' || state === 'failed')
        .sort((a, b) => b.startedAt - a.startedAt),
    [byId],
  );
  const running = jobs.filter((job) => job.state === 'running');
  useFailureNotices(jobs);
  if (jobs.length === 0) return null;
  const words = running.length === 0 ? 'Recent work' : `${running.length} running`;
  return (
    <div className="mb-1 shrink-0 border-t border-line pt-2">
      {running.slice(0, 2).map((job) => (
        <div key={job.id} className="mb-2 px-2 max-[880px]:hidden">
          <RunningJob job={job} compact />
        </div>
      ))}
      <Popover
        label="Work"
        className="w-[400px]"
        trigger={
          <button
            type="button"
            className="flex h-[27px] w-full items-center gap-2.5 rounded px-2 font-medium text-dim hover:bg-hover hover:text-text"
          >
            <ListChecks size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
            <span className="max-[880px]:sr-only">{words}</span>
          </button>
        }
      >
        <ul className="max-h-96 overflow-y-auto">
          {jobs.slice(0, 30).map((job) => (
            <li key={job.id} className="border-b border-line px-2 py-2 last:border-0">
              {job.state === 'running' ? <RunningJob job={job} /> : <EndedJob job={job} />}
            </li>
          ))}
        </ul>
      </Popover>
    </div>
  );
}

function RunningJob({ job, compact = false }: { readonly job: Job; readonly compact?: boolean }) {
  const cancel = useJobs((state) => state.cancel);
  return <Progress label={job.title} progress={job.progress} compact={compact} onCancel={() => void cancel(job.id)} />;
}

function EndedJob({ job }: { readonly job: Job }) {
  return (
    <div>
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{job.title}</span>
        <Verdict tone={TONES[job.state]}>{job.state}</Verdict>
      </div>
      <p className="text-12 text-dim">
        {job.error !== null && job.state === 'failed' ? (
          <>
            {job.error.message} <span className="mono">{job.error.code}</span> ·{' '}
          </>
        ) : null}
        {job.endedAt !== null && <RelativeTime at={job.endedAt} />}
      </p>
    </div>
  );
}

/** A job seen running that then fails is said once, wherever the user is. */
function useFailureNotices(jobs: readonly Job[]): void {
  const seen = useRef(new Set<string>());
  useEffect(() => {
    for (const job of jobs) {
      if (job.state === 'running') seen.current.add(job.id);
      else if (seen.current.delete(job.id) && job.state === 'failed') {
        toast({ text: `${job.title}: ${job.error?.message ?? 'failed'}`, tone: 'bad' });
      }
    }
  }, [jobs]);
}
