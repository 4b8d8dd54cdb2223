import { useState } from 'react';
import type { RetentionPlanView, RetentionState } from '../../../shared/contract/retention.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { type Me, refusalOf } from '../../access/rights.ts';
import { useAction, useQuery } from '../../app/query.ts';
import { call } from '../../bridge.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmByTyping } from '../../ui/Dialog.tsx';
import { Field, TextInput } from '../../ui/Field.tsx';
import { bytes, count, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { ErrorState, SkeletonRows } from '../../ui/States.tsx';
import { CLASS_WORDS, periodText } from './words.ts';

interface PlanSectionProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly state: RetentionState;
  readonly revision: string;
}

const gone = (plan: RetentionPlanView): string =>
  `${plural(plan.to - plan.from, 'event')} whole, and the disclosures of ${plural(plan.shredded_events, 'event')}`;

/** What has expired as the mirror sees it; then the platform's own plan, and the pruning. */
export function PlanSection({ orgId, me, state, revision }: PlanSectionProps) {
  const preview = useQuery('retention.preview', { orgId }, revision);
  const [plan, setPlan] = useState<RetentionPlanView | null>(null);
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const dryRun = useAction(async () => setPlan(await call('retention.plan', { orgId })));
  const prune = useAction(async () => {
    await call('retention.prune', { orgId, digest: plan!.digest, reason: reason.trim() });
    setAsking(false);
    setPlan(null);
  });
  const refusal = refusalOf('retention.prune', me);
  const shown = plan ?? preview.data;
  const empty = shown !== null && shown.to === shown.from && shown.shredded_events === 0;
  return (
    <Section
      title={plan === null ? 'What has expired, computed from the mirror' : 'What would go, as the platform says'}
      aside={
        <Button busy={dryRun.busy} onClick={() => void dryRun.run()}>
          Dry run on the platform
        </Button>
      }
    >
      {shown === null && preview.error === null && <SkeletonRows rows={3} />}
      {preview.error && <ErrorState compact error={preview.error} onRetry={preview.reload} />}
      {dryRun.error && <ErrorState compact error={dryRun.error} kept="Nothing was changed." />}
      {empty && <p className="text-dim">Nothing that may go has expired.</p>}
      {shown !== null && !empty && <PlanTable plan={shown} state={state} />}
      {shown?.held.map(({ id, events }) => (
        <p key={id} className="mt-1 text-warn">
          {state.holds.find((hold) => hold.id === id)?.name ?? id} holds {plural(events, 'expired event')}.
        </p>
      ))}
      {plan !== null && !empty && (
        <div className="mt-3 flex max-w-xl items-end gap-2">
          <div className="flex-1">
            <Field label="Reason for pruning">
              {(ids) => <TextInput {...ids} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
          </div>
          <GatedButton
            kind="danger"
            refusal={refusal ?? (reason.trim() === '' ? 'Say why first.' : null)}
            onClick={() => setAsking(true)}
          >
            Prune
          </GatedButton>
        </div>
      )}
      {prune.error && <ErrorState compact error={prune.error} kept="Nothing was pruned." />}
      {plan !== null && (
        <ConfirmByTyping
          open={asking}
          onClose={() => setAsking(false)}
          title="Prune the audit log"
          effect={`${gone(plan)} leave the log, ${bytes(plan.bytes)}. Their hashes stay, so that everything later stays proven. This cannot be undone, here, on the platform, or in any console that syncs.`}
          name={orgId}
          action="Prune"
          busy={prune.busy}
          onConfirm={() => void prune.run()}
        />
      )}
    </Section>
  );
}

function PlanTable({ plan, state }: { readonly plan: RetentionPlanView; readonly state: RetentionState }) {
  return (
    <>
      <p>
        {gone(plan)}; {bytes(plan.bytes)}. As of {plan.as_of.slice(0, 10)} UTC
        {plan.more ? '; more is due than one pruning takes' : ''}.
      </p>
      <table className="mt-2 w-full max-w-3xl">
        <thead className="text-left text-12 text-dim">
          <tr>
            <th className="py-1 font-medium">Class</th>
            <th className="text-right font-medium">Whole</th>
            <th className="text-right font-medium">Disclosures only</th>
            <th className="text-right font-medium">Size</th>
            <th className="pl-6 font-medium">Recorded (UTC)</th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {plan.classes.map((row) => (
            <tr key={row.event_class} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-medium">
                {CLASS_WORDS[row.event_class]}
              </th>
              <td className="text-right">{count(row.pruned)}</td>
              <td className="text-right">{count(row.shredded)}</td>
              <td className="text-right">{bytes(row.bytes)}</td>
              <td className="pl-6">
                {row.first_day} to {row.last_day}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-12 text-dim">
        {plan.policies
          .map(({ id, keep, events }) => {
            const name = state.policies.find((policy) => policy.id === id)?.name ?? id;
            return `${name}, ${periodText(keep)}: ${plural(events, 'event')}`;
          })
          .join('; ')}
      </p>
    </>
  );
}
