import { useState } from 'react';
import type { RequestRow } from '../../../shared/contract/evidence.ts';
import type { Output } from '../../../shared/contract/index.ts';
import type { EvidenceRequest } from '../../../shared/entities/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { PendingMark } from '../../access/PendingMark.tsx';
import { askFor, pendingKey, usePendingOf } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { setParams } from '../../app/router.ts';
import { Check, Field, TextArea } from '../../ui/Field.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { requestState } from './words.ts';

type State = EvidenceRequest['state'];
interface Step {
  readonly to: State;
  readonly verb: string;
  readonly done: string;
  /** Why it cannot be done as things are; null where it can. */
  readonly lacks: (chosen: number, note: string) => string | null;
}

const free = (): null => null;
const PROVIDE: Step = {
  ...{ to: 'provided', verb: 'Provide', done: 'Evidence provided' },
  lacks: (chosen) => (chosen === 0 ? 'Choose the evidence first.' : null),
};
const RETURN: Step = {
  ...{ to: 'returned', verb: 'Return', done: 'Request returned' },
  lacks: (_chosen, note) => (note.trim() === '' ? 'Say in the note what is missing.' : null),
};
const ACCEPT: Step = { to: 'accepted', verb: 'Accept', done: 'Evidence accepted', lacks: free };
const CANCEL: Step = { to: 'cancelled', verb: 'Cancel request', done: 'Request cancelled', lacks: free };
const REOPEN: Step = { to: 'open', verb: 'Open again', done: 'Request opened again', lacks: free };
/** What may follow each state, the chief step first. */
const STEPS: Readonly<Record<State, readonly Step[]>> = {
  open: [PROVIDE, CANCEL],
  returned: [PROVIDE, CANCEL],
  provided: [ACCEPT, RETURN],
  accepted: [],
  cancelled: [REOPEN],
};
/** Evidence offered for choosing beside what is chosen. */
const OFFERED_MAX = 50;

interface PanelProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly data: Output<'evidence.list'>;
  readonly row: RequestRow;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** One line of the list of what is to be provided: what is wanted, what was given, and what comes next. */
export function RequestPanel({ orgId, me, data, row, onEdit, onClose }: PanelProps) {
  const { request } = row;
  const [chosen, setChosen] = useState<readonly string[]>(request.evidence);
  const [note, setNote] = useState('');
  const pending = usePendingOf(orgId).get(pendingKey('evidence_request', request.id));
  const refusal = refusalOf('evidence_request.update', me);
  const steps = STEPS[request.state];
  const step = useAction(async ({ to, done }: Step) => {
    const told = note.trim() === '' ? {} : { note: note.trim() };
    const given = to === 'provided' ? { evidence: [...chosen] } : {};
    const command = {
      type: 'evidence_request.update',
      id: request.id,
      patch: { state: to, ...given, ...told },
    } as const;
    await askFor(orgId, [{ command, before: { ...request } }], done);
  });
  const state = requestState(row);
  return (
    <SidePanel
      title={
        <>
          {request.title} <Verdict tone={state.tone}>{state.word}</Verdict>
        </>
      }
      about={request.description}
      onClose={onClose}
      footer={
        <>
          {steps.map((one, i) => (
            <GatedButton
              key={one.to}
              kind={i === 0 ? 'primary' : 'plain'}
              refusal={refusal ?? one.lacks(chosen.length, note)}
              busy={step.busy}
              onClick={() => void step.run(one)}
            >
              {one.verb}
            </GatedButton>
          ))}
          <GatedButton kind="quiet" refusal={refusal} onClick={onEdit}>
            Change
          </GatedButton>
        </>
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      <Section title="About">
        <KeyValues>
          <KeyValue name="Asked of">
            {data.people.find(({ userId }) => userId === request.assignee_id)?.name ??
              request.assignee_id ??
              'nobody yet'}
          </KeyValue>
          <KeyValue name="Due">{request.due_on ?? 'no day'}</KeyValue>
          <KeyValue name="Controls">{request.controls.join(', ') || 'none'}</KeyValue>
          {request.note !== '' && <KeyValue name="Last note">{request.note}</KeyValue>}
        </KeyValues>
      </Section>
      <Given data={data} row={row} chosen={chosen} onChoose={setChosen} />
      {steps.length > 0 && (
        <div className="py-3">
          <Field label="Note" hint="Told with the next step; a return needs it.">
            {(ids) => (
              <TextArea
                {...ids}
                rows={3}
                maxLength={4_000}
                value={note}
                onChange={(event) => setNote(event.target.value)}
              />
            )}
          </Field>
        </div>
      )}
      {step.error && <ErrorState compact error={step.error} kept="The request stays as it was." />}
    </SidePanel>
  );
}

interface GivenProps {
  readonly data: Output<'evidence.list'>;
  readonly row: RequestRow;
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}

/** Evidence that was given; while it may be, those to choose from, the ones for the same controls first. */
function Given({ data, row, chosen, onChoose }: GivenProps) {
  const { request } = row;
  const choosing = request.state === 'open' || request.state === 'returned';
  const wanted = new Set(request.controls);
  const fits = (controls: readonly string[]): boolean => controls.some((id) => wanted.has(id));
  const usable = data.evidence.filter(({ evidence, state }) => state !== 'withdrawn' || chosen.includes(evidence.id));
  const offered = [
    ...usable.filter(({ evidence }) => chosen.includes(evidence.id) || fits(evidence.controls)),
    ...usable.filter(({ evidence }) => !chosen.includes(evidence.id) && !fits(evidence.controls)),
  ].slice(0, OFFERED_MAX);
  const given = data.evidence.filter(({ evidence }) => request.evidence.includes(evidence.id));
  return (
    <Section title="Evidence">
      {choosing ? (
        <ul className="flex max-h-64 flex-col gap-1.5 overflow-y-auto">
          {offered.map(({ evidence, state }) => (
            <li key={evidence.id}>
              <Check
                label={evidence.title}
                hint={`${evidence.evidence_on}, ${state}${fits(evidence.controls) ? ', for the same control' : ''}`}
                checked={chosen.includes(evidence.id)}
                onChange={(event) =>
                  onChoose(
                    event.target.checked ? [...chosen, evidence.id] : chosen.filter((one) => one !== evidence.id),
                  )
                }
              />
            </li>
          ))}
          {offered.length === 0 && <li className="text-dim">There is no evidence to choose from yet.</li>}
        </ul>
      ) : (
        <ul className="flex flex-col gap-1">
          {given.map(({ evidence }) => (
            <li key={evidence.id}>
              <button
                type="button"
                className="rounded text-left text-accent hover:underline"
                onClick={() => setParams({ view: null, open: evidence.id, act: null })}
              >
                {evidence.title}
              </button>
            </li>
          ))}
          {given.length === 0 && <li className="text-dim">None was provided.</li>}
        </ul>
      )}
    </Section>
  );
}
