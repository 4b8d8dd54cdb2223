import { GatedButton } from '../../access/GatedButton.tsx';
import { PendingMark } from '../../access/PendingMark.tsx';
import { pendingKey, usePendingOf } from '../../access/pending.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { setParams } from '../../app/router.ts';
import { LongId } from '../../ui/Id.tsx';
import { DASH } from '../../ui/numbers.ts';
import { Instant } from '../../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { DueDay } from '../checklist/marks.tsx';
import type { Scene } from '../checklist/scene.ts';
import { SEVERITY } from '../checklist/words.ts';
import { changeRefusal, closingRefusal, reopen, reopeningRefusal } from './acts.ts';
import { Covers } from './Covers.tsx';
import type { FindingLine } from './lines.ts';

const PARTS = [
  ['condition', 'Condition'],
  ['criteria', 'Criteria'],
  ['cause', 'Cause'],
  ['effect', 'Effect'],
  ['recommendation', 'Recommendation'],
  ['management_response', 'Management response'],
] as const;

interface PanelProps {
  readonly scene: Scene;
  readonly line: FindingLine;
  readonly onClose: () => void;
}

const act = (name: string) => () => setParams({ act: name });

/** Everything on one finding. */
export function FindingPanel({ scene, line, onClose }: PanelProps) {
  const pending = usePendingOf(scene.orgId);
  const { finding } = line.view;
  const open = finding.status === 'open';
  return (
    <SidePanel
      title={
        <>
          <Verdict tone={open ? SEVERITY[finding.severity] : 'none'}>
            {open ? finding.severity : `closed, ${finding.severity}`}
          </Verdict>
          {finding.title}
        </>
      }
      onClose={onClose}
      footer={
        open ? (
          <>
            <GatedButton kind="primary" refusal={closingRefusal(scene, finding)} onClick={act('close')}>
              Close finding
            </GatedButton>
            <GatedButton refusal={changeRefusal(scene, finding)} onClick={act('change')}>
              Change
            </GatedButton>
          </>
        ) : (
          <GatedButton
            kind="primary"
            refusal={reopeningRefusal(scene, finding)}
            onClick={() => reopen(scene.orgId, finding)}
          >
            Open again
          </GatedButton>
        )
      }
    >
      {scene.at === null && (
        <PendingMark orgId={scene.orgId} entries={pending.get(pendingKey('finding', finding.id))} />
      )}
      <Section title="Duty">
        <KeyValues>
          <KeyValue name="State">{finding.status}</KeyValue>
          <KeyValue name="Owner">{line.owner ?? 'nobody'}</KeyValue>
          <KeyValue name="Due (UTC)">
            <DueDay day={finding.due_on} overdue={line.overdue} />
          </KeyValue>
        </KeyValues>
      </Section>
      {!open && (
        <Section title="Resolution">
          <p className="whitespace-pre-wrap">{finding.closed_reason || DASH}</p>
          {finding.closed_at !== null && (
            <p className="text-12 text-dim">
              Closed <Instant at={Date.parse(finding.closed_at)} />
            </p>
          )}
        </Section>
      )}
      <Section title="What was found">
        <dl className="flex flex-col gap-2">
          {PARTS.map(([name, label]) => (
            <div key={name}>
              <dt className="text-12 font-medium text-dim">{label}</dt>
              <dd className="break-words whitespace-pre-wrap">
                {finding[name] || <span className="text-dim">{DASH}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Covers {...{ controls: line.controls, lost: line.lost, checks: finding.checks, subjects: [] }} />
      <Section title="Record">
        <KeyValues>
          <KeyValue name="Recorded">
            <Made scene={scene} at={finding.created_at} by={finding.created_by} />
          </KeyValue>
          <KeyValue name="Last changed">
            <Made scene={scene} at={finding.updated_at} by={finding.updated_by} />
          </KeyValue>
          <KeyValue name="Id">
            <LongId value={finding.id} what="Id of the finding" head={10} tail={6} />
          </KeyValue>
        </KeyValues>
      </Section>
    </SidePanel>
  );
}

/** When, and by whom. */
export function Made({ scene, at, by }: { readonly scene: Scene; readonly at: string; readonly by: string }) {
  return (
    <>
      <Instant at={Date.parse(at)} />
      {by !== '' && `, ${scene.nameOf(by)}`}
    </>
  );
}
