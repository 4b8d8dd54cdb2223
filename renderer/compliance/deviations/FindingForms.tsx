import { useState } from 'react';
import { type Finding, SEVERITIES } from '../../../shared/entities/index.ts';
import { askFor } from '../../access/pending.ts';
import { DayInput } from '../../ui/DayInput.tsx';
import { ChoiceField, FormPanel, NOTHING_RECORDED, TextField } from '../checklist/FormPanel.tsx';
import { gate, type Scene } from '../checklist/scene.ts';
import { changeRefusal, closingRefusal } from './acts.ts';
import { ControlsInput } from './ControlsInput.tsx';
import { changedFields, type FindingDraft, findingDraft, readFindingDraft } from './drafts.ts';
import type { NamedControl } from './lines.ts';

const SEVERITY_CHOICES = SEVERITIES.map((value) => ({ value, label: value }));

const TEXTS = [
  ['condition', 'Condition', 'What was found.'],
  ['criteria', 'Criteria', 'What it is held against.'],
  ['cause', 'Cause', 'Why it is so.'],
  ['effect', 'Effect', 'What follows from it.'],
  ['recommendation', 'Recommendation', 'What should be done.'],
  ['management_response', 'Management response', 'What those who answer for it say, and by when.'],
] as const;

export interface FormProps {
  readonly scene: Scene;
  /** Controls are chosen among these; null: they are those given, and not chosen here. */
  readonly frameworks: readonly { readonly id: string; readonly title: string; readonly mode: boolean }[] | null;
  /** Controls that it begins with. */
  readonly controls?: readonly NamedControl[];
  readonly onClose: () => void;
}

/** `CC6.1, CC6.2`, for a line under the title where controls are given. */
export const onControls = (controls: readonly NamedControl[]): string =>
  `On ${controls.map(({ ref }) => ref).join(', ')}. `;

/** A finding with all its fields: a new one, or one that is changed. Only what differs is sent. */
export function FindingForm({
  scene,
  frameworks,
  controls: given = [],
  lost = [],
  onClose,
  finding,
}: FormProps & {
  readonly finding: Finding | null;
  /** Ids of controls of the finding that are of no framework now. */
  readonly lost?: readonly string[];
}) {
  const [draft, setDraft] = useState(() => findingDraft(finding));
  const [controls, setControls] = useState(given);
  const set = (change: Partial<FindingDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const chosen = [...controls.map(({ id }) => id), ...lost];
  const { fields, faults } = readFindingDraft(
    draft,
    frameworks === null && finding !== null ? finding.controls : chosen,
  );
  const patch = finding === null ? null : changedFields(finding, fields);
  const unchanged = patch !== null && Object.keys(patch).length === 0 ? 'Nothing is changed yet.' : null;
  const save = async (anyway: boolean): Promise<void> => {
    if (finding === null || patch === null) {
      const input = { ...fields, checks: [] };
      const command = { type: 'finding.create' as const, id: crypto.randomUUID(), input };
      await askFor(scene.orgId, [{ command, before: null }], 'Finding recorded', anyway);
      return;
    }
    const command = { type: 'finding.update' as const, id: finding.id, patch };
    await askFor(scene.orgId, [{ command, before: finding }], 'Finding changed', anyway);
  };
  return (
    <FormPanel
      title={finding === null ? 'Record finding' : 'Change finding'}
      about={
        finding === null
          ? `${frameworks === null ? onControls(given) : ''}What was found, what it is held against, and who mends it by when.`
          : finding.title
      }
      action={finding === null ? 'Record finding' : 'Save'}
      refusal={finding === null ? gate(scene, 'finding.create') : (changeRefusal(scene, finding) ?? unchanged)}
      sound={Object.keys(faults).length === 0}
      save={save}
      onClose={onClose}
      kept={NOTHING_RECORDED}
    >
      {(tried) => (
        <>
          <TextField
            line
            autoFocus
            label="Title"
            max={200}
            value={draft.title}
            onChange={(title) => set({ title })}
            error={tried ? (faults.title ?? null) : null}
          />
          <Duty scene={scene} draft={draft} set={set} />
          {frameworks !== null && (
            <ControlsInput
              {...{ orgId: scene.orgId, frameworks, value: controls, onChange: setControls }}
              {...(lost.length === 0 ? {} : { hint: `Besides, of no framework any more: ${lost.join(', ')}.` })}
            />
          )}
          {TEXTS.map(([name, label, hint]) => (
            <TextField
              key={name}
              label={label}
              hint={hint}
              max={8_000}
              value={draft[name]}
              onChange={(text) => set({ [name]: text })}
              error={tried ? (faults[name] ?? null) : null}
            />
          ))}
        </>
      )}
    </FormPanel>
  );
}

interface DutyProps {
  readonly scene: Scene;
  readonly draft: FindingDraft;
  readonly set: (change: Partial<FindingDraft>) => void;
}

/** How grave it is, who mends it, by when. */
function Duty({ scene, draft, set }: DutyProps) {
  const known = scene.people.some(({ value }) => value === draft.owner_id);
  // An owner who was suspended since stays named until another is chosen.
  const gone = draft.owner_id === '' || known ? [] : [{ value: draft.owner_id, label: scene.nameOf(draft.owner_id) }];
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <ChoiceField
          label="Severity"
          value={draft.severity}
          options={SEVERITY_CHOICES}
          onChange={(severity) => set({ severity })}
        />
        <ChoiceField
          label="Owner"
          value={draft.owner_id}
          options={[{ value: '', label: 'nobody' }, ...gone, ...scene.people]}
          onChange={(owner_id) => set({ owner_id })}
        />
      </div>
      <DayInput label="Due (UTC)" hint="Left out: none." value={draft.due_on} onChange={(due_on) => set({ due_on })} />
    </>
  );
}

interface ClosingProps {
  readonly scene: Scene;
  readonly finding: Finding;
  readonly onClose: () => void;
}

/** Closing takes a note of what shows that it is mended. */
export function ResolveForm({ scene, finding, onClose }: ClosingProps) {
  const [reason, setReason] = useState('');
  const wrong = reason.trim() === '' ? 'Say what shows that it is mended.' : null;
  return (
    <FormPanel
      title="Close finding"
      about={finding.title}
      action="Close finding"
      refusal={closingRefusal(scene, finding)}
      sound={wrong === null}
      save={async (anyway) => {
        const command = { type: 'finding.close' as const, id: finding.id, input: { reason: reason.trim() } };
        await askFor(scene.orgId, [{ command, before: finding }], 'Finding closed', anyway);
      }}
      onClose={onClose}
      kept={NOTHING_RECORDED}
    >
      {(tried) => (
        <TextField
          autoFocus
          label="Resolution"
          hint="What was done and what shows it. It stands with the finding and in the log; the finding can be opened again."
          rows={5}
          value={reason}
          onChange={setReason}
          error={tried ? wrong : null}
        />
      )}
    </FormPanel>
  );
}
