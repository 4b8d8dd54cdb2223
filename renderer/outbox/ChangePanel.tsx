import { clsx } from 'clsx';
import { Pencil, RotateCcw, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { revoke, usePending } from '../access/pending.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction, useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Instant, RelativeTime } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { EditForm } from './EditForm.tsx';
import { bodyOf, heldBack, type NameOf, STATES, sentence } from './entries.ts';
import { FieldChange } from './FieldChange.tsx';

interface ChangePanelProps {
  readonly orgId: string;
  readonly entry: OutboxEntry;
  readonly nameOf: NameOf;
}

/** One change: what it does field by field, why it stands here, and the way to edit it, send it again or take it back. */
export function ChangePanel({ orgId, entry, nameOf }: ChangePanelProps) {
  const [editing, setEditing] = useState(false);
  const { state, error } = entry;
  const held = heldBack(entry);
  const again = useAction(async () => {
    const { state: now } = await call('outbox.edit', { orgId, id: entry.id, command: entry.command });
    await usePending.getState().load(orgId);
    if (now === 'waiting') toast({ text: `${sentence(entry)}: waits to be sent` });
  });
  if (editing) return <EditForm orgId={orgId} entry={entry} nameOf={nameOf} onClose={() => setEditing(false)} />;
  return (
    <SidePanel
      title={
        <>
          {sentence(entry)} <Verdict tone={STATES[state].tone}>{STATES[state].word}</Verdict>
        </>
      }
      onClose={() => setParams({ open: null })}
      footer={
        <>
          {state === 'refused' && (
            <GatedButton icon={RotateCcw} refusal={held} busy={again.busy} onClick={() => void again.run()}>
              Ask again
            </GatedButton>
          )}
          {bodyOf(entry.command) !== null && (
            <GatedButton icon={Pencil} refusal={held} onClick={() => setEditing(true)}>
              Edit
            </GatedButton>
          )}
          <span className="flex-1" />
          <GatedButton kind="danger" icon={Undo2} refusal={held} onClick={() => void revoke(orgId, entry)}>
            Revoke change
          </GatedButton>
        </>
      }
    >
      {error !== null && (
        <p
          role="status"
          className={clsx(
            'mt-3 rounded px-3 py-2',
            state === 'refused' ? 'bg-bad-tint text-bad' : 'bg-warn-tint text-warn',
          )}
        >
          {error.message} <span className="mono">{error.code}</span>
        </p>
      )}
      {held !== null && <p className="mt-3 text-dim">{held}</p>}
      {again.error && <ErrorState compact error={again.error} kept="The change stands as it was." />}
      <Fields orgId={orgId} entry={entry} nameOf={nameOf} />
      <Facts entry={entry} />
    </SidePanel>
  );
}

function Fields({ orgId, entry, nameOf }: ChangePanelProps) {
  const answer = useQuery('outbox.change', { orgId, id: entry.id }, entry.state);
  const data = answer.stale ? null : answer.data;
  return (
    <Section title="What it changes">
      {answer.error !== null && data === null ? (
        <ErrorState compact error={answer.error} kept="The change stands as it was." onRetry={answer.reload} />
      ) : data === null ? (
        <Skeleton className="w-3/5" />
      ) : data.length === 0 ? (
        <p className="text-dim">{entry.target.op === 'delete' ? 'The thing is removed.' : 'No field of it.'}</p>
      ) : (
        <dl className="grid grid-cols-[150px_1fr] items-baseline gap-y-1.5">
          {data.map(({ field, before, after }) => (
            <FieldChange
              key={field}
              field={field}
              before={before}
              after={after}
              fresh={entry.target.op === 'create'}
              nameOf={nameOf}
            />
          ))}
        </dl>
      )}
    </Section>
  );
}

function Facts({ entry }: { readonly entry: OutboxEntry }) {
  const { createdAt, baseVersion, attempts, lastAttemptAt, dependsOn } = entry;
  return (
    <Section title="Sending">
      <KeyValues>
        <KeyValue name="Asked">
          <Instant at={createdAt} />
        </KeyValue>
        <KeyValue name="Made against">
          {baseVersion === null ? 'nothing: it creates' : `version ${baseVersion}`}
        </KeyValue>
        <KeyValue name="Attempts">
          {attempts === 0 ? 'none yet' : attempts}
          {lastAttemptAt !== null && (
            <span className="text-dim">
              , last <RelativeTime at={lastAttemptAt} />
            </span>
          )}
        </KeyValue>
        {dependsOn.length > 0 && (
          <KeyValue name="Waits for">
            {dependsOn.length === 1 ? 'another change' : `${dependsOn.length} other changes`}
          </KeyValue>
        )}
      </KeyValues>
    </Section>
  );
}
