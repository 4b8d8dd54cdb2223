import { FileDown, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { z } from 'zod';
import type { AccessQuestion, Basis } from '../../shared/contract/access.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { basisWords } from '../access/EffectiveList.tsx';
import { useJob, useJobs } from '../app/jobs.ts';
import { type QueryState, useAction } from '../app/query.ts';
import { call } from '../bridge.ts';
import { pickSave } from '../files.ts';
import { Button } from '../ui/Button.tsx';
import { plural } from '../ui/numbers.ts';
import { Progress } from '../ui/Progress.tsx';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { useTime } from '../ui/zone.ts';
import { cautions } from './words.ts';

interface AnswerFrameProps<T> {
  readonly orgId: string;
  readonly question: AccessQuestion;
  readonly query: QueryState<T>;
  /** The answer as one sentence. */
  readonly summary: (data: T) => ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** An answer: its sum in a sentence, what it rests on, what it may miss, the way to a file, and the rows. */
export function AnswerFrame<T extends { readonly basis: Basis }>(props: AnswerFrameProps<T>) {
  const { orgId, question, query, summary, children } = props;
  const data = query.stale ? null : query.data;
  if (query.error !== null && data === null) {
    return <ErrorState error={query.error} kept="The mirror was not changed." onRetry={query.reload} />;
  }
  if (data === null) return query.slow ? <SkeletonRows rows={10} /> : null;
  return (
    <div className="flex h-full min-h-0 flex-col" aria-busy={query.loading}>
      <div className="flex shrink-0 items-start gap-4 border-b border-line bg-panel px-[18px] py-2">
        <div className="min-w-0 flex-1">
          <p role="status" className="font-medium">
            {summary(data)}
          </p>
          <BasisLine basis={data.basis} />
        </div>
        <ExportAnswer orgId={orgId} question={question} />
      </div>
      {query.error !== null && (
        <ErrorState compact error={query.error} kept="The answer before is kept." onRetry={query.reload} />
      )}
      <div className="min-h-0 flex-1">{children(data)}</div>
    </div>
  );
}

function BasisLine({ basis }: { readonly basis: Basis }) {
  const time = useTime();
  // Changes the log does not tell are said below, with what follows from it.
  const words = basisWords({ ...basis, unknownChanges: 0 });
  return (
    <>
      <p className="tnum text-12 text-dim">
        {words.charAt(0).toUpperCase()}
        {words.slice(1)}
        {basis.logBegins !== null && ` · the log begins on ${time.date(basis.logBegins)}`}
      </p>
      {cautions(basis).map((caution) => (
        <p key={caution} className="flex items-start gap-1.5 text-12 text-warn">
          <TriangleAlert size={13} strokeWidth={1.75} className="mt-[3px] shrink-0" aria-hidden />
          {caution}
        </p>
      ))}
    </>
  );
}

interface ExportProps {
  readonly orgId: string;
  readonly question: AccessQuestion;
}

const Written = z.object({ path: z.string(), rows: z.int() });

/** How the export of an answer ended, as a notice that leads to the file. */
function tellWritten(job: Job): void {
  const written = Written.safeParse(job.result);
  if (job.state === 'done' && written.success) {
    const { path, rows } = written.data;
    toast({
      text: `${plural(rows, 'row')} in ${path}`,
      action: { label: 'Show file', run: () => void call('files.reveal', { path }).catch(() => undefined) },
    });
  } else if (job.state === 'cancelled') toast({ text: 'Export cancelled; no file was left' });
  else toast({ text: `Export failed: ${job.error?.message ?? ''} (${job.error?.code ?? 'INTERNAL'})`, tone: 'bad' });
}

/** Writes the whole answer, also what the table has no room for. */
function ExportAnswer({ orgId, question }: ExportProps) {
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const cancel = useJobs((state) => state.cancel);
  const start = useAction(async () => {
    const { nativeDialogs } = await call('app.info', {});
    const path = nativeDialogs ? await pickSave('rows', `access-${question.question}.csv`) : null;
    if (nativeDialogs && path === null) return;
    setJobId((await call('access.export', { orgId, question, path })).jobId);
  });
  const running = job?.state === 'running';
  useEffect(() => {
    if (job === null || job.state === 'running') return;
    setJobId(null);
    tellWritten(job);
  }, [job]);
  const { error } = start;
  useEffect(() => {
    if (error !== null) toast({ text: `Not exported: ${error.message} (${error.code})`, tone: 'bad' });
  }, [error]);
  if (running) {
    return (
      <div className="w-72 shrink-0">
        <Progress label="Export" progress={job.progress} onCancel={() => void cancel(job.id)} />
      </div>
    );
  }
  return (
    <Button icon={FileDown} busy={start.busy} onClick={() => void start.run()}>
      Export answer as CSV
    </Button>
  );
}
