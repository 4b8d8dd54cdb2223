import { useState } from 'react';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import type { Incident } from '../../../shared/entities/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { PendingMark } from '../../access/PendingMark.tsx';
import { askFor } from '../../access/pending.ts';
import { refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { Check, Field, Select, TextArea, TextInput } from '../../ui/Field.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { useNow, useTime } from '../../ui/zone.ts';
import { InstantField } from './InstantField.tsx';
import type { RegisterProps } from './RegistersTab.tsx';

type Draft = Omit<Incident, 'id' | 'org_id' | 'created_at' | 'created_by' | 'updated_at' | 'updated_by' | 'version'>;

const SEVERITIES = (['low', 'medium', 'high', 'critical'] as const).map((value) => ({ value, label: value }));

function draftOf(incident: Incident | null, now: number): Draft {
  if (incident !== null) {
    const { id: _id, org_id: _org, created_at: _at, created_by: _by, ...rest } = incident;
    const { updated_at: _changed, updated_by: _who, version: _version, ...draft } = rest;
    return draft;
  }
  return {
    ...{ title: '', severity: 'medium', detected_at: new Date(Math.floor(now / 60_000) * 60_000).toISOString() },
    ...{ responded_at: null, resolved_at: null, personal_data: false, aware_at: null, authority_told_at: null },
    ...{ notice_reason: '', note: '' },
  };
}

/** Fields that differ. */
function changes(draft: Draft, incident: Incident): Partial<Draft> {
  return Object.fromEntries(
    Object.entries(draft).filter(([field, value]) => incident[field as keyof Draft] !== value),
  ) as Partial<Draft>;
}

interface FormProps extends RegisterProps {
  /** Null: a new one. */
  readonly incident: Incident | null;
  readonly pending: readonly OutboxEntry[] | undefined;
  readonly onClose: () => void;
}

/** An incident as far as it is known; each time is entered when it comes. Give it the incident's id as `key`. */
export function IncidentForm({ orgId, me, incident, pending, onClose }: FormProps) {
  const now = useNow();
  const time = useTime();
  const [draft, setDraft] = useState(() => draftOf(incident, now));
  const [tried, setTried] = useState(false);
  const sound = draft.title.trim() !== '' && draft.detected_at !== '';
  const refusal = refusalOf(incident === null ? 'incident.create' : 'incident.update', me);
  const save = useAction(async () => {
    if (incident === null) {
      const id = crypto.randomUUID();
      await askFor(
        orgId,
        [{ command: { type: 'incident.create', id, input: draft }, before: null }],
        'Incident recorded',
      );
      setParams({ act: null, open: id });
      return;
    }
    const command = { type: 'incident.update' as const, id: incident.id, patch: changes(draft, incident) };
    await askFor(orgId, [{ command, before: { ...incident } }], 'Incident changed');
  });
  const changed = incident === null || Object.keys(changes(draft, incident)).length > 0;
  return (
    <SidePanel
      title={incident?.title ?? 'Record an incident'}
      about={`Times in ${time.label}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (sound && changed && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} disabled={!changed} busy={save.busy}>
            {incident === null ? 'Record' : 'Save'}
          </GatedButton>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      <IncidentFields draft={draft} tried={tried} onDraft={setDraft} />
      {save.error && <ErrorState compact error={save.error} kept="The incident is as it was." />}
    </SidePanel>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly tried: boolean;
  readonly onDraft: (draft: Draft) => void;
}

function IncidentFields({ draft, tried, onDraft }: FieldsProps) {
  const at = (
    field: 'responded_at' | 'resolved_at' | 'aware_at' | 'authority_told_at',
    label: string,
    hint?: string,
  ) => (
    <InstantField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      tried={tried}
      value={draft[field]}
      onChange={(value) => onDraft({ ...draft, [field]: value })}
    />
  );
  const text = (field: 'note' | 'notice_reason', label: string) => (
    <Field label={label}>
      {(ids) => (
        <TextArea
          {...ids}
          rows={3}
          value={draft[field]}
          onChange={(event) => onDraft({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Field label="What happened" error={tried && draft.title.trim() === '' ? 'Say in one line what happened.' : null}>
        {(ids) => (
          <TextInput
            {...ids}
            value={draft.title}
            onChange={(event) => onDraft({ ...draft, title: event.target.value })}
          />
        )}
      </Field>
      <Field label="Severity">
        {(ids) => (
          <Select
            {...ids}
            options={SEVERITIES}
            value={draft.severity}
            onChange={(event) => onDraft({ ...draft, severity: event.target.value as Draft['severity'] })}
          />
        )}
      </Field>
      <InstantField
        label="Detected"
        required
        tried={tried}
        value={draft.detected_at}
        onChange={(value) => onDraft({ ...draft, detected_at: value ?? '' })}
      />
      {at('responded_at', 'First response', 'When somebody took it up: INC-01 measures from detection to here.')}
      {at('resolved_at', 'Resolved')}
      <Check
        checked={draft.personal_data}
        onChange={(event) => onDraft({ ...draft, personal_data: event.target.checked })}
        label="Personal data was breached"
        hint="The authority is told within 72 hours of becoming aware (GDPR Art. 33(1))."
      />
      {draft.personal_data && (
        <>
          {at('aware_at', 'Aware since', 'The 72 hours run from here.')}
          {at('authority_told_at', 'Authority told')}
          {text('notice_reason', 'Reasons for a delay, or why no notice was needed')}
        </>
      )}
      {text('note', 'Note')}
    </div>
  );
}
