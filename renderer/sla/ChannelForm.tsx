import { useState } from 'react';
import { type Sla, type SlaChannel, SlaChannelInput } from '../../shared/entities/index.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { askFor } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { SecretDialog } from '../accounts/SecretDialog.tsx';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Check, Field, Select } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { TextField } from './FormTargets.tsx';
import { EVENT_WORDS } from './slas.ts';

type EventName = SlaChannel['events'][number];
const EVENTS = Object.keys(EVENT_WORDS) as EventName[];

interface Draft {
  readonly kind: SlaChannel['kind'];
  readonly name: string;
  readonly address: string;
  readonly events: EventName[];
  /** Empty: every one. */
  readonly sla: string;
  readonly enabled: boolean;
}

interface FormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly slas: readonly Sla[];
  /** Null: a new one. */
  readonly channel: SlaChannel | null;
  readonly onClose: () => void;
}

/** Add a channel, at once and online because its secret is shown once; or change one. */
export function ChannelForm({ orgId, me, slas, channel, onClose }: FormProps) {
  const [draft, setDraft] = useState<Draft>(() => ({
    kind: channel?.kind ?? 'webhook',
    name: channel?.name ?? '',
    address: channel?.address ?? '',
    events: channel?.events ?? [...EVENTS],
    sla: channel?.sla_id ?? '',
    enabled: channel?.enabled ?? true,
  }));
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<{ readonly id: string; readonly secret: string } | null>(null);
  const { kind, name, address, events, sla, enabled } = draft;
  const input = { kind, name: name.trim(), address: address.trim(), events, sla_id: sla === '' ? null : sla, enabled };
  const read = SlaChannelInput.safeParse(input);
  const wrong = (field: string): string | undefined =>
    tried && read.error?.issues.some(({ path }) => path[0] === field)
      ? { name: '1 to 120 characters.', address: 'An address.', events: 'At least one of them.' }[field]
      : undefined;
  const refusal = refusalOf(channel === null ? 'sla_channel.create' : 'sla_channel.update', me);
  const save = useAction(async () => {
    if (channel !== null) {
      const { kind: _kind, ...patch } = input;
      const command = { type: 'sla_channel.update', id: channel.id, patch } as const;
      await askFor(orgId, [{ command, before: { ...channel } }], `${input.name} changed`);
      setParams({ act: null });
      return;
    }
    const answer = await call('sla.createChannel', { orgId, input });
    if (answer.secret === null) setParams({ act: null, open: answer.channel.id });
    else setMade({ id: answer.channel.id, secret: answer.secret });
  });
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  return (
    <SidePanel
      title={channel === null ? 'New channel' : `Edit ${channel.name}`}
      about={
        channel === null
          ? 'Made at once, with the platform at hand: a webhook’s signing secret is shown once.'
          : undefined
      }
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (read.success && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy}>
            {channel === null ? 'Add channel' : 'Save'}
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <Fields draft={draft} set={set} wrong={wrong} slas={slas} fixed={channel !== null} />
      {save.error && (
        <ErrorState
          compact
          error={save.error}
          kept={channel === null ? 'No channel was made.' : 'The channel was not changed.'}
        />
      )}
      {made !== null && (
        <SecretDialog
          issued={{ account: input.name, keyId: made.id, secret: made.secret, expiresAt: null }}
          onStored={() => {
            setMade(null);
            setParams({ act: null, open: made.id });
          }}
        />
      )}
    </SidePanel>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly wrong: (field: string) => string | undefined;
  readonly slas: readonly Sla[];
  /** The kind stays. */
  readonly fixed: boolean;
}

function Fields({ draft: { kind, name, address, events, sla, enabled }, set, wrong, slas, fixed }: FieldsProps) {
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Field label="Kind">
        {(ids) => (
          <Select
            {...ids}
            disabled={fixed}
            value={kind}
            options={[
              { value: 'webhook', label: 'webhook' },
              { value: 'email', label: 'e-mail' },
            ]}
            onChange={(event) => set({ kind: event.target.value as SlaChannel['kind'] })}
          />
        )}
      </Field>
      <TextField label="Name" value={name} error={wrong('name')} onChange={(text) => set({ name: text })} />
      <TextField
        label={kind === 'webhook' ? 'Address (https)' : 'E-mail address'}
        value={address}
        error={wrong('address')}
        onChange={(text) => set({ address: text })}
      />
      <Field label="Of which SLA">
        {(ids) => (
          <Select
            {...ids}
            value={sla}
            options={[{ value: '', label: 'every SLA' }, ...slas.map(({ id, name: label }) => ({ value: id, label }))]}
            onChange={(event) => set({ sla: event.target.value })}
          />
        )}
      </Field>
      <EventChoice events={events} error={wrong('events')} onChange={(chosen) => set({ events: chosen })} />
      <Check
        label="On"
        hint="Off: nothing is sent."
        checked={enabled}
        onChange={(event) => set({ enabled: event.target.checked })}
      />
    </div>
  );
}

interface EventChoiceProps {
  readonly events: readonly EventName[];
  readonly error: string | undefined;
  readonly onChange: (events: EventName[]) => void;
}

function EventChoice({ events, error, onChange }: EventChoiceProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-12 font-medium text-dim">Told of</legend>
      {EVENTS.map((event) => (
        <Check
          key={event}
          label={EVENT_WORDS[event]}
          checked={events.includes(event)}
          onChange={({ target }) =>
            onChange(EVENTS.filter((one) => (one === event ? target.checked : events.includes(one))))
          }
        />
      ))}
      {error !== undefined && (
        <p role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}
