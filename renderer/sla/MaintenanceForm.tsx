import { useState } from 'react';
import type { Sla } from '../../shared/entities/index.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { askFor } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select, TextInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { parseWall } from '../ui/wallClock.ts';
import { useNow, useTime } from '../ui/zone.ts';

interface FormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly slas: readonly Sla[];
  readonly onClose: () => void;
}

/** Announce maintenance, or tell of it afterwards. */
export function MaintenanceForm({ orgId, me, slas, onClose }: FormProps) {
  const time = useTime();
  const now = useNow();
  const [draft, setDraft] = useState({ sla: '', from: '', to: '', reason: '' });
  const [tried, setTried] = useState(false);
  const [from, to] = [draft.from, draft.to].map((text) => parseWall(text, time.zone));
  const problems = {
    from: from === null ? 'A time such as 2026-11-24 22:00.' : null,
    to:
      to === null
        ? 'A time such as 2026-11-25 02:00.'
        : from != null && to! <= from
          ? 'It ends before it begins.'
          : null,
    reason: draft.reason.trim() === '' ? 'Every report shows the reason.' : null,
  };
  const sound = Object.values(problems).every((problem) => problem === null);
  const late = from != null && from < now;
  const refusal = refusalOf('sla_exclusion.create', me);
  const save = useAction(async () => {
    const input = {
      sla_id: draft.sla === '' ? null : draft.sla,
      from: new Date(from!).toISOString(),
      to: new Date(to!).toISOString(),
      reason: draft.reason.trim(),
    };
    await askFor(
      orgId,
      [{ command: { type: 'sla_exclusion.create', id: crypto.randomUUID(), input }, before: null }],
      'Maintenance announced',
    );
    onClose();
  });
  const text = (field: 'from' | 'to' | 'reason', label: string, placeholder: string) => (
    <Field label={label} error={tried ? problems[field] : null}>
      {(ids) => (
        <TextInput
          {...ids}
          mono={field !== 'reason'}
          placeholder={placeholder}
          autoFocus={field === 'from'}
          value={draft[field]}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <SidePanel
      title="Announce maintenance"
      about={`Times in ${time.label}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (sound && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Announce
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {text('from', 'From', 'YYYY-MM-DD HH:MM')}
        {text('to', 'To', 'YYYY-MM-DD HH:MM')}
        <Field label="Excluded from">
          {(ids) => (
            <Select
              {...ids}
              value={draft.sla}
              options={[
                { value: '', label: 'every SLA' },
                ...slas.filter(({ ended_at }) => ended_at === null).map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onChange={(event) => setDraft({ ...draft, sla: event.target.value })}
            />
          )}
        </Field>
        {text('reason', 'Reason', '')}
        {late && (
          <p className="text-12 text-warn">This has begun: every report will show that it was told afterwards.</p>
        )}
        {save.error && <ErrorState compact error={save.error} kept="Nothing was announced." />}
      </div>
    </SidePanel>
  );
}
