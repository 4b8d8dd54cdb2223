import { useState } from 'react';
import type { ControlNode } from '../../../shared/compliance/framework.ts';
import type { ControlException, Finding } from '../../../shared/entities/index.ts';
import { askFor } from '../../access/pending.ts';
import { DayInput } from '../../ui/DayInput.tsx';
import { ChoiceField, FormPanel, TextField } from './FormPanel.tsx';
import { gate, type Scene } from './scene.ts';
import { today } from './words.ts';

interface RecordProps {
  readonly scene: Scene;
  readonly control: ControlNode;
  readonly onClose: () => void;
}

const KEPT = 'Nothing was recorded; what you typed is still here.';
const DAY = 86_400_000;
const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

const SEVERITIES = [
  { value: 'low', label: 'low' },
  { value: 'medium', label: 'medium' },
  { value: 'high', label: 'high' },
  { value: 'critical', label: 'critical' },
] as const;
const TEXTS = [
  ['condition', 'Condition', 'What was found.'],
  ['criteria', 'Criteria', 'What it is held against.'],
  ['cause', 'Cause', 'Why it is so.'],
  ['effect', 'Effect', 'What follows from it.'],
  ['recommendation', 'Recommendation', 'What should be done.'],
  ['management_response', 'Management response', 'What those who answer for it say, and by when.'],
] as const;

type FindingDraft = Record<(typeof TEXTS)[number][0] | 'title' | 'owner_id' | 'due_on', string> &
  Pick<Finding, 'severity'>;
interface FindingWrong {
  readonly title: string | null;
  readonly condition: string | null;
}
const NOTHING_WRONG: FindingWrong = { title: null, condition: null };

interface FindingFieldsProps {
  readonly scene: Scene;
  readonly draft: FindingDraft;
  readonly set: (change: Partial<FindingDraft>) => void;
  readonly wrong: FindingWrong;
}

function FindingFields({ scene, draft, set, wrong }: FindingFieldsProps) {
  return (
    <>
      <TextField
        line
        autoFocus
        label="Title"
        max={200}
        value={draft.title}
        onChange={(title) => set({ title })}
        error={wrong.title}
      />
      <div className="grid grid-cols-2 gap-3">
        <ChoiceField
          label="Severity"
          value={draft.severity}
          options={SEVERITIES}
          onChange={(severity) => set({ severity })}
        />
        <ChoiceField
          label="Owner"
          value={draft.owner_id}
          options={[{ value: '', label: 'nobody' }, ...scene.people]}
          onChange={(owner_id) => set({ owner_id })}
        />
      </div>
      <DayInput label="Due (UTC)" hint="Left out: none." value={draft.due_on} onChange={(due_on) => set({ due_on })} />
      {TEXTS.map(([name, label, hint]) => (
        <TextField
          key={name}
          label={label}
          hint={hint}
          max={8_000}
          value={draft[name]}
          onChange={(text) => set({ [name]: text })}
          error={name === 'condition' ? wrong.condition : null}
        />
      ))}
    </>
  );
}

/** A finding on a control: a new one, or one that is changed. */
export function FindingForm({ scene, control, onClose, before }: RecordProps & { readonly before: Finding | null }) {
  const [draft, setDraft] = useState<FindingDraft>({
    title: before?.title ?? '',
    severity: before?.severity ?? ('medium' as Finding['severity']),
    owner_id: before?.owner_id ?? '',
    due_on: before?.due_on ?? '',
    ...(Object.fromEntries(TEXTS.map(([name]) => [name, before?.[name] ?? ''])) as Record<
      (typeof TEXTS)[number][0],
      string
    >),
  });
  const set = (change: Partial<FindingDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const wrong = {
    title: draft.title.trim() === '' ? 'A finding has a title.' : null,
    condition: draft.condition.trim() === '' ? 'Say what was found.' : null,
  };
  const fields = {
    ...draft,
    title: draft.title.trim(),
    owner_id: draft.owner_id === '' ? null : draft.owner_id,
    due_on: draft.due_on === '' ? null : draft.due_on,
  };
  const save = async (anyway: boolean): Promise<void> => {
    const ask =
      before === null
        ? {
            command: {
              ...{ type: 'finding.create' as const, id: crypto.randomUUID() },
              input: { ...fields, controls: [control.id], checks: [] },
            },
            before: null,
          }
        : { command: { type: 'finding.update' as const, id: before.id, patch: fields }, before };
    await askFor(scene.orgId, [ask], before === null ? 'Finding recorded' : 'Finding changed', anyway);
  };
  return (
    <FormPanel
      title={before === null ? `Finding on ${control.ref}` : 'Change finding'}
      about={control.title}
      action={before === null ? 'Record finding' : 'Save'}
      refusal={gate(scene, before === null ? 'finding.create' : 'finding.update')}
      sound={wrong.title === null && wrong.condition === null}
      save={save}
      onClose={onClose}
      kept={KEPT}
    >
      {(tried) => <FindingFields scene={scene} draft={draft} set={set} wrong={tried ? wrong : NOTHING_WRONG} />}
    </FormPanel>
  );
}

/** Closing needs what shows that it is mended. */
export function ClosingForm({ scene, control, onClose, finding }: RecordProps & { readonly finding: Finding }) {
  const [reason, setReason] = useState('');
  const wrong = reason.trim() === '' ? 'Say what shows that it is mended.' : null;
  return (
    <FormPanel
      title={`Close finding on ${control.ref}`}
      about={finding.title}
      action="Close finding"
      refusal={gate(scene, 'finding.close')}
      sound={wrong === null}
      save={async (anyway) => {
        const command = { type: 'finding.close' as const, id: finding.id, input: { reason: reason.trim() } };
        await askFor(scene.orgId, [{ command, before: finding }], 'Finding closed', anyway);
      }}
      onClose={onClose}
      kept={KEPT}
    >
      {(tried) => (
        <TextField
          autoFocus
          label="Reason"
          hint="It stands with the finding and in the log; the finding can be opened again."
          value={reason}
          onChange={setReason}
          error={tried ? wrong : null}
        />
      )}
    </FormPanel>
  );
}

/** How long an exception lasts unless said otherwise: a quarter of a year. */
const EXCEPTION_DAYS = 90;

/** Ask for an exception; somebody else approves it. */
export function ExceptionForm({
  scene,
  control,
  onClose,
  checks,
}: RecordProps & { readonly checks: readonly string[] }) {
  const [title, setTitle] = useState('');
  const [reason, setReason] = useState('');
  const [compensating, setCompensating] = useState('');
  const [check, setCheck] = useState('');
  const [ends, setEnds] = useState(isoDay(Date.now() + EXCEPTION_DAYS * DAY));
  const wrong = {
    title: title.trim() === '' ? 'An exception has a title.' : null,
    reason: reason.trim() === '' ? 'Say why.' : null,
    ends: ends < today(Date.now()) ? 'This day is past.' : null,
  };
  return (
    <FormPanel
      title={`Exception for ${control.ref}`}
      about="Somebody else than you approves it; until then it changes nothing."
      action="Ask for exception"
      refusal={gate(scene, 'control_exception.create')}
      sound={Object.values(wrong).every((one) => one === null)}
      save={async (anyway) => {
        const input = {
          ...{ title: title.trim(), reason: reason.trim(), compensating, expires_on: ends },
          ...{ controls: [control.id], checks: check === '' ? [] : [check], subjects: [] },
        };
        const command = { type: 'control_exception.create' as const, id: crypto.randomUUID(), input };
        await askFor(scene.orgId, [{ command, before: null }], 'Exception asked for', anyway);
      }}
      onClose={onClose}
      kept={KEPT}
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
          <TextField
            label="Instead"
            hint="What is done in its place."
            value={compensating}
            onChange={setCompensating}
          />
          {checks.length > 0 && (
            <ChoiceField
              label="Failing check it covers"
              hint="All failing items of it; single items are excepted from the check itself."
              value={check}
              onChange={setCheck}
              options={[
                { value: '', label: 'none, the control only' },
                ...checks.map((id) => ({ value: id, label: id })),
              ]}
            />
          )}
          <DayInput
            label="Last day (UTC)"
            hint="Within a year; then it is decided anew."
            value={ends}
            onChange={setEnds}
            error={tried ? wrong.ends : null}
          />
        </>
      )}
    </FormPanel>
  );
}

/** Approval with the management's response, by another person. */
export function ApproveForm({
  scene,
  control,
  onClose,
  exception,
}: RecordProps & { readonly exception: ControlException }) {
  const [response, setResponse] = useState('');
  const wrong = response.trim() === '' ? 'Say why it is accepted.' : null;
  const own = scene.userId !== null && exception.created_by === scene.userId;
  return (
    <FormPanel
      title={`Approve exception for ${control.ref}`}
      about={exception.title}
      action="Approve"
      refusal={
        own ? 'Somebody else than who asked for it approves an exception.' : gate(scene, 'control_exception.approve')
      }
      sound={wrong === null}
      save={async (anyway) => {
        const input = { management_response: response.trim() };
        const command = { type: 'control_exception.approve' as const, id: exception.id, input };
        await askFor(scene.orgId, [{ command, before: exception }], 'Exception approved', anyway);
      }}
      onClose={onClose}
      kept={KEPT}
    >
      {(tried) => (
        <>
          <p className="text-dim">{exception.reason}</p>
          {exception.compensating !== '' && <p className="text-dim">Instead: {exception.compensating}</p>}
          <TextField
            autoFocus
            label="Management response"
            value={response}
            onChange={setResponse}
            error={tried ? wrong : null}
          />
        </>
      )}
    </FormPanel>
  );
}

export function CommentForm({ scene, control, onClose }: RecordProps) {
  const [text, setText] = useState('');
  const wrong = text.trim() === '' ? 'Nothing is said yet.' : null;
  return (
    <FormPanel
      title={`Comment on ${control.ref}`}
      about={control.title}
      action="Add comment"
      refusal={gate(scene, 'control_comment.create')}
      sound={wrong === null}
      save={async (anyway) => {
        const input = { control: control.id, text: text.trim() };
        const command = { type: 'control_comment.create' as const, id: crypto.randomUUID(), input };
        await askFor(scene.orgId, [{ command, before: null }], 'Comment added', anyway);
      }}
      onClose={onClose}
      kept={KEPT}
    >
      {(tried) => (
        <TextField
          autoFocus
          label="Comment"
          max={8_000}
          rows={6}
          value={text}
          onChange={setText}
          error={tried ? wrong : null}
        />
      )}
    </FormPanel>
  );
}
