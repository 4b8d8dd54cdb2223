import { type ReactNode, useState } from 'react';
import { CHECKS } from '../../../shared/compliance/checks/catalog.ts';
import type { ControlException } from '../../../shared/entities/index.ts';
import { askFor } from '../../access/pending.ts';
import { DayInput } from '../../ui/DayInput.tsx';
import { ChoiceField, FormPanel, NOTHING_RECORDED, TextField } from '../checklist/FormPanel.tsx';
import { gate, type Scene } from '../checklist/scene.ts';
import { approvalRefusal, revocationRefusal } from './acts.ts';
import { ControlsInput } from './ControlsInput.tsx';
import { type ExceptionDraft, type ExceptionFaults, exceptionDraft, readExceptionDraft } from './drafts.ts';
import { Expiry } from './Expiry.tsx';
import { type FormProps, onControls } from './FindingForms.tsx';

const CHECK_CHOICES = [
  { value: '', label: 'none, the controls only' },
  ...CHECKS.map(({ id, title }) => ({ value: id, label: `${id} ${title}` })),
];

/** What every exception is asked for with, however it came to be known what it is for. */
export function ExceptionFields({
  draft,
  set,
  wrong,
  children,
}: {
  readonly draft: ExceptionDraft;
  readonly set: (change: Partial<ExceptionDraft>) => void;
  readonly wrong: ExceptionFaults;
  /** What it is for, where that is chosen. */
  readonly children?: ReactNode;
}) {
  return (
    <>
      <TextField
        {...{ line: true, autoFocus: true, label: 'Title', max: 200, value: draft.title }}
        onChange={(title) => set({ title })}
        error={wrong.title ?? null}
      />
      {children}
      <TextField
        label="Reason"
        value={draft.reason}
        onChange={(reason) => set({ reason })}
        error={wrong.reason ?? null}
      />
      <TextField
        {...{ label: 'Instead', hint: 'What is done in its place.', value: draft.compensating }}
        onChange={(compensating) => set({ compensating })}
      />
      <DayInput
        {...{ label: 'Last day (UTC)', hint: 'Within a year; then it is decided anew.', value: draft.ends }}
        onChange={(ends) => set({ ends })}
        error={wrong.ends ?? null}
      />
    </>
  );
}

interface ExceptionFormProps extends FormProps {
  /** Ids of the checks it may cover; left out: any. */
  readonly checks?: readonly string[];
}

/** Ask for an exception; somebody else approves it. */
export function ExceptionForm({ scene, frameworks, controls: given = [], checks, onClose }: ExceptionFormProps) {
  const [draft, setDraft] = useState(() => exceptionDraft(scene.day));
  const [controls, setControls] = useState(given);
  const set = (change: Partial<ExceptionDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const { input, faults } = readExceptionDraft(
    draft,
    controls.map(({ id }) => id),
    scene.day,
  );
  return (
    <FormPanel
      title="Ask for an exception"
      about={`${frameworks === null ? onControls(given) : ''}Somebody else than you approves it; until then it changes nothing.`}
      action="Ask for exception"
      refusal={gate(scene, 'control_exception.create')}
      sound={Object.keys(faults).length === 0}
      save={async (anyway) => {
        const command = { type: 'control_exception.create' as const, id: crypto.randomUUID(), input };
        await askFor(scene.orgId, [{ command, before: null }], 'Exception asked for', anyway);
      }}
      onClose={onClose}
      kept={NOTHING_RECORDED}
    >
      {(tried) => (
        <ExceptionFields draft={draft} set={set} wrong={tried ? faults : {}}>
          {frameworks !== null && (
            <ControlsInput
              {...{ orgId: scene.orgId, frameworks, value: controls, onChange: setControls }}
              error={(tried && faults.controls) || null}
            />
          )}
          {checks?.length !== 0 && (
            <ChoiceField
              label="Check it covers"
              hint="Every failing item of it; single items are excepted from the check itself."
              value={draft.check}
              onChange={(check) => set({ check })}
              options={CHECK_CHOICES.filter(({ value }) => value === '' || (checks?.includes(value) ?? true))}
            />
          )}
        </ExceptionFields>
      )}
    </FormPanel>
  );
}

interface DecisionProps {
  readonly scene: Scene;
  readonly exception: ControlException;
  readonly onClose: () => void;
}

/** Approval by somebody else than who asked, with the management's response. */
export function ApprovalForm({ scene, exception, onClose }: DecisionProps) {
  const [response, setResponse] = useState('');
  const wrong = response.trim() === '' ? 'Say why it is accepted.' : null;
  const refusal = approvalRefusal(scene, exception);
  return (
    <FormPanel
      title="Approve exception"
      about={exception.title}
      action="Approve"
      refusal={refusal}
      sound={wrong === null}
      save={async (anyway) => {
        const input = { management_response: response.trim() };
        const command = { type: 'control_exception.approve' as const, id: exception.id, input };
        await askFor(scene.orgId, [{ command, before: exception }], 'Exception approved', anyway);
      }}
      onClose={onClose}
      kept={NOTHING_RECORDED}
    >
      {(tried) => (
        <>
          {refusal !== null && <p className="text-warn">{refusal}</p>}
          <p className="whitespace-pre-wrap">{exception.reason}</p>
          {exception.compensating !== '' && <p className="text-dim">Instead: {exception.compensating}</p>}
          <Expiry exception={exception} />
          <TextField
            autoFocus
            label="Management response"
            hint="Why the deviation is accepted. An approval stands: it ends by revocation or on its last day."
            value={response}
            onChange={setResponse}
            error={tried ? wrong : null}
          />
        </>
      )}
    </FormPanel>
  );
}

/** What a revocation does is said before, as nothing takes it back. */
export function RevocationForm({ scene, exception, onClose }: DecisionProps) {
  const held = exception.approved_at !== null;
  return (
    <FormPanel
      danger
      title="Revoke exception"
      about={exception.title}
      action="Revoke exception"
      refusal={revocationRefusal(scene, exception)}
      sound
      save={async (anyway) => {
        const command = { type: 'control_exception.revoke' as const, id: exception.id };
        await askFor(scene.orgId, [{ command, before: exception }], 'Exception revoked', anyway);
      }}
      onClose={onClose}
      kept="The exception is as it was."
    >
      {() => (
        <p>
          {held
            ? 'What it covers is judged again as it is from then on.'
            : 'It was not approved, and so covered nothing; nobody can approve it any more.'}{' '}
          A revocation is not taken back: the exception can be asked for anew.
        </p>
      )}
    </FormPanel>
  );
}
