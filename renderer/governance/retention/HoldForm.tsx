import { useState } from 'react';
import { type LegalHold, LegalHoldInput } from '../../../shared/entities/privacy.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Check, Field, TextInput } from '../../ui/Field.tsx';
import { ErrorState } from '../../ui/States.tsx';

interface HoldProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly onClose: () => void;
}

const EMPTY = { name: '', matter: '', reason: '', subjects: '', from: '', to: '' };

/** Place a legal hold: what it covers is neither pruned nor erased until it is released. */
export function HoldForm({
  orgId,
  me,
  workspaces,
  onClose,
}: HoldProps & { readonly workspaces: readonly { readonly id: string; readonly name: string }[] }) {
  const [draft, setDraft] = useState(EMPTY);
  const [scope, setScope] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const subjects = draft.subjects.split(/[\s,]+/).filter((id) => id !== '');
  const read = LegalHoldInput.safeParse({
    ...{ name: draft.name, matter: draft.matter, reason: draft.reason },
    workspaces: scope.length === 0 ? null : [...scope],
    subjects: subjects.length === 0 ? null : subjects,
    from: draft.from === '' ? null : draft.from,
    to: draft.to === '' ? null : draft.to,
  });
  const refusal = refusalOf('legal_hold.create', me);
  const save = useAction(async () => {
    if (!read.success) return;
    const { id: _none, ...input } = read.data;
    const command = { type: 'legal_hold.create', id: crypto.randomUUID(), input } as const;
    await askFor(orgId, [{ command, before: null }], 'Legal hold placed');
    onClose();
  });
  const text = (field: keyof typeof EMPTY, label: string, hint?: string) => (
    <Field
      label={label}
      hint={hint}
      error={tried && !read.success ? (read.error.issues.find(({ path }) => path[0] === field)?.message ?? null) : null}
    >
      {(ids) => (
        <TextInput
          {...ids}
          value={draft[field]}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <SidePanel
      title="Place a legal hold"
      about="Nothing it covers is pruned or erased until it is released."
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (read.success && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Place hold
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {text('name', 'Name')}
        {text('matter', 'Matter')}
        {text('reason', 'Reason')}
        {text('subjects', 'Of these user ids', 'Parted by spaces; empty: of everybody')}
        {text('from', 'Recorded from', 'YYYY-MM-DD, UTC; empty: from the beginning')}
        {text('to', 'To', 'YYYY-MM-DD, that day included; empty: without end')}
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-12 font-medium text-dim">In these workspaces; none chosen: in all</legend>
          {workspaces.map(({ id, name }) => (
            <Check
              key={id}
              label={name}
              checked={scope.includes(id)}
              onChange={() => setScope(scope.includes(id) ? scope.filter((one) => one !== id) : [...scope, id])}
            />
          ))}
        </fieldset>
        {save.error && <ErrorState compact error={save.error} kept="No hold was placed." />}
      </div>
    </SidePanel>
  );
}

/** Release a hold, with the reason. */
export function ReleaseForm({ orgId, me, hold, onClose }: HoldProps & { readonly hold: LegalHold }) {
  const [reason, setReason] = useState('');
  const refusal = refusalOf('legal_hold.release', me);
  const save = useAction(async () => {
    const command = { type: 'legal_hold.release', id: hold.id, input: { reason: reason.trim() } } as const;
    await askFor(orgId, [{ command, before: { ...hold } }], 'Legal hold released');
    onClose();
  });
  return (
    <SidePanel
      title={`Release ${hold.name}`}
      about={`${hold.matter}. What has expired may then be pruned.`}
      onClose={onClose}
      onSubmit={() => {
        if (reason.trim() !== '' && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Release hold
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="Reason">
          {(ids) => <TextInput {...ids} value={reason} autoFocus onChange={(event) => setReason(event.target.value)} />}
        </Field>
        {save.error && <ErrorState compact error={save.error} kept="The hold stands." />}
      </div>
    </SidePanel>
  );
}
