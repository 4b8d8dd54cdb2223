import { Eraser } from 'lucide-react';
import { useState } from 'react';
import type { ErasurePlan, Keep } from '../../../shared/compliance/erasure.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { useRevision } from '../../access/revision.ts';
import { refusalOf } from '../../access/rights.ts';
import { useJob } from '../../app/jobs.ts';
import { useAction, useQuery } from '../../app/query.ts';
import { call } from '../../bridge.ts';
import { ConfirmByTyping } from '../../ui/Dialog.tsx';
import { Check, Field, TextArea } from '../../ui/Field.tsx';
import { count, plural } from '../../ui/numbers.ts';
import { Instant } from '../../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState, Skeleton } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import type { PartProps } from './RequestPanel.tsx';

/** What would be erased, what stays and why; then the erasure, and the proof that it was followed here. */
export function ErasePart(part: PartProps) {
  const { orgId, request } = part;
  const [keep, setKeep] = useState<Keep>('floor');
  const revision = useRevision(orgId);
  const plan = useQuery('privacy.preview', request.user_id === null ? null : { orgId, id: request.id, keep }, revision);
  return (
    <Section title="4. Erasure">
      {request.erasure !== null && <Done {...part} />}
      {request.user_id === null && <p className="text-dim">Choose the person first.</p>}
      {plan.slow && plan.data === null && <Skeleton className="w-3/4" />}
      {plan.error && <ErrorState compact error={plan.error} kept="Nothing was erased." onRetry={plan.reload} />}
      {plan.data !== null && (
        <>
          <PlanFacts plan={plan.data} />
          {plan.data.kept.floor !== null && (
            <Check
              className="mt-2"
              checked={keep === 'nothing'}
              onChange={(event) => setKeep(event.target.checked ? 'nothing' : 'floor')}
              label="Erase what the compliance modes keep, too"
              hint="Only where no law asks for these records; say why in the reason."
            />
          )}
          {!plan.stale && plan.data.disclosures > 0 && <Carry key={plan.data.digest} part={part} plan={plan.data} />}
        </>
      )}
    </Section>
  );
}

function PlanFacts({ plan }: { readonly plan: ErasurePlan }) {
  const { counts, disclosures, events, held, kept, left, to } = plan;
  const parts = Object.entries(counts).filter(([, n]) => n > 0);
  return (
    <>
      <KeyValues wide>
        <KeyValue name="Would be erased">
          <span className="tnum">
            {plural(disclosures, 'disclosure')} of {plural(events, 'event')}
          </span>
        </KeyValue>
        {parts.length > 0 && (
          <KeyValue name="Of these">
            <span className="tnum">{parts.map(([name, n]) => `${count(n)} ${name}`).join(', ')}</span>
          </KeyValue>
        )}
        {held.events > 0 && (
          <KeyValue name="Kept by legal hold">
            <Verdict tone="warn">{plural(held.events, 'event')}</Verdict>{' '}
            {held.holds.map(({ name }) => name).join(', ')} (GDPR Art. 17(3)(e))
          </KeyValue>
        )}
        {kept.events > 0 && (
          <KeyValue name="Kept by law">
            <Verdict tone="warn">{plural(kept.events, 'event')}</Verdict> for {kept.floor}, the last until{' '}
            {kept.until?.slice(0, 10)} (Art. 17(3)(b))
          </KeyValue>
        )}
        {left.events > 0 && (
          <KeyValue name="For another time">{plural(left.events, 'event')}, more than one erasure takes</KeyValue>
        )}
      </KeyValues>
      <p className="mt-1 text-12 text-dim">
        Counted in this mirror over {plural(to, 'event')}. The events and their proofs stay; what goes is what they tell
        of the person.
      </p>
      {plan.refused !== null && (
        <p className="mt-2">
          <Verdict tone="bad">refused</Verdict> {plan.refused}
        </p>
      )}
    </>
  );
}

function Carry({ part: { orgId, me, request }, plan }: { readonly part: PartProps; readonly plan: ErasurePlan }) {
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const people = useQuery('privacy.find', { orgId, text: request.user_id ?? '' }, useRevision(orgId));
  const member = people.data?.find(({ userId }) => userId === request.user_id)?.present === true;
  const job = useJob(jobId);
  const { keep, to, digest } = plan;
  const start = useAction(async () => {
    setJobId((await call('privacy.erase', { orgId, id: request.id, keep, to, digest, reason })).jobId);
    setAsking(false);
  });
  const ready = ['verified', 'in_progress'].includes(request.state);
  const refusal =
    refusalOf('privacy.erase', me) ??
    plan.refused ??
    (member ? 'The person is a member: end the membership first.' : null) ??
    (ready ? null : 'Verify first that the person is who they say.') ??
    (reason.trim() === '' ? 'Say why; the reason stands in the log.' : null);
  return (
    <div className="mt-3 flex flex-col items-start gap-2">
      <div className="w-full">
        <Field label="Reason" hint="It stands in the audit log: name no person in it.">
          {(ids) => <TextArea {...ids} rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      </div>
      <GatedButton
        kind="danger"
        icon={Eraser}
        refusal={refusal}
        busy={job?.state === 'running'}
        onClick={() => setAsking(true)}
      >
        Erase {plural(plan.disclosures, 'disclosure')}
      </GatedButton>
      {job?.state === 'running' && (
        <p role="status" className="text-12 text-dim">
          {job.progress.phase}
        </p>
      )}
      {job?.state === 'failed' && job.error !== null && (
        <p role="alert" className="text-bad">
          {job.error.message} Nothing was erased unless the platform says otherwise at the next sync.
        </p>
      )}
      <ConfirmByTyping
        open={asking}
        onClose={() => setAsking(false)}
        title="Erase this person's data?"
        effect={
          <>
            {plural(plan.disclosures, 'disclosure')} of {plural(plan.events, 'event')} can never be read again, here and
            in every console of the organization. The platform checks that it is exactly this list.
            {start.error && <ErrorState compact error={start.error} kept="Nothing was erased." />}
          </>
        }
        name="erase"
        action="Erase"
        busy={start.busy}
        onConfirm={() => void start.run()}
      />
    </div>
  );
}

function Done({ orgId, request }: PartProps) {
  const { erasure, id } = request;
  const proof = useQuery('privacy.proof', { orgId, id }, useRevision(orgId));
  if (erasure === null) return null;
  return (
    <div className="mb-3">
      <KeyValues wide>
        <KeyValue name="Erased">
          <span className="tnum">
            {plural(erasure.disclosures, 'disclosure')} of {plural(erasure.events, 'event')}
          </span>
          , <Instant at={Date.parse(erasure.at)} />, by event {count(erasure.event_seq)}
        </KeyValue>
        {proof.data !== null && (
          <KeyValue name="In this mirror">
            <Verdict tone={proof.data.held === 0 && proof.data.named > 0 ? 'ok' : 'warn'}>
              {proof.data.named === 0
                ? 'not followed yet: sync'
                : `${count(proof.data.held)} of ${count(proof.data.named)} still held`}
            </Verdict>{' '}
            {plural(proof.data.verified, 'leaf', 'leaves')} of {count(proof.data.events)} proven against the signed root
          </KeyValue>
        )}
      </KeyValues>
      {proof.error && (
        <ErrorState compact error={proof.error} kept="The mirror was not changed." onRetry={proof.reload} />
      )}
    </div>
  );
}
