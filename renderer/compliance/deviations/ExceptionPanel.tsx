import { GatedButton } from '../../access/GatedButton.tsx';
import { PendingMark } from '../../access/PendingMark.tsx';
import { pendingKey, usePendingOf } from '../../access/pending.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { setParams } from '../../app/router.ts';
import { LongId } from '../../ui/Id.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import type { Scene } from '../checklist/scene.ts';
import { EXCEPTION } from '../checklist/words.ts';
import { approvalRefusal, revocationRefusal } from './acts.ts';
import { Covers } from './Covers.tsx';
import { Expiry } from './Expiry.tsx';
import { Made } from './FindingPanel.tsx';
import type { ExceptionLine } from './lines.ts';

interface PanelProps {
  readonly scene: Scene;
  readonly line: ExceptionLine;
  readonly onClose: () => void;
}

const act = (name: string) => () => setParams({ act: name });

/** Everything on one exception: what it covers until when, who asked, who accepted it and why. */
export function ExceptionPanel({ scene, line, onClose }: PanelProps) {
  const pending = usePendingOf(scene.orgId);
  const { exception } = line.view;
  const { state } = line;
  const refusal = approvalRefusal(scene, exception);
  return (
    <SidePanel
      title={
        <>
          <Verdict tone={EXCEPTION[state]}>{state}</Verdict>
          {exception.title}
        </>
      }
      onClose={onClose}
      footer={
        state === 'asked' || state === 'in force' ? (
          <>
            {state === 'asked' && (
              <GatedButton kind="primary" refusal={refusal} onClick={act('approve')}>
                Approve
              </GatedButton>
            )}
            <GatedButton refusal={revocationRefusal(scene, exception)} onClick={act('revoke')}>
              Revoke
            </GatedButton>
            {state === 'asked' && refusal !== null && <p className="min-w-0 flex-1 text-12 text-dim">{refusal}</p>}
          </>
        ) : undefined
      }
    >
      {scene.at === null && (
        <PendingMark orgId={scene.orgId} entries={pending.get(pendingKey('control_exception', exception.id))} />
      )}
      <Section title="Holds">
        <Expiry exception={exception} />
        {state === 'asked' && <p className="mt-1 text-dim">Not approved yet: it covers nothing until it is.</p>}
      </Section>
      <Section title="Reason">
        <p className="break-words whitespace-pre-wrap">{exception.reason}</p>
      </Section>
      <Section title="Instead">
        <p className="break-words whitespace-pre-wrap">
          {exception.compensating || <span className="text-dim">Nothing is said of what is done in its place.</span>}
        </p>
      </Section>
      {exception.management_response !== '' && (
        <Section title="Management response">
          <p className="break-words whitespace-pre-wrap">{exception.management_response}</p>
        </Section>
      )}
      <Covers {...{ ...line, checks: exception.checks, subjects: exception.subjects }} />
      <Section title="Record">
        <KeyValues>
          <KeyValue name="Asked for">
            <Made scene={scene} at={exception.created_at} by={exception.created_by} />
          </KeyValue>
          {exception.approved_at !== null && (
            <KeyValue name="Approved">
              <Made scene={scene} at={exception.approved_at} by={exception.approved_by ?? ''} />
            </KeyValue>
          )}
          {exception.revoked_at !== null && (
            <KeyValue name="Revoked">
              <Made scene={scene} at={exception.revoked_at} by={exception.revoked_by ?? ''} />
            </KeyValue>
          )}
          <KeyValue name="Id">
            <LongId value={exception.id} what="Id of the exception" head={10} tail={6} />
          </KeyValue>
        </KeyValues>
      </Section>
    </SidePanel>
  );
}
