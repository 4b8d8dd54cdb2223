import { BellRing, Plus, Send } from 'lucide-react';
import { useState } from 'react';
import type { Sla, SlaChannel } from '../../shared/entities/index.ts';
import { useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { askFor, pendingKey, usePendingOf } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { call } from '../bridge.ts';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { defineTable } from '../ui/table/defineTable.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { ChannelForm } from './ChannelForm.tsx';
import { Deliveries } from './Deliveries.tsx';
import { EVENT_WORDS } from './slas.ts';

const CHANNELS = defineTable<SlaChannel>({
  id: 'sla-channels',
  noun: ['channel', 'channels'],
  rowKey: ({ id }) => id,
  sort: { id: 'name', desc: false },
  columns: [
    { id: 'name', head: 'Name', size: 170, share: 1, fixed: true, value: ({ name }) => name },
    {
      id: 'state',
      head: 'State',
      size: 90,
      value: ({ enabled }) => (enabled ? 'on' : 'off'),
      cell: ({ enabled }) => <Verdict tone={enabled ? 'ok' : 'none'}>{enabled ? 'on' : 'off'}</Verdict>,
    },
    { id: 'kind', head: 'Kind', size: 90, value: ({ kind }) => kind },
    { id: 'address', head: 'Address', size: 220, share: 2, value: ({ address }) => address },
    {
      id: 'events',
      head: 'Told of',
      size: 220,
      share: 1,
      roomFrom: 820,
      value: ({ events }) => events.map((event) => EVENT_WORDS[event]).join(', '),
    },
  ],
});

interface ChannelsProps {
  readonly orgId: string;
  readonly me: Me | null;
}

/** Where breaches and alerts are told, and what became of each message. */
export function Channels({ orgId, me }: ChannelsProps) {
  const params = useRoute((route) => route.params);
  const channels = useEntities(orgId, 'sla_channel');
  const slas = useEntities(orgId, 'sla');
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(CHANNELS);
  const [open, act] = [params.get('open'), params.get('act')];
  const chosen = channels.rows?.find(({ id }) => id === open) ?? null;
  const close = (): void => setParams({ open: null, act: null });
  const create = refusalOf('sla_channel.create', me);
  const form = act === 'new' || (act === 'edit' && chosen !== null);
  const detail = form ? (
    <ChannelForm
      key={act === 'new' ? 'new' : open}
      orgId={orgId}
      me={me}
      slas={slas.rows ?? []}
      channel={act === 'new' ? null : chosen}
      onClose={() => setParams(act === 'new' ? { open: null, act: null } : { act: null })}
    />
  ) : chosen === null ? null : (
    <ChannelPanel key={chosen.id} orgId={orgId} me={me} channel={chosen} slas={slas.rows ?? []} onClose={close} />
  );
  return (
    <SplitPane
      id="sla-channels"
      detailSize={42}
      list={
        <DataTable
          table={CHANNELS}
          label="Notification channels"
          rows={channels.rows}
          view={view}
          onView={setView}
          openKey={open}
          onOpen={({ id }) => setParams({ act: null, open: id }, { replace: open !== null })}
          isPending={({ id }) => pending.has(pendingKey('sla_channel', id))}
          error={channels.error}
          onRetry={channels.reload}
          empty={
            <EmptyState
              icon={BellRing}
              action={
                <GatedButton icon={Plus} refusal={create} onClick={() => setParams({ open: null, act: 'new' })}>
                  Add a channel
                </GatedButton>
              }
            >
              Webhooks and e-mail addresses that are told of breaches and alerts stand here.
            </EmptyState>
          }
        />
      }
      detail={detail}
    />
  );
}

interface PanelProps extends ChannelsProps {
  readonly channel: SlaChannel;
  readonly slas: readonly Sla[];
  readonly onClose: () => void;
}

function ChannelPanel({ orgId, me, channel, slas, onClose }: PanelProps) {
  const [told, setTold] = useState<{ readonly delivered: boolean; readonly detail: string } | null>(null);
  const [removing, setRemoving] = useState(false);
  const test = useAction(async () => setTold(await call('sla.testChannel', { orgId, id: channel.id })));
  const remove = useAction(async () => {
    await askFor(
      orgId,
      [{ command: { type: 'sla_channel.delete', id: channel.id }, before: { ...channel } }],
      `${channel.name} removed`,
    );
    onClose();
  });
  const edit = refusalOf('sla_channel.update', me);
  return (
    <SidePanel
      title={channel.name}
      about={channel.kind === 'webhook' ? 'Signed webhook' : 'E-mail'}
      onClose={onClose}
      footer={
        <>
          <GatedButton
            icon={Send}
            refusal={refusalOf('sla_channel.test', me)}
            busy={test.busy}
            onClick={() => void test.run()}
          >
            Send a test
          </GatedButton>
          <GatedButton refusal={edit} onClick={() => setParams({ act: 'edit' })}>
            Edit
          </GatedButton>
          <span className="flex-1" />
          <GatedButton kind="danger" refusal={refusalOf('sla_channel.delete', me)} onClick={() => setRemoving(true)}>
            Remove
          </GatedButton>
        </>
      }
    >
      {test.error && <ErrorState compact error={test.error} kept="The channel was not changed." />}
      {told !== null && (
        <p role="status" className="mt-2">
          <Verdict tone={told.delivered ? 'ok' : 'bad'}>{told.delivered ? 'delivered' : 'not delivered'}</Verdict>{' '}
          {told.detail}
        </p>
      )}
      <Section title="Channel">
        <KeyValues>
          <KeyValue name="Address">
            <span className="break-all">{channel.address}</span>
          </KeyValue>
          <KeyValue name="Told of">{channel.events.map((event) => EVENT_WORDS[event]).join(', ')}</KeyValue>
          <KeyValue name="SLA">
            {channel.sla_id === null
              ? 'every SLA'
              : (slas.find(({ id }) => id === channel.sla_id)?.name ?? channel.sla_id)}
          </KeyValue>
          <KeyValue name="State">{channel.enabled ? 'on' : 'off: nothing is sent'}</KeyValue>
        </KeyValues>
      </Section>
      <Section title="Delivery log">
        <Deliveries orgId={orgId} id={channel.id} />
      </Section>
      <ConfirmByTyping
        open={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${channel.name}?`}
        effect={
          <>
            Nothing more is sent to {channel.address}, and its signing secret is forgotten.
            {remove.error && <ErrorState compact error={remove.error} kept="The channel stands." />}
          </>
        }
        name={channel.name}
        action="Remove channel"
        busy={remove.busy}
        onConfirm={() => void remove.run()}
      />
    </SidePanel>
  );
}
