import { useState } from 'react';
import type { Output } from '../../../shared/contract/index.ts';
import type { EvidenceRequest } from '../../../shared/entities/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { DayInput } from '../../ui/DayInput.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/Field.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { ControlPicker } from './ControlPicker.tsx';

interface FormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly data: Output<'evidence.list'>;
  /** The one that is changed; null for a new one. */
  readonly request: EvidenceRequest | null;
  readonly onClose: (id: string | null) => void;
}

/** Ask somebody for evidence, or change what was asked. */
export function RequestForm({ orgId, me, data, request, onClose }: FormProps) {
  const [draft, setDraft] = useState({
    ...{ title: request?.title ?? '', description: request?.description ?? '' },
    ...{ controls: (request?.controls ?? []) as readonly string[], assignee: request?.assignee_id ?? '' },
    due: request?.due_on ?? '',
  });
  const [tried, setTried] = useState(false);
  const refusal = refusalOf(request === null ? 'evidence_request.create' : 'evidence_request.update', me);
  const untitled = draft.title.trim() === '' ? 'Say what is wanted.' : null;
  const save = useAction(async () => {
    const fields = {
      ...{ title: draft.title.trim(), description: draft.description.trim(), controls: [...draft.controls] },
      ...{ assignee_id: draft.assignee === '' ? null : draft.assignee, due_on: draft.due === '' ? null : draft.due },
    };
    const id = request?.id ?? crypto.randomUUID();
    const command =
      request === null
        ? ({ type: 'evidence_request.create', id, input: fields } as const)
        : ({ type: 'evidence_request.update', id, patch: fields } as const);
    const before = request === null ? null : { ...request };
    await askFor(orgId, [{ command, before }], request === null ? 'Request made' : 'Request changed');
    onClose(id);
  });
  return (
    <SidePanel
      title={request === null ? 'Request evidence' : 'Change request'}
      onClose={() => onClose(request?.id ?? null)}
      onSubmit={() => {
        setTried(true);
        if (refusal === null && untitled === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            {request === null ? 'Request evidence' : 'Save changes'}
          </GatedButton>
          <Button onClick={() => onClose(request?.id ?? null)}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="Wanted" error={tried ? untitled : null}>
          {(ids) => (
            <TextInput
              {...ids}
              autoFocus
              maxLength={200}
              value={draft.title}
              onChange={(event) => setDraft({ ...draft, title: event.target.value })}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-3">
          <Field label="Asked of">
            {(ids) => (
              <Select
                {...ids}
                value={draft.assignee}
                options={[
                  { value: '', label: 'nobody yet' },
                  ...data.people.map(({ userId, name }) => ({ value: userId, label: name })),
                ]}
                onChange={(event) => setDraft({ ...draft, assignee: event.target.value })}
              />
            )}
          </Field>
          <DayInput label="Due" value={draft.due} onChange={(due) => setDraft({ ...draft, due })} />
        </div>
        <ControlPicker
          controls={data.controls}
          value={draft.controls}
          onChange={(controls) => setDraft({ ...draft, controls })}
        />
        <Field label="Description">
          {(ids) => (
            <TextArea
              {...ids}
              rows={4}
              maxLength={8_000}
              value={draft.description}
              onChange={(event) => setDraft({ ...draft, description: event.target.value })}
            />
          )}
        </Field>
        {save.error && <ErrorState compact error={save.error} kept="Nothing was asked." />}
      </div>
    </SidePanel>
  );
}
