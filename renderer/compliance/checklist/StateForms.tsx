import { useState } from 'react';
import type { ChecklistRowView } from '../../../shared/contract/checklist.ts';
import { DayInput } from '../../ui/DayInput.tsx';
import { Check } from '../../ui/Field.tsx';
import { bulkRefusal, changeControls, type StatePatch, targetsWords } from './ask.ts';
import { ChoiceField, FormPanel, TextField } from './FormPanel.tsx';
import { gate, type Scene } from './scene.ts';

interface FormProps {
  readonly scene: Scene;
  /** One control, or a selection. */
  readonly targets: readonly ChecklistRowView[];
  readonly onClose: () => void;
}

const KEPT = 'No control was changed; what you typed is still here.';

function useForm({ scene, targets, onClose }: FormProps) {
  return {
    refusal: bulkRefusal(targets.length) ?? gate(scene, 'control_state.update'),
    kept: KEPT,
    onClose,
    words: targetsWords(targets),
    send: (patch: StatePatch, done: string) => (anyway: boolean) =>
      changeControls(scene.orgId, targets, patch, done, anyway),
  };
}

/** The titles of a few targets, so that nobody assesses what they did not mean. */
function Targets({ targets }: { readonly targets: readonly ChecklistRowView[] }) {
  if (targets.length < 2) return null;
  const more = targets.length - 5;
  return (
    <p className="text-12 text-dim">
      {targets
        .slice(0, 5)
        .map(({ node }) => node.ref)
        .join(', ')}
      {more > 0 && ` and ${more.toLocaleString('en-US')} more`}
    </p>
  );
}

const WHAT = [
  { value: 'design', label: 'design' },
  { value: 'operating', label: 'operation' },
  { value: 'both', label: 'design and operation' },
] as const;
const RESULT = [
  { value: 'effective', label: 'effective' },
  { value: 'ineffective', label: 'ineffective' },
  { value: 'not_assessed', label: 'not assessed (take back)' },
] as const;

/** Assess design or operation, of one control or of a selection with one reason. */
export function AssessForm(props: FormProps) {
  const { targets } = props;
  const { send, words, ...form } = useForm(props);
  const [what, setWhat] = useState<(typeof WHAT)[number]['value']>('design');
  const [result, setResult] = useState<(typeof RESULT)[number]['value']>('effective');
  const [reason, setReason] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const reasonWrong = result !== 'not_assessed' && reason.trim() === '' ? 'Say what this rests on.' : null;
  const halved = (from === '') !== (to === '');
  const periodWrong = halved ? 'Both days, or neither.' : from > to ? 'Ends before it begins.' : null;
  const period = from === '' || to === '' ? null : { from, to };
  const assessment = { state: result, reason: reason.trim(), period };
  const patch: StatePatch = {
    ...(what === 'operating' ? {} : { design: assessment }),
    ...(what === 'design' ? {} : { operating: assessment }),
  };
  return (
    <FormPanel
      {...form}
      title={`Assess ${words}`}
      action="Record assessment"
      sound={reasonWrong === null && periodWrong === null}
      save={send(patch, `${words} assessed`)}
    >
      {(tried) => (
        <>
          <Targets targets={targets} />
          <div className="grid grid-cols-2 gap-3">
            <ChoiceField label="What" value={what} options={WHAT} onChange={setWhat} autoFocus />
            <ChoiceField label="Result" value={result} options={RESULT} onChange={setResult} />
          </div>
          <TextField
            label="Reason"
            hint={targets.length > 1 ? 'Recorded with each of them.' : 'What was looked at, and what it showed.'}
            value={reason}
            onChange={setReason}
            error={tried ? reasonWrong : null}
            rows={5}
          />
          <div className="flex flex-wrap gap-3">
            <DayInput label="Period from" value={from} onChange={setFrom} error={tried ? periodWrong : null} />
            <DayInput label="to, included" hint="Left out: of today." value={to} onChange={setTo} />
          </div>
          {result === 'effective' &&
            what !== 'design' &&
            targets.some(({ control }) => control?.automated === 'fail') && (
              <p className="text-12 text-warn">
                A failing check speaks against it: the control stays “not met” until the check passes or an exception in
                force names it.
              </p>
            )}
        </>
      )}
    </FormPanel>
  );
}

/** Who answers for a control, and until when it is to be done. */
export function AssignForm(props: FormProps) {
  const { scene, targets } = props;
  const { send, words, ...form } = useForm(props);
  const only = targets.length === 1 ? (targets[0]?.control ?? null) : null;
  const [owner, setOwner] = useState(only === null ? 'keep' : (only.ownerId ?? ''));
  const [changeDay, setChangeDay] = useState(only !== null);
  const [due, setDue] = useState(only?.dueOn ?? '');
  const known = owner === 'keep' || owner === '' || scene.people.some(({ value }) => value === owner);
  const patch: StatePatch = {
    ...(owner === 'keep' || (only !== null && owner === (only.ownerId ?? ''))
      ? {}
      : { owner_id: owner === '' ? null : owner }),
    ...(!changeDay || (only !== null && due === (only.dueOn ?? '')) ? {} : { due_on: due === '' ? null : due }),
  };
  const nothing = Object.keys(patch).length === 0;
  return (
    <FormPanel
      {...form}
      title={`Owner and due day of ${words}`}
      action="Save"
      refusal={form.refusal ?? (nothing ? 'Nothing is changed yet.' : null)}
      sound={!nothing}
      save={send(patch, `${words} changed`)}
    >
      {() => (
        <>
          <Targets targets={targets} />
          <ChoiceField
            label="Owner"
            hint="The person who answers for it."
            autoFocus
            value={owner}
            onChange={setOwner}
            options={[
              ...(only === null ? [{ value: 'keep', label: 'leave as it is' }] : []),
              { value: '', label: 'nobody' },
              ...(known ? [] : [{ value: owner, label: `${scene.nameOf(owner)}, no longer active` }]),
              ...scene.people,
            ]}
          />
          {only === null && (
            <Check
              label="Change the due day"
              checked={changeDay}
              onChange={(event) => setChangeDay(event.target.checked)}
            />
          )}
          {changeDay && <DayInput label="Due (UTC)" hint="Left out: no due day." value={due} onChange={setDue} />}
        </>
      )}
    </FormPanel>
  );
}

/** Whether a control applies here; that it does not needs a reason, which stands in every report. */
export function ApplyForm(props: FormProps) {
  const { targets } = props;
  const { send, words, ...form } = useForm(props);
  const only = targets.length === 1 ? (targets[0]?.control ?? null) : null;
  const out = only?.status === 'not_applicable';
  const [applies, setApplies] = useState<'yes' | 'no'>(out ? 'yes' : 'no');
  const [reason, setReason] = useState('');
  const wrong = applies === 'no' && reason.trim() === '' ? 'What does not apply needs its reason.' : null;
  const patch: StatePatch = {
    applicable: applies === 'yes',
    applicability_reason: applies === 'yes' ? '' : reason.trim(),
  };
  return (
    <FormPanel
      {...form}
      title={`Whether ${words} ${targets.length === 1 ? 'applies' : 'apply'}`}
      action="Save"
      sound={wrong === null}
      save={send(patch, `${words} ${applies === 'yes' ? 'apply' : 'set to not apply'}`)}
    >
      {(tried) => (
        <>
          <Targets targets={targets} />
          <ChoiceField
            label="Applies here"
            value={applies}
            onChange={setApplies}
            autoFocus
            options={[
              { value: 'no', label: 'no, it does not apply' },
              { value: 'yes', label: 'yes, it applies' },
            ]}
          />
          {applies === 'no' && (
            <TextField
              label="Reason"
              hint="Excluded from the percentage, and counted beside it."
              max={2_000}
              value={reason}
              onChange={setReason}
              error={tried ? wrong : null}
            />
          )}
        </>
      )}
    </FormPanel>
  );
}

/** How the control is carried out here. */
export function DescribeForm(props: FormProps & { readonly before: string }) {
  const { send, words, ...form } = useForm(props);
  const [text, setText] = useState(props.before);
  return (
    <FormPanel
      {...form}
      title={`How ${words} is carried out`}
      action="Save"
      refusal={form.refusal ?? (text === props.before ? 'Nothing is changed yet.' : null)}
      sound={text !== props.before}
      save={send({ description: text }, `${words} described`)}
    >
      {() => (
        <TextField
          label="Description"
          hint="Who does what, how often, with which system."
          max={10_000}
          rows={14}
          autoFocus
          value={text}
          onChange={setText}
        />
      )}
    </FormPanel>
  );
}
