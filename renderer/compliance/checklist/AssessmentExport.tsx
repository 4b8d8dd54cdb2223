import { FileOutput } from 'lucide-react';
import { useState } from 'react';
import { type ASSESSMENT_FORMATS, AssessmentResult } from '../../../shared/contract/assessments.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useJob, useJobs } from '../../app/jobs.ts';
import { useAction } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useSettings } from '../../app/settings.ts';
import { call, jobError } from '../../bridge.ts';
import { FileActions } from '../../bundles/FileActions.tsx';
import { pickSave } from '../../files.ts';
import { Button } from '../../ui/Button.tsx';
import { LongId } from '../../ui/Id.tsx';
import { bytes, count, plural } from '../../ui/numbers.ts';
import { Progress } from '../../ui/Progress.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { PeriodPicker } from '../checks/PeriodPicker.tsx';
import { boundsOf, type Chosen, readPeriod } from '../checks/period.ts';
import { daysEnding, EXTENSIONS, FORMATS } from './assessmentWords.ts';
import { ChoiceField } from './FormPanel.tsx';
import type { FrameworkShare } from './FrameworkPicker.tsx';
import type { Scene } from './scene.ts';

interface ExportProps {
  readonly scene: Scene;
  readonly framework: FrameworkShare;
  /** Changes that wait in the outbox: the screen shows them, an assessment does not know them. */
  readonly pending: number;
}

const close = (): void => setParams({ act: null, job: null, span: null, from: null, to: null });

/** The period of the address; else the 90 days that end with the day shown. */
function chosenPeriod(params: URLSearchParams, day: string): Chosen {
  return params.has('from') ? readPeriod(params, Date.now()) : { span: 'custom', ...daysEnding(day, 90) };
}

/** One framework assessed over a period and written as one file, with its progress and its place. */
export function AssessmentExport({ scene, framework, pending }: ExportProps) {
  const { orgId, day } = scene;
  const params = useRoute((route) => route.params);
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const [format, setFormat] = useState<(typeof ASSESSMENT_FORMATS)[number]>('pdf');
  const job = useJob(params.get('job'));
  const period = chosenPeriod(params, day);
  const start = useAction(async () => {
    const name = `${orgId}-${framework.id}-${period.first}${EXTENSIONS[format]}`;
    const path = native ? await pickSave('any', name) : null;
    if (native && path === null) return;
    const asked = { orgId, framework: framework.id, ...boundsOf(period), format, path };
    const { jobId } = await call('compliance.export', asked);
    setParams({ job: jobId }, { replace: true });
  });
  return (
    <SidePanel
      title="Export assessment"
      about={framework.title}
      onClose={close}
      leaves
      onSubmit={() => void (job?.state === 'running' || start.run())}
      footer={
        <>
          <Button type="submit" kind="primary" icon={FileOutput} busy={start.busy} disabled={job?.state === 'running'}>
            Export assessment
          </Button>
          <Button onClick={close}>Close</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <ChoiceField
          label="Format"
          autoFocus
          value={format}
          options={FORMATS.map(({ id, label }) => ({ value: id, label }))}
          hint={FORMATS.find(({ id }) => id === format)!.hint}
          onChange={setFormat}
        />
        <div className="flex flex-col gap-1">
          <p className="text-12 font-medium text-dim">Period</p>
          <PeriodPicker chosen={period} />
          <p className="text-12 text-dim">Checks look at the period; records are as they were at its end.</p>
        </div>
        {pending > 0 && (
          <p className="text-12 text-dim">
            {plural(pending, 'change')} in the outbox {pending === 1 ? 'is' : 'are'} not in it: an assessment rests on
            what the platform has confirmed.
          </p>
        )}
        {start.error && <ErrorState compact error={start.error} kept="Nothing was written." />}
        {job !== null && <Outcome job={job} />}
      </div>
    </SidePanel>
  );
}

/** How far it is, where the file is, or why there is none. */
function Outcome({ job }: { readonly job: Job }) {
  const cancel = useJobs((state) => state.cancel);
  if (job.state === 'running') {
    return <Progress label={job.title} progress={job.progress} onCancel={() => void cancel(job.id)} />;
  }
  const result = job.state === 'done' ? AssessmentResult.safeParse(job.result) : null;
  if (!result?.success) {
    return <ErrorState compact error={jobError(job, 'The export')} kept="Nothing was left half written." />;
  }
  const { path, bytes: size, digest, met, of, excluded } = result.data;
  return (
    <Section title={job.title} aside={<Verdict tone="ok">written</Verdict>}>
      <KeyValues>
        <KeyValue name="File">
          <span className="mono break-all">{path}</span>
        </KeyValue>
        <KeyValue name="Size">
          <span className="tnum">{bytes(size)}</span>
        </KeyValue>
        <KeyValue name="Controls met">
          <span className="tnum">
            {count(met)} of {count(of)}, {count(excluded)} not applicable
          </span>
        </KeyValue>
        <KeyValue name="Digest">
          <LongId value={digest} what="Digest of the assessment" head={12} tail={12} />
        </KeyValue>
      </KeyValues>
      <FileActions path={path} />
    </Section>
  );
}
