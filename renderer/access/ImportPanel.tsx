import { FileSearch, Import, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { z } from 'zod';
import type { Job } from '../../shared/contract/jobs.ts';
import { useJob, useJobs } from '../app/jobs.ts';
import { useAction } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useSettings } from '../app/settings.ts';
import { call, jobError } from '../bridge.ts';
import { pickOpen, uploadFile } from '../files.ts';
import { Button } from '../ui/Button.tsx';
import { Check, Field, TextInput } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import { Progress } from '../ui/Progress.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { GatedButton } from './GatedButton.tsx';
import { type Me, refusalOf } from './rights.ts';
import { SidePanel } from './SidePanel.tsx';

const Imported = z.object({
  roles: z.int(),
  permissions: z.int(),
  unchanged: z.int(),
  notes: z.array(z.string()),
});

const FORMATS = [
  { id: 'gcp', label: 'Google Cloud IAM', hint: 'JSON, or JSON lines, as the IAM API lists roles.' },
  { id: 'kubernetes', label: 'Kubernetes', hint: 'YAML of ClusterRole and Role objects.' },
] as const;

interface ImportPanelProps {
  readonly orgId: string;
  readonly me: Me | null;
}

/** Bring in a role catalogue of another system as custom roles. Online only. */
export function ImportPanel({ orgId, me }: ImportPanelProps) {
  const jobId = useRoute((route) => route.params.get('job'));
  const job = useJob(jobId);
  const close = (): void => setParams({ import: null, job: null });
  if (job !== null) return <Outcome job={job} onClose={close} />;
  return <ImportForm orgId={orgId} me={me} onClose={close} />;
}

interface FormProps extends ImportPanelProps {
  readonly onClose: () => void;
}

function ImportForm({ orgId, me, onClose }: FormProps) {
  const [format, setFormat] = useState<'gcp' | 'kubernetes'>('gcp');
  const [path, setPath] = useState('');
  const start = useAction(async () => {
    const { jobId } = await call('roles.import', { orgId, format, path: path.trim() });
    setParams({ job: jobId }, { replace: true });
  });
  const offline = me !== null && !me.online ? 'Importing needs the platform, which is not reachable now.' : null;
  const refusal = refusalOf('role.import', me) ?? offline;
  return (
    <SidePanel
      title="Import a role catalogue"
      about="Each role becomes a custom role here; nobody gets one by importing it."
      onClose={onClose}
      onSubmit={() => refusal === null && path.trim() !== '' && void start.run()}
      footer={
        <>
          <GatedButton
            type="submit"
            kind="primary"
            icon={Import}
            refusal={refusal}
            busy={start.busy}
            disabled={path.trim() === ''}
          >
            Import
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <Section title="Format">
        <div className="flex flex-col gap-1.5">
          {FORMATS.map(({ id, label, hint }) => (
            <Check
              key={id}
              type="radio"
              name="format"
              label={label}
              hint={hint}
              checked={format === id}
              onChange={() => setFormat(id)}
            />
          ))}
        </div>
      </Section>
      <FilePath path={path} onPath={setPath} />
      <p className="mt-3 text-12 text-dim">
        Permissions of the file join the catalog under a new version, so that wildcards written before do not reach
        them. A role that is there already and has not changed stays as it is.
      </p>
      {refusal !== null && <p className="mt-2 text-12 text-dim">{refusal}</p>}
      {start.error && <ErrorState compact error={start.error} kept="No role was imported." />}
    </SidePanel>
  );
}

function FilePath({ path, onPath }: { readonly path: string; readonly onPath: (path: string) => void }) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const input = useRef<HTMLInputElement>(null);
  const choose = useAction(async () => {
    const chosen = await pickOpen('any');
    if (chosen !== null) onPath(chosen);
  });
  const upload = useAction(async (file: File) => onPath(await uploadFile(file)));
  return (
    <div className="mt-2">
      <Field label="File" error={upload.error?.message ?? choose.error?.message ?? null}>
        {(ids) => (
          <div className="flex gap-1.5">
            <TextInput {...ids} mono value={path} onChange={(event) => onPath(event.target.value)} />
            {native ? (
              <Button icon={FileSearch} busy={choose.busy} onClick={() => void choose.run()}>
                Choose
              </Button>
            ) : (
              <Button icon={Upload} busy={upload.busy} onClick={() => input.current?.click()}>
                Choose
              </Button>
            )}
          </div>
        )}
      </Field>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,.jsonl,.yaml,.yml"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void upload.run(file);
        }}
      />
    </div>
  );
}

/** Notes listed before the rest is only counted. */
const NOTES = 30;

function Outcome({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const cancel = useJobs((state) => state.cancel);
  const result = job.state === 'done' ? Imported.safeParse(job.result) : null;
  return (
    <SidePanel
      title="Import a role catalogue"
      onClose={onClose}
      footer={job.state !== 'running' && <Button onClick={() => setParams({ job: null })}>Import another</Button>}
    >
      {job.state === 'running' ? (
        <div className="mt-3">
          <Progress label={job.title} progress={job.progress} onCancel={() => void cancel(job.id)} />
        </div>
      ) : result?.success ? (
        <>
          <p className="mt-3 font-medium">
            {plural(result.data.roles, 'role')} and {plural(result.data.permissions, 'permission')} imported
            {result.data.unchanged > 0 && `, ${plural(result.data.unchanged, 'role')} unchanged`}.
          </p>
          {result.data.notes.length > 0 && (
            <Section title={plural(result.data.notes.length, 'note')}>
              <ul className="text-dim">
                {result.data.notes.slice(0, NOTES).map((note) => (
                  <li key={note} className="border-b border-line py-1 last:border-0">
                    {note}
                  </li>
                ))}
              </ul>
              {result.data.notes.length > NOTES && <p>and {plural(result.data.notes.length - NOTES, 'other')}</p>}
            </Section>
          )}
        </>
      ) : (
        <ErrorState compact error={jobError(job, 'The import')} kept="Roles that were here stay as they are." />
      )}
    </SidePanel>
  );
}
