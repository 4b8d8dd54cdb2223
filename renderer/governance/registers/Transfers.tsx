import { Globe } from 'lucide-react';
import { useState } from 'react';
import { MECHANISMS, type TransferMechanism } from '../../../shared/entities/index.ts';
import { useEntities } from '../../access/entities.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { DayInput, isDay } from '../../ui/DayInput.tsx';
import { Field, Select, TextInput } from '../../ui/Field.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { defineTable } from '../../ui/table/defineTable.ts';
import { Verdict } from '../../ui/Verdict.tsx';
import { useNow } from '../../ui/zone.ts';
import { RegisterView } from './Register.tsx';
import type { RegisterProps } from './RegistersTab.tsx';

const WORDS: Readonly<Record<TransferMechanism['mechanism'], string>> = {
  adequacy: 'adequacy decision (Art. 45)',
  standard_clauses: 'standard clauses (Art. 46(2)(c))',
  binding_rules: 'binding corporate rules (Art. 47)',
  certification: 'certification (Art. 46(2)(f))',
  derogation: 'derogation (Art. 49)',
};
const SUBJECT = /^(?:region|member|domain) \S{1,253}$/;

interface Row {
  readonly transfer: TransferMechanism;
  readonly state: 'in force' | 'to come' | 'ended';
}

const TRANSFERS = defineTable<Row>({
  id: 'transfers',
  noun: ['mechanism', 'mechanisms'],
  rowKey: ({ transfer }) => transfer.id,
  sort: { id: 'subject', desc: false },
  columns: [
    { id: 'subject', head: 'For', size: 180, share: 1, fixed: true, value: ({ transfer }) => transfer.subject },
    { id: 'mechanism', head: 'Mechanism', size: 230, value: ({ transfer }) => WORDS[transfer.mechanism] },
    {
      id: 'state',
      head: 'State',
      size: 96,
      value: ({ state }) => state,
      cell: ({ state }) => <Verdict tone={state === 'in force' ? 'ok' : 'none'}>{state}</Verdict>,
    },
    { id: 'from', head: 'From', size: 92, roomFrom: 700, value: ({ transfer }) => transfer.from },
    { id: 'until', head: 'Until', size: 92, roomFrom: 760, value: ({ transfer }) => transfer.until },
    {
      id: 'reference',
      head: 'Reference',
      size: 220,
      share: 1,
      roomFrom: 860,
      value: ({ transfer }) => transfer.reference,
    },
  ],
});

function stateOf({ from, until }: TransferMechanism, today: string): Row['state'] {
  if (from > today) return 'to come';
  return until !== null && until < today ? 'ended' : 'in force';
}

/** Under what data may go, or be read, outside the EEA (GDPR Art. 45 to 49). */
export function Transfers({ orgId, me }: RegisterProps) {
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const transfers = useEntities(orgId, 'transfer_mechanism');
  const rows = transfers.rows?.map((transfer) => ({ transfer, state: stateOf(transfer, today) })) ?? null;
  return (
    <RegisterView
      {...{ orgId, kind: 'transfer_mechanism', table: TRANSFERS, label: 'Transfer mechanisms', rows, icon: Globe }}
      error={transfers.error}
      onRetry={transfers.reload}
      action="Record a mechanism"
      refusal={refusalOf('transfer_mechanism.create', me)}
      empty="Under what data may leave the EEA stands here: adequacy, clauses, rules, or a derogation."
      idOf={({ transfer }) => transfer.id}
      form={(close) => <TransferForm key="new" orgId={orgId} me={me} transfer={null} today={today} onClose={close} />}
      panel={(id, close) => {
        const transfer = transfers.rows?.find((one) => one.id === id) ?? null;
        return transfer === null ? null : (
          <TransferForm key={id} orgId={orgId} me={me} transfer={transfer} today={today} onClose={close} />
        );
      }}
    />
  );
}

interface FormProps extends RegisterProps {
  /** Null: a new one. */
  readonly transfer: TransferMechanism | null;
  readonly today: string;
  readonly onClose: () => void;
}

const FIELDS = ['subject', 'mechanism', 'reference', 'from', 'until'] as const;

function TransferForm({ orgId, me, transfer, today, onClose }: FormProps) {
  const [draft, setDraft] = useState(() => ({
    ...{ subject: transfer?.subject ?? 'region ', mechanism: transfer?.mechanism ?? ('adequacy' as const) },
    ...{ reference: transfer?.reference ?? '', from: transfer?.from ?? today, until: transfer?.until ?? '' },
  }));
  const [tried, setTried] = useState(false);
  const type = transfer === null ? 'transfer_mechanism.create' : 'transfer_mechanism.update';
  const refusal = refusalOf(type, me);
  const input = {
    ...draft,
    subject: draft.subject.trim(),
    reference: draft.reference.trim(),
    until: draft.until || null,
  };
  const sound = SUBJECT.test(input.subject) && input.reference !== '' && isDay(input.from);
  const save = useAction(async () => {
    if (transfer === null) {
      const command = { type: 'transfer_mechanism.create' as const, id: crypto.randomUUID(), input };
      await askFor(orgId, [{ command, before: null }], 'Mechanism recorded');
    } else {
      const patch = Object.fromEntries(
        FIELDS.filter((field) => input[field] !== transfer[field]).map((field) => [field, input[field]]),
      );
      const command = { type: 'transfer_mechanism.update' as const, id: transfer.id, patch };
      await askFor(orgId, [{ command, before: { ...transfer } }], 'Mechanism changed');
    }
    onClose();
  });
  const changed = transfer === null || FIELDS.some((field) => input[field] !== transfer[field]);
  return (
    <SidePanel
      title={transfer?.subject ?? 'Record a mechanism'}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (sound && changed && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} disabled={!changed} busy={save.busy}>
            {transfer === null ? 'Record' : 'Save'}
          </GatedButton>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <TransferFields draft={draft} tried={tried} onDraft={setDraft} />
      {save.error && <ErrorState compact error={save.error} kept="Nothing was changed." />}
    </SidePanel>
  );
}

interface Draft {
  readonly subject: string;
  readonly mechanism: TransferMechanism['mechanism'];
  readonly reference: string;
  readonly from: string;
  readonly until: string;
}
interface FieldsProps {
  readonly draft: Draft;
  readonly tried: boolean;
  readonly onDraft: (draft: Draft) => void;
}

function TransferFields({ draft, tried, onDraft }: FieldsProps) {
  const wrong = !SUBJECT.test(draft.subject.trim());
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Field
        label="For"
        hint="region <name>, domain <name of the e-mail domain>, or member <id>"
        error={tried && wrong ? 'One of these three words, a space, and the name.' : null}
      >
        {(ids) => (
          <TextInput
            {...ids}
            mono
            value={draft.subject}
            onChange={(event) => onDraft({ ...draft, subject: event.target.value })}
          />
        )}
      </Field>
      <Field label="Mechanism">
        {(ids) => (
          <Select
            {...ids}
            options={MECHANISMS.map((value) => ({ value, label: WORDS[value] }))}
            value={draft.mechanism}
            onChange={(event) => onDraft({ ...draft, mechanism: event.target.value as Draft['mechanism'] })}
          />
        )}
      </Field>
      <Field
        label="Reference"
        error={tried && draft.reference.trim() === '' ? 'Name the decision, contract or rules.' : null}
      >
        {(ids) => (
          <TextInput
            {...ids}
            value={draft.reference}
            onChange={(event) => onDraft({ ...draft, reference: event.target.value })}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-3">
        <DayInput label="From" value={draft.from} onChange={(from) => onDraft({ ...draft, from })} />
        <DayInput
          label="Until"
          hint="empty: no end"
          value={draft.until}
          onChange={(until) => onDraft({ ...draft, until })}
        />
      </div>
    </div>
  );
}
