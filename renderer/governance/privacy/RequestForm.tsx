import { useState } from 'react';
import { DUE_SOURCE, dueOn } from '../../../shared/compliance/due.ts';
import type { DataRequest } from '../../../shared/entities/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { DayInput, isDay } from '../../ui/DayInput.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/Field.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { useNow } from '../../ui/zone.ts';
import { kindOptions, lawOptions } from './requests.tsx';

interface FormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly onClose: () => void;
}

function problemsOf(
  draft: { readonly subject: string; readonly channel: string; readonly received_on: string },
  due: string,
  today: string,
) {
  return {
    subject: draft.subject.trim() === '' ? 'Say who asks, as they named themselves.' : null,
    channel: draft.channel.trim() === '' ? 'Say how it came in: mail, form, by word of mouth.' : null,
    received: !isDay(draft.received_on)
      ? 'Say when it came in.'
      : draft.received_on > today
        ? 'This day is to come.'
        : null,
    due: due < draft.received_on ? 'Due before it was received.' : null,
  };
}

/** A request as it came in. The due day follows from law and receipt until it is set by hand. */
export function RequestForm({ orgId, me, onClose }: FormProps) {
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const [draft, setDraft] = useState({
    ...{ subject: '', channel: '', note: '', received_on: today, due_on: '' },
    ...{ kind: 'access' as DataRequest['kind'], law: 'gdpr' as DataRequest['law'] },
  });
  const [tried, setTried] = useState(false);
  const due = draft.due_on || (isDay(draft.received_on) ? dueOn(draft.law, draft.received_on) : '');
  const problems = problemsOf(draft, due, today);
  const sound = Object.values(problems).every((problem) => problem === null);
  const refusal = refusalOf('data_request.create', me);
  const save = useAction(async () => {
    const id = crypto.randomUUID();
    const { subject, channel, note, kind, law, received_on } = draft;
    const input = {
      kind,
      law,
      received_on,
      due_on: due,
      note,
      subject: subject.trim(),
      channel: channel.trim(),
      user_id: null,
    };
    await askFor(orgId, [{ command: { type: 'data_request.create', id, input }, before: null }], 'Request entered');
    setParams({ act: null, open: id });
  });
  const text = (field: 'subject' | 'channel', label: string) => (
    <Field label={label} error={tried ? problems[field] : null}>
      {(ids) => (
        <TextInput
          {...ids}
          autoFocus={field === 'subject'}
          value={draft[field]}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <SidePanel
      title="Enter a request"
      about="As it came in; who it is about is found in the next step."
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (sound && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Enter
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {text('subject', 'Who asks')}
        <KindAndLaw
          kind={draft.kind}
          law={draft.law}
          onKind={(kind) => setDraft({ ...draft, kind })}
          onLaw={(law) => setDraft({ ...draft, law, due_on: '' })}
        />
        {text('channel', 'Came by')}
        <div className="flex flex-wrap gap-3">
          <DayInput
            label="Received"
            value={draft.received_on}
            error={tried ? problems.received : null}
            onChange={(day) => setDraft({ ...draft, received_on: day, due_on: '' })}
          />
          <DayInput
            label="Due"
            value={due}
            error={problems.due}
            onChange={(day) => setDraft({ ...draft, due_on: day })}
          />
        </div>
        <p className="text-12 text-dim">{DUE_SOURCE[draft.law]}</p>
        <Field label="Note">
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              value={draft.note}
              onChange={(event) => setDraft({ ...draft, note: event.target.value })}
            />
          )}
        </Field>
        {save.error && <ErrorState compact error={save.error} kept="Nothing was entered." />}
      </div>
    </SidePanel>
  );
}

interface ChoiceProps {
  readonly kind: DataRequest['kind'];
  readonly law: DataRequest['law'];
  readonly onKind: (kind: DataRequest['kind']) => void;
  readonly onLaw: (law: DataRequest['law']) => void;
}

function KindAndLaw({ kind, law, onKind, onLaw }: ChoiceProps) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Asks for">
        {(ids) => (
          <Select
            {...ids}
            options={kindOptions}
            value={kind}
            onChange={(event) => onKind(event.target.value as DataRequest['kind'])}
          />
        )}
      </Field>
      <Field label="Law">
        {(ids) => (
          <Select
            {...ids}
            options={lawOptions}
            value={law}
            onChange={(event) => onLaw(event.target.value as DataRequest['law'])}
          />
        )}
      </Field>
    </div>
  );
}
