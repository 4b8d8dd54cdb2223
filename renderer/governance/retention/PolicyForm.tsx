import { useState } from 'react';
import { PRESETS } from '../../../shared/compliance/modes.ts';
import { EVENT_CLASSES, type RetentionPolicy, RetentionPolicyInput } from '../../../shared/entities/privacy.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, Select, TextInput } from '../../ui/Field.tsx';
import { DASH } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { CLASS_WORDS, periodText } from './words.ts';

interface PolicyFormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly floor: string | null;
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
  /** Null: a new one. */
  readonly policy: RetentionPolicy | null;
  readonly onClose: () => void;
}

const FIELDS = ['name', 'event_class', 'workspace_id', 'keep', 'max', 'purpose', 'basis', 'citation'] as const;
type Draft = Record<(typeof FIELDS)[number], string>;

function draftOf(policy: RetentionPolicy | null): Draft {
  const text = (field: (typeof FIELDS)[number]): string => policy?.[field] ?? (field === 'basis' ? 'policy' : '');
  return Object.fromEntries(FIELDS.map((field) => [field, text(field)])) as Draft;
}

/** Write or change a retention policy, with what is suggested and what law says beside it. Give it the policy's id as `key`. */
export function PolicyForm({ orgId, me, floor, workspaces, policy, onClose }: PolicyFormProps) {
  const [draft, setDraft] = useState(() => draftOf(policy));
  const [tried, setTried] = useState(false);
  const orNull = (text: string): string | null => (text === '' ? null : text);
  const read = RetentionPolicyInput.safeParse({
    ...draft,
    event_class: orNull(draft.event_class),
    workspace_id: orNull(draft.workspace_id),
    max: orNull(draft.max),
  });
  const problem = (field: string): string | null =>
    tried && !read.success ? (read.error.issues.find(({ path }) => path[0] === field)?.message ?? null) : null;
  const refusal = refusalOf(policy === null ? 'retention_policy.create' : 'retention_policy.update', me);
  const save = useAction(async () => {
    if (!read.success) return;
    const { id: _none, ...input } = read.data;
    const command =
      policy === null
        ? ({ type: 'retention_policy.create', id: crypto.randomUUID(), input } as const)
        : ({ type: 'retention_policy.update', id: policy.id, patch: input } as const);
    await askFor(orgId, [{ command, before: policy === null ? null : { ...policy } }], 'Retention policy saved');
    onClose();
  });
  const text = (field: keyof Draft, label: string, hint?: string) => (
    <Field label={label} hint={hint} error={problem(field)}>
      {(ids) => (
        <TextInput
          {...ids}
          mono={field === 'keep' || field === 'max'}
          value={draft[field]}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  const select = (field: keyof Draft, label: string, options: readonly { value: string; label: string }[]) => (
    <Field label={label} error={problem(field)}>
      {(ids) => (
        <Select
          {...ids}
          value={draft[field]}
          options={options}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <SidePanel
      title={policy === null ? 'New retention policy' : `Change ${policy.name}`}
      about={
        floor === null
          ? 'No compliance mode asks for a least period.'
          : `Compliance modes ask for at least ${periodText(floor)}.`
      }
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (read.success && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Save policy
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {text('name', 'Name')}
        {select('event_class', 'Events of', [
          { value: '', label: 'every class' },
          ...EVENT_CLASSES.map((value) => ({ value, label: CLASS_WORDS[value] })),
        ])}
        {select('workspace_id', 'In', [
          { value: '', label: 'every workspace, and outside of any' },
          ...workspaces.map(({ id, name }) => ({ value: id, label: name })),
        ])}
        {text('keep', 'Keep at least', draft.keep === '' ? 'Such as P6Y, P13M or P365D' : periodText(draft.keep))}
        {text('max', 'And no longer than', draft.max === '' ? 'Empty: no ceiling' : periodText(draft.max))}
        {text('purpose', 'Purpose')}
        {select('basis', 'Basis', [
          { value: 'law', label: 'Law' },
          { value: 'contract', label: 'Contract' },
          { value: 'policy', label: 'Own policy' },
        ])}
        {text('citation', 'Citation')}
        {save.error && <ErrorState compact error={save.error} kept="The policy was not changed." />}
      </div>
      <Section title="What is suggested, and what law asks for">
        <table className="w-full text-12">
          <thead className="text-left text-dim">
            <tr>
              <th className="py-1 font-medium">Framework</th>
              <th className="font-medium">Preset</th>
              <th className="font-medium">Suggested</th>
              <th className="font-medium">Least by law</th>
            </tr>
          </thead>
          <tbody>
            {PRESETS.map(({ framework, sketch, suggested, retention }) => (
              <tr key={framework} className="border-t border-line">
                <th scope="row" className="py-1 text-left font-medium">
                  {framework}
                </th>
                <td className="font-mono">{sketch.audit_log_retention}</td>
                <td className="font-mono">{suggested.audit_log_retention}</td>
                <td title={retention.note}>
                  <span className="font-mono">{retention.min ?? DASH}</span>{' '}
                  <span className="text-dim">{retention.citation}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </SidePanel>
  );
}
