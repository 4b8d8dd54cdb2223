import { UserX } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Member, Termination } from '../../../shared/entities/index.ts';
import { useEntities } from '../../access/entities.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { memberName } from '../../access/people.ts';
import { refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, Select, TextInput } from '../../ui/Field.tsx';
import { LongId } from '../../ui/Id.tsx';
import { Instant } from '../../ui/RelativeTime.tsx';
import { KeyValue, KeyValues } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { defineTable } from '../../ui/table/defineTable.ts';
import { InstantField } from './InstantField.tsx';
import { RegisterView } from './Register.tsx';
import type { RegisterProps } from './RegistersTab.tsx';

interface Row {
  readonly termination: Termination;
  readonly name: string;
  readonly present: boolean;
}

const TERMINATIONS = defineTable<Row>({
  id: 'terminations',
  noun: ['termination', 'terminations'],
  rowKey: ({ termination }) => termination.id,
  sort: { id: 'ended', desc: true },
  columns: [
    { id: 'person', head: 'Person', size: 220, share: 1, fixed: true, value: ({ name }) => name },
    {
      id: 'ended',
      head: 'Work ended',
      size: 160,
      instant: true,
      value: ({ termination }) => Date.parse(termination.ended_at),
    },
    {
      id: 'access',
      head: 'Access',
      size: 130,
      value: ({ present }) => (present ? 'still a member' : 'ended'),
      cell: ({ present }) => (present ? <span className="text-warn">still a member</span> : 'ended'),
    },
    { id: 'source', head: 'Told by', size: 180, share: 1, value: ({ termination }) => termination.source },
  ],
});

/** When somebody's work ended, as personnel tells it: ACC-05 measures the end of access against it. */
export function Terminations({ orgId, me }: RegisterProps) {
  const terminations = useEntities(orgId, 'termination');
  const members = useEntities(orgId, 'member');
  const rows = useMemo(
    () =>
      terminations.rows?.map((termination) => {
        const member = members.rows?.find(({ user_id }) => user_id === termination.user_id);
        const name = member === undefined ? termination.user_id : memberName(member);
        return { termination, name, present: member !== undefined };
      }) ?? null,
    [terminations.rows, members.rows],
  );
  return (
    <RegisterView
      {...{ orgId, kind: 'termination', table: TERMINATIONS, label: 'Terminations', rows, icon: UserX }}
      error={terminations.error}
      onRetry={terminations.reload}
      action="Record a termination"
      refusal={refusalOf('termination.create', me)}
      empty="When somebody's work ended stands here; whether their access ended in time is measured against it."
      idOf={({ termination }) => termination.id}
      form={(close) => <TerminationForm orgId={orgId} me={me} members={members.rows ?? []} onClose={close} />}
      panel={(id, close) => {
        const row = rows?.find(({ termination }) => termination.id === id);
        return row === undefined ? null : <TerminationPanel key={id} orgId={orgId} me={me} row={row} onClose={close} />;
      }}
    />
  );
}

interface FormProps extends RegisterProps {
  readonly members: readonly Member[];
  readonly onClose: () => void;
}

function TerminationForm({ orgId, me, members, onClose }: FormProps) {
  const [draft, setDraft] = useState({ user_id: '', ended_at: null as string | null, source: '' });
  const [tried, setTried] = useState(false);
  const refusal = refusalOf('termination.create', me);
  const sound = draft.user_id !== '' && draft.ended_at !== null && draft.source.trim() !== '';
  const save = useAction(async () => {
    const input = { user_id: draft.user_id, ended_at: draft.ended_at!, source: draft.source.trim() };
    const command = { type: 'termination.create' as const, id: crypto.randomUUID(), input };
    await askFor(orgId, [{ command, before: null }], 'Termination recorded');
    onClose();
  });
  const people = members.map((member) => ({ value: member.user_id, label: memberName(member) }));
  return (
    <SidePanel
      title="Record a termination"
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (sound && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            Record
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="Person" error={tried && draft.user_id === '' ? 'Choose whose work ended.' : null}>
          {(ids) => (
            <Select
              {...ids}
              options={[{ value: '', label: 'Choose a person' }, ...people]}
              value={draft.user_id}
              onChange={(event) => setDraft({ ...draft, user_id: event.target.value })}
            />
          )}
        </Field>
        <InstantField
          label="Work ended"
          required
          tried={tried}
          value={draft.ended_at}
          onChange={(ended_at) => setDraft({ ...draft, ended_at })}
        />
        <Field label="Told by" error={tried && draft.source.trim() === '' ? 'Say where this is from.' : null}>
          {(ids) => (
            <TextInput
              {...ids}
              value={draft.source}
              onChange={(event) => setDraft({ ...draft, source: event.target.value })}
            />
          )}
        </Field>
        {save.error && <ErrorState compact error={save.error} kept="Nothing was recorded." />}
      </div>
    </SidePanel>
  );
}

interface PanelProps extends RegisterProps {
  readonly row: Row;
  readonly onClose: () => void;
}

function TerminationPanel({ orgId, me, row: { termination, name }, onClose }: PanelProps) {
  const remove = useAction(async () => {
    const command = { type: 'termination.delete' as const, id: termination.id };
    await askFor(orgId, [{ command, before: { ...termination } }], 'Termination removed');
    onClose();
  });
  return (
    <SidePanel
      title={name}
      onClose={onClose}
      footer={
        <GatedButton
          kind="danger"
          refusal={refusalOf('termination.delete', me)}
          busy={remove.busy}
          onClick={() => void remove.run()}
        >
          Remove this entry
        </GatedButton>
      }
    >
      <div className="mt-3">
        <KeyValues>
          <KeyValue name="Work ended">
            <Instant at={Date.parse(termination.ended_at)} />
          </KeyValue>
          <KeyValue name="Told by">{termination.source}</KeyValue>
          <KeyValue name="User id">
            <LongId value={termination.user_id} what="User id" />
          </KeyValue>
        </KeyValues>
        {remove.error && <ErrorState compact error={remove.error} kept="The entry stands." />}
      </div>
    </SidePanel>
  );
}
