import { FileSearch, ShieldCheck, Upload } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { VerifyReport } from '../../shared/contract/bundles.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useJob, useJobs } from '../app/jobs.ts';
import { useAction } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useSettings } from '../app/settings.ts';
import { call, jobError } from '../bridge.ts';
import { pickOpen, uploadFile } from '../files.ts';
import { Button } from '../ui/Button.tsx';
import { Field, TextArea, TextInput } from '../ui/Field.tsx';
import { Progress } from '../ui/Progress.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { ErrorState } from '../ui/States.tsx';
import { Report } from './Report.tsx';

/** Check any bundle against trusted keys; the report stands beside the form. */
export function VerifyPanel() {
  const jobId = useRoute((route) => route.params.get('job'));
  const job = useJob(jobId);
  return <SplitPane id="verify" detailSize={62} list={<VerifyForm />} detail={job && <Outcome job={job} />} />;
}

function Outcome({ job }: { readonly job: Job }) {
  const cancel = useJobs((state) => state.cancel);
  if (job.state === 'running') {
    return (
      <div className="p-4">
        <Progress label={job.title} progress={job.progress} onCancel={() => void cancel(job.id)} />
      </div>
    );
  }
  const report = VerifyReport.safeParse(job.result);
  if (job.state === 'done' && report.success) return <Report report={report.data} />;
  return <ErrorState compact error={jobError(job, 'The check')} kept="The file was not changed." />;
}

/** Keys pasted one after another: PEM blocks, or a vkey a line. */
function splitKeys(text: string): string[] {
  const pems = text.match(/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g) ?? [];
  const rest = text.replace(/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g, '');
  return [...pems, ...rest.split(/\r?\n/).map((line) => line.trim())].filter((key) => key !== '').slice(0, 20);
}

function VerifyForm() {
  const given = useRoute((route) => route.params.get('path')) ?? '';
  const [path, setPath] = useState(given);
  const [keys, setKeys] = useState('');
  const start = useAction(async () => {
    const { jobId } = await call('bundles.verify', { path: path.trim(), trust: splitKeys(keys) });
    setParams({ path: path.trim(), job: jobId });
  });
  return (
    <form
      className="flex h-full flex-col gap-4 overflow-y-auto bg-panel p-[18px]"
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') void start.run();
      }}
    >
      <p className="max-w-2xl text-dim">
        Every file, hash, signature, disclosure and count of a bundle is checked on this machine. Trusted are the log
        keys pinned here, this console’s own bundle key, and the keys given below. Keys inside a bundle are never
        trusted by themselves.
      </p>
      <div className="flex max-w-2xl flex-col gap-4">
        <BundleFile path={path} onPath={setPath} />
        <Field
          label="Further trusted keys"
          hint="PEM public keys, or note verifier keys, one a line. Get them by another way than the bundle."
        >
          {(ids) => <TextArea {...ids} mono rows={5} value={keys} onChange={(event) => setKeys(event.target.value)} />}
        </Field>
      </div>
      {start.error && <ErrorState compact error={start.error} kept="The file was not changed." />}
      <Button
        type="submit"
        kind="primary"
        icon={ShieldCheck}
        busy={start.busy}
        disabled={path.trim() === ''}
        className="self-start"
      >
        Verify bundle
      </Button>
    </form>
  );
}

interface BundleFileProps {
  readonly path: string;
  readonly onPath: (path: string) => void;
}

/** A path typed, picked by the system's dialog, or (browser host) a file chosen or dropped. */
function BundleFile({ path, onPath }: BundleFileProps) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = useAction(async (file: File | undefined) => {
    if (file !== undefined) onPath(await uploadFile(file));
  });
  const pick = useAction(async () => {
    const picked = await pickOpen('bundle');
    if (picked !== null) onPath(picked);
  });
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (!native) void take.run(event.dataTransfer.files[0]);
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label="Bundle file" hint="Path on this machine, ending in .mcbundle.zip">
        {(ids) => <TextInput {...ids} mono value={path} onChange={(event) => onPath(event.target.value)} />}
      </Field>
      {native ? (
        <Button icon={FileSearch} busy={pick.busy} onClick={() => void pick.run()} className="self-start">
          Choose file
        </Button>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the pointer; the button inside does the same by keyboard
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
          className={`flex items-center gap-3 rounded border border-dashed p-3 ${over ? 'border-accent bg-accent-tint' : 'border-line-strong'}`}
        >
          <Button icon={Upload} busy={take.busy} onClick={() => input.current?.click()}>
            Choose file
          </Button>
          <span className="text-dim">or drop a bundle here</span>
          <input
            ref={input}
            type="file"
            accept=".zip"
            className="hidden"
            aria-hidden
            tabIndex={-1}
            onChange={(event) => void take.run(event.target.files?.[0])}
          />
        </div>
      )}
      {(take.error ?? pick.error) && (
        <ErrorState compact error={(take.error ?? pick.error)!} kept="The file was not changed." />
      )}
    </div>
  );
}
