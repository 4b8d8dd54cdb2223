import { FileDown, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { PrivacyExport } from '../../../shared/contract/privacy.ts';
import { useJob } from '../../app/jobs.ts';
import { useAction } from '../../app/query.ts';
import { call } from '../../bridge.ts';
import { Button } from '../../ui/Button.tsx';
import { bytes, count, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import type { PartProps } from './RequestPanel.tsx';

/** The copy of the person's data, written from the mirror. */
export function ExportPart({ orgId, request }: PartProps) {
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const start = useAction(async () =>
    setJobId((await call('privacy.export', { orgId, id: request.id, path: null })).jobId),
  );
  const result = PrivacyExport.safeParse(job?.result).data ?? null;
  const running = job?.state === 'running';
  return (
    <Section title="3. Copy of the data">
      <p className="mb-2 text-dim">
        One ZIP with the data in machine-readable form and a readable page (GDPR Art. 15 and 20), made offline from this
        mirror. What is about other people is withheld and said to be.
      </p>
      <Button
        icon={FileDown}
        disabled={request.user_id === null}
        busy={start.busy || running}
        onClick={() => void start.run()}
      >
        Write the copy
      </Button>
      {request.user_id === null && <p className="mt-1 text-12 text-dim">Choose the person first.</p>}
      {running && (
        <p role="status" className="mt-2 text-12 text-dim">
          {job.progress.phase}: {count(job.progress.done)} {job.progress.unit}
        </p>
      )}
      {result !== null && (
        <p role="status" className="mt-2 flex flex-wrap items-center gap-2 text-12">
          {plural(result.events, 'event')}, {plural(result.entities, 'record')}, {plural(result.withheld, 'place')}{' '}
          withheld, {bytes(result.bytes)}
          <Button small icon={FolderOpen} onClick={() => void call('files.reveal', { path: result.path })}>
            Show file
          </Button>
        </p>
      )}
      {start.error && <ErrorState compact error={start.error} kept="Nothing was written." />}
      {job?.state === 'failed' && job.error !== null && (
        <p role="alert" className="mt-2 text-bad">
          {job.error.message} Nothing was written.
        </p>
      )}
    </Section>
  );
}
