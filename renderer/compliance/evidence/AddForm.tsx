import { useState } from 'react';
import { EVIDENCE_PROCEDURES, type EvidenceProcedure } from '../../../shared/contract/evidence.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { usePending } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { call } from '../../bridge.ts';
import { uploadFile } from '../../files.ts';
import { Button } from '../../ui/Button.tsx';
import { DayInput } from '../../ui/DayInput.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/Field.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { toast } from '../../ui/toasts.ts';
import { ControlPicker, type Controls } from './ControlPicker.tsx';
import { type Chosen, FileDrop } from './FileDrop.tsx';

type Kind = 'file' | 'query' | 'link';

const KINDS = [
  { value: 'file', label: 'File or screenshot' },
  { value: 'query', label: 'Answer of this mirror' },
  { value: 'link', label: 'Link' },
];
const ASKED: Readonly<Record<EvidenceProcedure, { readonly label: string; readonly input: object }>> = {
  'audit.query': { label: 'Events of the audit log', input: { filter: { actions: [], from: null, to: null } } },
  'entities.list': { label: 'Records of one kind', input: { kind: 'member', text: null } },
  'access.who': { label: 'Who may do something', input: { permission: 'users:manage', at: null } },
  'access.holders': { label: 'Everybody who holds rights', input: {} },
  'access.effective': { label: 'Rights of one holder', input: { holder: { type: 'member', id: '' }, at: null } },
  'sla.list': { label: 'Service levels as of now', input: {} },
  'checks.results': { label: 'Results of an evaluation kept here', input: { from: 0, to: 1 } },
};

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  // Arguments of a call are bounded.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

const first = (procedure: EvidenceProcedure): string => JSON.stringify(ASKED[procedure].input, null, 2);

function useDraft(day: string, dropped: Chosen | null) {
  const [draft, set] = useState({
    ...{ kind: 'file' as Kind, title: dropped?.name ?? '', description: '', on: day, until: '' },
    ...{ controls: [] as readonly string[], url: '', chosen: dropped },
    ...{ procedure: 'audit.query' as EvidenceProcedure, input: first('audit.query') },
  });
  const faults = {
    chosen: draft.kind === 'file' && draft.chosen === null ? 'Choose a file.' : null,
    title: draft.title.trim() === '' ? 'Say what it is.' : null,
    on: draft.on === '' ? 'The day it is evidence of.' : null,
    until: draft.until !== '' && draft.until < draft.on ? 'Ends before the day it is of.' : null,
    url: draft.kind === 'link' && !/^https?:\/\/\S+$/.test(draft.url.trim()) ? 'An address with https.' : null,
    input: draft.kind === 'query' && !isObject(draft.input) ? 'A JSON object.' : null,
  };
  return { draft, set, faults };
}
type Draft = ReturnType<typeof useDraft>['draft'];

async function send(orgId: string, draft: Draft, anyway: boolean) {
  const about = {
    ...{ orgId, title: draft.title.trim(), description: draft.description.trim(), evidence_on: draft.on, anyway },
    ...{ valid_until: draft.until === '' ? null : draft.until, controls: [...draft.controls], checks: [] },
  };
  const { kind, chosen } = draft;
  if (kind === 'link') return await call('evidence.addLink', { ...about, url: draft.url.trim() });
  if (kind === 'query') {
    const input = JSON.parse(draft.input) as Record<string, unknown>;
    return await call('evidence.addQuery', { ...about, procedure: draft.procedure, input });
  }
  if (chosen!.from === 'path') return await call('evidence.addFile', { ...about, path: chosen!.path });
  const { file, image, name } = chosen as Extract<Chosen, { from: 'page' }>;
  if (image)
    return await call('evidence.addScreenshot', { ...about, data: await base64Of(file), name: file.name || null });
  return await call('evidence.addFile', { ...about, path: await uploadFile(file), name });
}

interface AddProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly day: string;
  readonly controls: Controls;
  /** A file that was dropped on the list. */
  readonly dropped: Chosen | null;
  readonly onClose: (id: string | null) => void;
}

/** Add evidence: what it is, of which day, for which controls. */
export function AddForm({ orgId, me, day, controls, dropped, onClose }: AddProps) {
  const { draft, set, faults } = useDraft(day, dropped);
  const [tried, setTried] = useState(false);
  const refusal = refusalOf('evidence.create', me);
  const save = useAction(async (anyway: boolean) => {
    const { id, waiting } = await send(orgId, draft, anyway);
    await usePending.getState().load(orgId);
    toast({ text: waiting ? 'Evidence added. Waits until the platform is reachable.' : 'Evidence added' });
    onClose(id);
  });
  const shown = (name: keyof typeof faults): string | null => (tried ? faults[name] : null);
  const submit = (anyway: boolean): void => {
    setTried(true);
    if (refusal === null && Object.values(faults).every((fault) => fault === null)) void save.run(anyway);
  };
  const same = save.error?.code === 'CONFLICT' || save.error?.code === 'RIGHT_MISSING';
  return (
    <SidePanel
      title="Add evidence"
      onClose={() => onClose(null)}
      onSubmit={() => submit(false)}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Add evidence
          </GatedButton>
          <Button onClick={() => onClose(null)}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="Kind">
          {(ids) => (
            <Select
              {...ids}
              value={draft.kind}
              options={KINDS}
              onChange={(event) => set({ ...draft, kind: event.target.value as Kind })}
            />
          )}
        </Field>
        <Source draft={draft} set={set} shown={shown} />
        <Field label="Title" error={shown('title')}>
          {(ids) => (
            <TextInput
              {...ids}
              maxLength={200}
              value={draft.title}
              onChange={(event) => set({ ...draft, title: event.target.value })}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-3">
          <DayInput
            label="Evidence of the day"
            value={draft.on}
            error={shown('on')}
            onChange={(on) => set({ ...draft, on })}
          />
          <DayInput
            label="Valid until"
            hint="Empty: no end"
            value={draft.until}
            error={shown('until')}
            onChange={(until) => set({ ...draft, until })}
          />
        </div>
        <ControlPicker
          controls={controls}
          value={draft.controls}
          onChange={(chosen) => set({ ...draft, controls: chosen })}
        />
        <Field label="Description">
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              maxLength={8_000}
              value={draft.description}
              onChange={(event) => set({ ...draft, description: event.target.value })}
            />
          )}
        </Field>
        {save.error && (
          <ErrorState
            compact
            error={save.error}
            kept="Nothing was added."
            actions={
              same && (
                <Button small busy={save.busy} onClick={() => submit(true)}>
                  Add it all the same
                </Button>
              )
            }
          />
        )}
      </div>
    </SidePanel>
  );
}

interface SourceProps {
  readonly draft: Draft;
  readonly set: (draft: Draft) => void;
  readonly shown: (name: 'chosen' | 'url' | 'input') => string | null;
}

/** The thing itself: a file, an address, or a question. */
function Source({ draft, set, shown }: SourceProps) {
  if (draft.kind === 'link') {
    return (
      <Field label="Address" hint="What stands there may change; a file does not." error={shown('url')}>
        {(ids) => (
          <TextInput
            {...ids}
            mono
            placeholder="https://"
            value={draft.url}
            onChange={(event) => set({ ...draft, url: event.target.value })}
          />
        )}
      </Field>
    );
  }
  if (draft.kind === 'query') {
    const choose = (procedure: EvidenceProcedure): void => set({ ...draft, procedure, input: first(procedure) });
    return (
      <>
        <Field label="Question">
          {(ids) => (
            <Select
              {...ids}
              value={draft.procedure}
              options={EVIDENCE_PROCEDURES.map((value) => ({ value, label: ASKED[value].label }))}
              onChange={(event) => choose(event.target.value as EvidenceProcedure)}
            />
          )}
        </Field>
        <Field
          label={`Input of ${draft.procedure}`}
          hint="The whole answer is kept as CSV, with its digest and the size and root of the log it rests on."
          error={shown('input')}
        >
          {(ids) => (
            <TextArea
              {...ids}
              mono
              rows={6}
              value={draft.input}
              onChange={(event) => set({ ...draft, input: event.target.value })}
            />
          )}
        </Field>
      </>
    );
  }
  const title = (chosen: Chosen): string => (draft.title.trim() === '' ? chosen.name : draft.title);
  return (
    <div>
      <FileDrop chosen={draft.chosen} onChoose={(chosen) => set({ ...draft, chosen, title: title(chosen) })} />
      {shown('chosen') !== null && (
        <p role="alert" className="mt-1 text-12 text-bad">
          {shown('chosen')}
        </p>
      )}
    </div>
  );
}
