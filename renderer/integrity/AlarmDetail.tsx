import { Copy, X } from 'lucide-react';
import { useState } from 'react';
import type { Alarm } from '../../shared/contract/integrity.ts';
import { ERRORS } from '../../shared/errors.ts';
import { useOrgs } from '../app/orgs.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { Field, TextArea } from '../ui/Field.tsx';
import { Instant } from '../ui/RelativeTime.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';

interface AlarmDetailProps {
  readonly orgId: string;
  readonly alarm: Alarm;
  readonly onChanged: () => void;
}

/** One alarm: what it means, what to do, the evidence word for word, and its acknowledgement. */
export function AlarmDetail({ orgId, alarm, onChanged }: AlarmDetailProps) {
  const [meaning, remedy] = ERRORS[alarm.kind];
  return (
    <div className="p-4">
      <div className="flex items-start justify-between gap-3">
        <h2 className="text-15 font-bold">{meaning}</h2>
        <IconButton icon={X} small label="Close evidence" onClick={() => setParams({ alarm: null })} />
      </div>
      <p className="mt-1 flex flex-wrap items-center gap-2 text-dim">
        <span className="mono">{alarm.kind}</span> raised <Instant at={alarm.raisedAt} />
      </p>
      <p className="mt-3">{alarm.message}</p>
      <p className="mt-1 mb-2 text-dim">{remedy}</p>
      <Section
        title="Evidence"
        aside={
          <Button small icon={Copy} onClick={() => void copyText(evidenceText(alarm), 'Evidence')}>
            Copy all
          </Button>
        }
      >
        {alarm.evidence.length === 0 && <p className="text-dim">No further pieces were kept.</p>}
        {alarm.evidence.map((piece) => (
          <div key={piece.name} className="mb-2">
            <p className="text-12 text-dim">{piece.name}</p>
            <pre className="mono mt-0.5 rounded border border-line bg-side p-2 break-all whitespace-pre-wrap">
              {piece.text}
            </pre>
          </div>
        ))}
      </Section>
      <Acknowledge orgId={orgId} alarm={alarm} onChanged={onChanged} />
    </div>
  );
}

function evidenceText(alarm: Alarm): string {
  const head = `${alarm.kind} ${new Date(alarm.raisedAt).toISOString()}\n${alarm.message}\n`;
  return head + alarm.evidence.map((piece) => `\n--- ${piece.name}\n${piece.text}\n`).join('');
}

function Acknowledge({ orgId, alarm, onChanged }: AlarmDetailProps) {
  const [note, setNote] = useState('');
  const record = useAction(async () => {
    await call('integrity.acknowledge', { orgId, alarmId: alarm.id, note: note.trim() });
    await useOrgs.getState().load();
    onChanged();
  });
  if (alarm.acknowledged !== null) {
    return (
      <Section title="Explanation" aside={<Verdict tone="warn">acknowledged</Verdict>}>
        <p className="whitespace-pre-wrap">{alarm.acknowledged.note}</p>
        <p className="mt-1 text-12 text-dim">
          Recorded <Instant at={alarm.acknowledged.at} />. Alarm and evidence stay.
        </p>
      </Section>
    );
  }
  return (
    <Section title="Acknowledge">
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() !== '') void record.run();
        }}
      >
        <Field label="What explains it, and who said so" hint="Kept with the alarm. Alarm and evidence stay listed.">
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {record.error && <ErrorState compact error={record.error} kept="The alarm stands as before." />}
        <Button type="submit" busy={record.busy} disabled={note.trim() === ''} className="self-start">
          Record explanation
        </Button>
      </form>
    </Section>
  );
}
