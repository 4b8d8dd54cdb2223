import { Building2, ExternalLink } from 'lucide-react';
import { useEffect, useState } from 'react';
import { OrgId } from '../../shared/contract/common.ts';
import { connectionProcedures, PlatformUrl } from '../../shared/contract/connections.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useJob, useJobs } from '../app/jobs.ts';
import { useAction } from '../app/query.ts';
import { type CallError, call, jobError } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Field, TextInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import type { Draft } from './ConnectScreen.tsx';

interface SsoStepProps {
  readonly onDraft: (draft: Draft) => void;
  readonly onPassword: () => void;
}

/** Sign in through the organization's identity provider, in the system browser. The password never comes near the console. */
export function SsoStep({ onDraft, onPassword }: SsoStepProps) {
  const [url, setUrl] = useState('');
  const [org, setOrg] = useState('');
  const [tried, setTried] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const urlProblem = PlatformUrl.safeParse(url.trim()).success ? null : 'An address such as https://platform.example.';
  const orgProblem = OrgId.safeParse(org.trim()).success ? null : 'Lower-case letters, digits and dashes.';
  const begin = useAction(async () => {
    const started = await call('connections.beginSso', { url: url.trim(), orgHint: org.trim() });
    setJobId(started.jobId);
  });
  useEffect(() => {
    if (job?.state !== 'done') return;
    const draft = connectionProcedures['connections.begin'].output.safeParse(job.result);
    if (draft.success) onDraft(draft.data);
  }, [job, onDraft]);
  if (job?.state === 'running') return <Waiting job={job} />;
  return (
    <form
      className="flex max-w-md flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (urlProblem === null && orgProblem === null) void begin.run();
      }}
    >
      <p className="text-dim">
        Your browser opens at the sign-in of your organization. The console learns only that you signed in, then fetches
        the log keys for pinning. Nothing is stored before that.
      </p>
      <Field
        label="Platform address"
        hint="https anywhere; http only to this machine"
        error={tried ? urlProblem : null}
      >
        {(ids) => (
          <TextInput {...ids} type="url" autoFocus value={url} onChange={(event) => setUrl(event.target.value)} />
        )}
      </Field>
      <Field
        label="Organization id"
        hint="As it stands in the platform’s addresses, such as northwind-health."
        error={tried ? orgProblem : null}
      >
        {(ids) => <TextInput {...ids} mono value={org} onChange={(event) => setOrg(event.target.value)} />}
      </Field>
      {job?.state === 'cancelled' && (
        <p role="status" className="text-dim">
          The sign-in was cancelled. Nothing was stored.
        </p>
      )}
      <Failure error={begin.error ?? (job?.state === 'failed' ? jobError(job, 'The sign-in') : null)} />
      <div className="flex gap-2">
        <Button type="submit" kind="primary" icon={ExternalLink} busy={begin.busy}>
          Open browser and sign in
        </Button>
        <Button onClick={onPassword}>Use a password instead</Button>
      </div>
    </form>
  );
}

function Failure({ error }: { readonly error: CallError | null }) {
  if (error === null) return null;
  return <ErrorState compact error={error} kept="Nothing was stored." />;
}

/** While the person signs in elsewhere: what is awaited, the address should it not have opened, and the way out. */
function Waiting({ job }: { readonly job: Job }) {
  const cancel = useJobs((state) => state.cancel);
  return (
    <section aria-label="Waiting for the browser" className="flex max-w-md flex-col gap-3">
      <p role="status" className="font-medium">
        Finish signing in in your browser.
      </p>
      <p className="break-all text-dim">{job.progress.phase}</p>
      <p className="text-dim">
        The console waits five minutes. If no browser opened, open the address above on this machine.
      </p>
      <Button autoFocus className="self-start" onClick={() => void cancel(job.id)}>
        Cancel
      </Button>
    </section>
  );
}

/** The way from the password to the organization's own sign-in. */
export function SsoOffer({ onSso }: { readonly onSso: () => void }) {
  return (
    <Button icon={Building2} onClick={onSso}>
      Sign in with your organization
    </Button>
  );
}
