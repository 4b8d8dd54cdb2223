import { Copy, Download } from 'lucide-react';
import { useMemo } from 'react';
import type { Output } from '../../shared/contract/index.ts';
import type { MonthReport } from '../../shared/sla/model.ts';
import { useRevision } from '../access/revision.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useJob, useJobs } from '../app/jobs.ts';
import { useAction, useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { call, jobError } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { Field, Select } from '../ui/Field.tsx';
import { LongId } from '../ui/Id.tsx';
import { Progress } from '../ui/Progress.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { CreditStatement, Figures, Stretches } from './ReportParts.tsx';
import { monthText, VERDICTS } from './slas.ts';

interface ReportProps {
  readonly orgId: string;
  readonly id: string;
  readonly name: string;
  /** Months there is a report of, newest first; the one under way stands first. */
  readonly months: readonly string[];
  readonly onClose: () => void;
}

/** The monthly report, computed here and compared with what the platform issued; to be downloaded signed. */
export function ReportPanel({ orgId, id, name, months, onClose }: ReportProps) {
  const params = useRoute((route) => route.params);
  const month = params.get('month') ?? months[1] ?? months[0]!;
  const { data, error, slow, stale, reload } = useQuery('sla.report', { orgId, id, month }, useRevision(orgId));
  const job = useJob(params.get('job'));
  const cancel = useJobs((state) => state.cancel);
  const download = useAction(async () => {
    const { jobId } = await call('sla.exportReport', { orgId, ids: [id], month, path: null });
    setParams({ job: jobId }, { replace: true });
  });
  const report = data?.report as MonthReport | undefined;
  const options = useMemo(
    () =>
      [...new Set([month, ...months])]
        .sort()
        .reverse()
        .map((value) => ({ value, label: monthText(value) })),
    [month, months],
  );
  return (
    <SidePanel
      title={`Monthly report · ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button
            kind="primary"
            icon={Download}
            busy={download.busy}
            disabled={report === undefined}
            onClick={() => void download.run()}
          >
            Download Monthly Report
          </Button>
          <Button
            icon={Copy}
            disabled={report === undefined}
            onClick={() => void copyText(JSON.stringify(report, null, 2), 'Report as JSON')}
          >
            Copy as JSON
          </Button>
          <span className="text-12 text-dim">PDF, CSV and JSON in one signed bundle</span>
        </>
      }
    >
      <div className="mt-3 max-w-56">
        <Field label="Month">
          {(ids) => (
            <Select
              {...ids}
              value={month}
              options={options}
              onChange={(event) => setParams({ month: event.target.value, job: null }, { replace: true })}
            />
          )}
        </Field>
      </div>
      {download.error && <ErrorState compact error={download.error} kept="Nothing was written." />}
      {job !== null && job.state !== 'done' && (
        <div className="mt-2">
          {job.state === 'running' ? (
            <Progress label={job.title} progress={job.progress} onCancel={() => void cancel(job.id)} />
          ) : (
            <ErrorState compact error={jobError(job, 'The report')} kept="Nothing was left half written." />
          )}
        </div>
      )}
      {job?.state === 'done' && <Written result={job.result as { readonly path: string }} />}
      {error !== null && <ErrorState compact error={error} onRetry={reload} />}
      {data === null && slow && <Skeleton className="mt-4 h-40 w-full" />}
      {data !== null && report !== undefined && (
        <div className={stale ? 'opacity-60' : undefined}>
          <Comparison data={data} report={report} />
          <Figures report={report} />
          {report.credit !== null && <CreditStatement credit={report.credit} />}
          <Stretches report={report} />
          <Section title="What it rests on">
            <p className="text-12 text-dim">
              {report.inputs.minutes.toLocaleString('en-US')} minutes of {report.inputs.series.length} series, terms of
              revision {report.revision}, zone {report.time_zone}. Percentiles are within 1 % of the exact value; shares
              are cut off, never rounded up.
            </p>
            <p className="mt-1 text-12">
              Digest <LongId value={data.digest} what="Digest of the report" head={16} />
            </p>
          </Section>
        </div>
      )}
    </SidePanel>
  );
}

function Written({ result }: { readonly result: { readonly path: string } }) {
  return (
    <p className="mt-2 text-12">
      <Verdict tone="ok">written</Verdict> <LongId value={result.path} what="Path of the bundle" head={40} />
    </p>
  );
}

const COMPARED = {
  equal: { tone: 'ok', word: 'equals the platform’s figures' },
  differs: { tone: 'bad', word: 'differs from what the platform issued' },
  not_issued: { tone: 'none', word: 'not issued by the platform yet' },
} as const;

function Comparison({ data, report }: { readonly data: Output<'sla.report'>; readonly report: MonthReport }) {
  const { tone, word } = COMPARED[data.comparison];
  const verdict = VERDICTS[report.verdict];
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      <Verdict tone={verdict.tone}>{verdict.word}</Verdict>
      <Verdict tone={tone}>{word}</Verdict>
      {data.issue !== null && <span className="text-12 text-dim">issue {data.issue}</span>}
      {data.differences.length > 0 && (
        <table className="mt-1 w-full text-12">
          <thead className="text-11 text-dim">
            <tr>
              <th className="text-left font-normal">Field</th>
              <th className="pl-2 text-right font-normal">here</th>
              <th className="pl-2 text-right font-normal">platform</th>
            </tr>
          </thead>
          <tbody>
            {data.differences.map(({ field, here, platform }) => (
              <tr key={field} className="border-t border-line">
                <td className="py-0.5 font-mono">{field}</td>
                <td className="tnum pl-2 text-right">{here}</td>
                <td className="tnum pl-2 text-right">{platform}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
