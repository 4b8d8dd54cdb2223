import { PackageCheck, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { BundleResult, type DisclosureName } from '../../shared/contract/bundles.ts';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useJob, useJobs } from '../app/jobs.ts';
import { useAction } from '../app/query.ts';
import { navigate, setParams, useRoute } from '../app/router.ts';
import { useSettings } from '../app/settings.ts';
import { call, jobError } from '../bridge.ts';
import { pickSave } from '../files.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Check, Field, Select } from '../ui/Field.tsx';
import { Progress } from '../ui/Progress.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { PeriodFields, usePeriod } from './PeriodFields.tsx';
import { Preview, Signer } from './Preview.tsx';
import { ResultFacts } from './ResultFacts.tsx';
import { SectionChoice, useSectionChoice } from './SectionChoice.tsx';
import { DISCLOSURES } from './words.ts';

interface ExportPanelProps {
  readonly org: OrgSummary;
  readonly orgs: readonly OrgSummary[];
}

/** Choose what leaves, see it counted, export, and get the file. */
export function ExportPanel({ org, orgs }: ExportPanelProps) {
  const jobId = useRoute((route) => route.params.get('job'));
  const job = useJob(jobId);
  const cancel = useJobs((state) => state.cancel);
  const result = job?.state === 'done' ? BundleResult.safeParse(job.result) : null;
  return (
    <div className="flex min-h-full flex-col p-4">
      <div className="mb-3 flex items-start justify-between gap-3">
        <h2 className="text-15 font-bold">Export a signed bundle</h2>
        <IconButton icon={X} small label="Close" onClick={() => setParams({ new: null, job: null })} />
      </div>
      {job === null ? (
        <ExportForm org={org} orgs={orgs} />
      ) : job.state === 'running' ? (
        <Progress label={job.title} progress={job.progress} onCancel={() => void cancel(job.id)} />
      ) : result?.success ? (
        <Section title="Exported" aside={<Verdict tone="ok">signed</Verdict>}>
          <ResultFacts result={result.data} />
        </Section>
      ) : (
        <ErrorState compact error={jobError(job, 'The export')} kept="No bundle was written." />
      )}
      {job !== null && job.state !== 'running' && (
        <Button className="mt-3" onClick={() => setParams({ job: null })}>
          {result?.success ? 'Export another' : 'Change and try again'}
        </Button>
      )}
    </div>
  );
}

function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}

function ExportForm({ org, orgs }: ExportPanelProps) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const period = usePeriod(org.timeZone);
  const choice = useSectionChoice(org.orgId);
  const [withhold, setWithhold] = useState<DisclosureName[]>([]);
  const options = useMemo(() => orgs.map((each) => ({ value: each.orgId, label: each.name })), [orgs]);
  const start = useAction(async () => {
    if (period.value === null) return;
    const path = native ? await pickSave('bundle', `${org.orgId}.mcbundle.zip`) : null;
    if (native && path === null) return;
    const chosen = { sections: [...choice.sections], frameworks: [...choice.frameworks], withhold };
    const { jobId } = await call('bundles.export', { orgId: org.orgId, ...period.value, ...chosen, path });
    setParams({ job: jobId }, { replace: true });
  });
  return (
    <form
      className="flex grow flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void start.run();
      }}
    >
      <div className="flex flex-col gap-3 pb-3">
        <Field label="Organization">
          {(ids) => (
            <Select
              {...ids}
              value={org.orgId}
              options={options}
              onChange={(event) => navigate({ org: event.target.value, params: { new: '1' } })}
            />
          )}
        </Field>
        <PeriodFields period={period} zone={org.timeZone} />
      </div>
      <SectionChoice choice={choice} />
      <Section title="Withhold">
        <p className="mb-2 text-12 text-dim">
          Digests stay in every event, so a reader sees that something was withheld.
        </p>
        <div className="flex flex-col gap-1.5">
          {DISCLOSURES.map((name) => (
            <Check
              key={name.id}
              label={name.label}
              hint={name.hint}
              checked={withhold.includes(name.id)}
              onChange={() => setWithhold(toggled(withhold, name.id))}
            />
          ))}
        </div>
      </Section>
      <Signer />
      {start.error && <ErrorState compact error={start.error} kept="No bundle was written." />}
      <div className="sticky bottom-0 -mx-4 mt-auto -mb-4 flex flex-col gap-2.5 border-t border-line bg-panel px-4 py-3">
        <Preview orgId={org.orgId} period={period.value} withhold={withhold} />
        <div className="flex gap-2">
          <Button
            type="submit"
            kind="primary"
            icon={PackageCheck}
            busy={start.busy}
            disabled={period.value === null || choice.sections.length === 0 || choice.settling}
          >
            Export and sign
          </Button>
          <Button onClick={() => setParams({ new: null })}>Cancel</Button>
        </div>
      </div>
    </form>
  );
}
