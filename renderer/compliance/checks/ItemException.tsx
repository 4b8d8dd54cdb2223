import { useState } from 'react';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { DayInput } from '../../ui/DayInput.tsx';
import { FormPanel, TextField } from '../checklist/FormPanel.tsx';
import type { CheckKnown } from './CheckPanel.tsx';
import { dayText } from './period.ts';

interface ExceptionProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly known: CheckKnown;
  /** The failing item it is for; null: all that fail in the check. */
  readonly subject: string | null;
  readonly onClose: () => void;
}

const DAYS = 90;
const DAY = 86_400_000;

/** Ask for an exception of a check, for one failing item or all of them. */
export function ItemException({ orgId, me, known, subject, onClose }: ExceptionProps) {
  const { summary, items } = known;
  const item = items.find(({ id }) => id === subject) ?? null;
  const [title, setTitle] = useState(item === null ? '' : item.title);
  const [reason, setReason] = useState('');
  const [instead, setInstead] = useState('');
  const [ends, setEnds] = useState(dayText(Date.now() + DAYS * DAY));
  const wrong = {
    title: title.trim() === '' ? 'An exception has a title.' : null,
    reason: reason.trim() === '' ? 'Say why.' : null,
    ends: ends < dayText(Date.now()) ? 'This day is past.' : null,
  };
  return (
    <FormPanel
      title={`Exception from ${summary.check}`}
      about={
        item === null ? `For everything that fails in it. ${summary.title}.` : `For ${item.title} alone: ${item.why}`
      }
      action="Ask for exception"
      refusal={refusalOf('control_exception.create', me)}
      sound={Object.values(wrong).every((one) => one === null)}
      save={async (anyway) => {
        const input = {
          ...{ title: title.trim(), reason: reason.trim(), compensating: instead, expires_on: ends },
          ...{ controls: [], checks: [summary.check], subjects: item === null ? [] : [item.id] },
        };
        const command = { type: 'control_exception.create' as const, id: crypto.randomUUID(), input };
        await askFor(orgId, [{ command, before: null }], 'Exception asked for; somebody else approves it', anyway);
      }}
      onClose={onClose}
      kept="Nothing was recorded; what you typed is still here."
    >
      {(tried) => (
        <>
          <TextField
            line
            autoFocus
            label="Title"
            max={200}
            value={title}
            onChange={setTitle}
            error={tried ? wrong.title : null}
          />
          <TextField label="Reason" value={reason} onChange={setReason} error={tried ? wrong.reason : null} />
          <TextField label="Instead" hint="What is done in its place." value={instead} onChange={setInstead} />
          <DayInput
            label="Last day (UTC)"
            hint="Within a year."
            value={ends}
            onChange={setEnds}
            error={tried ? wrong.ends : null}
          />
        </>
      )}
    </FormPanel>
  );
}
