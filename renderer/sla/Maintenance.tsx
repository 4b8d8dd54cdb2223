import { CalendarOff, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import type { Sla, SlaExclusion } from '../../shared/entities/index.ts';
import { useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { askFor, pendingKey, revoke, usePendingOf } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { useAction } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { duration } from '../ui/numbers.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { defineTable } from '../ui/table/defineTable.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { useNow } from '../ui/zone.ts';
import { MaintenanceForm } from './MaintenanceForm.tsx';

interface Row {
  readonly exclusion: SlaExclusion;
  readonly sla: string;
  readonly state: 'announced' | 'under way' | 'over';
}

const TONE = { announced: 'accent', 'under way': 'warn', over: 'none' } as const;
const ORDER: readonly Row['state'][] = ['under way', 'announced', 'over'];

const WINDOWS = defineTable<Row>({
  id: 'sla-maintenance',
  noun: ['window', 'windows'],
  rowKey: ({ exclusion }) => exclusion.id,
  sort: { id: 'from', desc: true },
  columns: [
    { id: 'reason', head: 'Reason', size: 220, share: 1, fixed: true, value: ({ exclusion }) => exclusion.reason },
    {
      id: 'state',
      head: 'State',
      size: 110,
      value: ({ state }) => state,
      compare: (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state),
      cell: ({ state }) => <Verdict tone={TONE[state]}>{state}</Verdict>,
    },
    { id: 'sla', head: 'Excluded from', size: 160, roomFrom: 600, value: ({ sla }) => sla },
    { id: 'from', head: 'From', size: 150, instant: true, value: ({ exclusion }) => Date.parse(exclusion.from) },
    {
      id: 'to',
      head: 'To',
      size: 150,
      instant: true,
      roomFrom: 700,
      value: ({ exclusion }) => Date.parse(exclusion.to),
    },
    {
      id: 'length',
      head: 'Length',
      size: 90,
      numeric: true,
      roomFrom: 800,
      value: ({ exclusion }) => Date.parse(exclusion.to) - Date.parse(exclusion.from),
      cell: ({ exclusion }) => duration(Date.parse(exclusion.to) - Date.parse(exclusion.from)),
    },
    {
      id: 'when',
      head: 'Told',
      size: 120,
      roomFrom: 900,
      value: ({ exclusion }) => (exclusion.retroactive ? 'afterwards' : 'ahead'),
      cell: ({ exclusion }) => (exclusion.retroactive ? <span className="text-warn">afterwards</span> : 'ahead'),
    },
  ],
});

interface MaintenanceProps {
  readonly orgId: string;
  readonly me: Me | null;
}

/** Maintenance windows: time that counts for nothing, announced ahead or, with a reason, afterwards. */
export function Maintenance({ orgId, me }: MaintenanceProps) {
  const params = useRoute((route) => route.params);
  const now = useNow();
  const exclusions = useEntities(orgId, 'sla_exclusion');
  const slas = useEntities(orgId, 'sla');
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(WINDOWS);
  const [cancelling, setCancelling] = useState<SlaExclusion | null>(null);
  const rows = useMemo(
    () => exclusions.rows && rowsOf(exclusions.rows, slas.rows ?? [], now),
    [exclusions.rows, slas.rows, now],
  );
  const open = params.get('open');
  const chosen = rows?.find(({ exclusion }) => exclusion.id === open) ?? null;
  const announce = refusalOf('sla_exclusion.create', me);
  const onNew = (): void => setParams({ open: null, act: 'new' });
  return (
    <>
      <SplitPane
        id="sla-maintenance"
        list={
          <DataTable
            table={WINDOWS}
            label="Maintenance windows"
            rows={rows}
            view={view}
            onView={setView}
            openKey={open}
            onOpen={({ exclusion }) => setParams({ act: null, open: exclusion.id }, { replace: open !== null })}
            isPending={({ exclusion }) => pending.has(pendingKey('sla_exclusion', exclusion.id))}
            error={exclusions.error}
            onRetry={exclusions.reload}
            chips={
              chosen?.state === 'announced' && (
                <GatedButton
                  small
                  kind="danger"
                  refusal={refusalOf('sla_exclusion.delete', me)}
                  onClick={() => setCancelling(chosen.exclusion)}
                >
                  Cancel this window
                </GatedButton>
              )
            }
            empty={
              <EmptyState
                icon={CalendarOff}
                action={
                  <GatedButton icon={Plus} refusal={announce} onClick={onNew}>
                    Announce maintenance
                  </GatedButton>
                }
              >
                Planned maintenance stands here: its time leaves both sides of every figure.
              </EmptyState>
            }
          />
        }
        detail={
          params.get('act') === 'new' ? (
            <MaintenanceForm orgId={orgId} me={me} slas={slas.rows ?? []} onClose={() => setParams({ act: null })} />
          ) : null
        }
      />
      {cancelling !== null && (
        <CancelWindow
          orgId={orgId}
          exclusion={cancelling}
          waiting={pending
            .get(pendingKey('sla_exclusion', cancelling.id))
            ?.find(({ target }) => target.op === 'create')}
          onClose={() => setCancelling(null)}
        />
      )}
    </>
  );
}

function rowsOf(exclusions: readonly SlaExclusion[], slas: readonly Sla[], now: number): Row[] {
  return exclusions.map((exclusion) => ({
    exclusion,
    sla:
      exclusion.sla_id === null
        ? 'every SLA'
        : (slas.find(({ id }) => id === exclusion.sla_id)?.name ?? exclusion.sla_id),
    state: now < Date.parse(exclusion.from) ? 'announced' : now < Date.parse(exclusion.to) ? 'under way' : 'over',
  }));
}

interface CancelProps {
  readonly orgId: string;
  readonly exclusion: SlaExclusion;
  /** Its announcement, where that has not reached the platform or was refused: it is then simply taken back. */
  readonly waiting: OutboxEntry | undefined;
  readonly onClose: () => void;
}

function CancelWindow({ orgId, exclusion, waiting, onClose }: CancelProps) {
  const cancel = useAction(async () => {
    const command = { type: 'sla_exclusion.delete', id: exclusion.id } as const;
    if (waiting !== undefined) await revoke(orgId, waiting);
    else await askFor(orgId, [{ command, before: { ...exclusion } }], 'Maintenance cancelled');
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Cancel this maintenance window?"
      description={`${exclusion.reason}: its time then counts like any other.`}
      footer={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button kind="danger" busy={cancel.busy} onClick={() => void cancel.run()}>
            Cancel window
          </Button>
        </>
      }
    >
      {cancel.error && <ErrorState compact error={cancel.error} kept="The window stands." />}
    </Dialog>
  );
}
