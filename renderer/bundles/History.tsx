import { PackageCheck } from 'lucide-react';
import type { BundleRecord } from '../../shared/contract/bundles.ts';
import { useOrgZone } from '../app/orgs.ts';
import type { useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button } from '../ui/Button.tsx';
import { bytes } from '../ui/numbers.ts';
import { EmptyState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { defineTable } from '../ui/table/defineTable.ts';
import { formatDate } from '../ui/time.ts';

const BUNDLES = defineTable<BundleRecord>({
  id: 'bundles',
  ofSeveral: true,
  noun: ['bundle', 'bundles'],
  rowKey: (record) => record.bundleId,
  sort: { id: 'exported', desc: true },
  columns: [
    { id: 'exported', head: 'Exported', size: 158, fixed: true, instant: true, value: (record) => record.createdAt },
    {
      id: 'org',
      head: 'Organization',
      size: 118,
      share: 2,
      value: (record) => record.orgName,
      cell: (record) => <span className="font-medium">{record.orgName}</span>,
    },
    {
      id: 'period',
      head: 'Period',
      size: 208,
      value: (record) => `${new Date(record.from).toISOString()}/${new Date(record.to).toISOString()}`,
      cell: (record) => <PeriodText record={record} />,
    },
    { id: 'events', head: 'Events', size: 76, share: 1, numeric: true, value: (record) => record.events },
    {
      id: 'withheld',
      head: 'Withheld',
      size: 84,
      roomFrom: 760,
      share: 1,
      numeric: true,
      value: (record) => record.withheld,
    },
    {
      id: 'size',
      head: 'Size',
      size: 80,
      share: 1,
      numeric: true,
      value: (record) => record.bytes,
      cell: (record) => <span>{bytes(record.bytes)}</span>,
    },
  ],
});

interface HistoryProps {
  readonly list: ReturnType<typeof useQuery<'bundles.list'>>;
  readonly chosen: string | null;
  readonly canExport: boolean;
}

const open = (record: BundleRecord): void => setParams({ bundle: record.bundleId, new: null }, { replace: true });

/** What this console exported, newest first. */
export function History({ list, chosen, canExport }: HistoryProps) {
  const [view, setView] = useTableView(BUNDLES);
  if (list.data?.length === 0) {
    return (
      <EmptyState
        icon={PackageCheck}
        action={
          canExport && (
            <Button icon={PackageCheck} onClick={() => setParams({ new: '1' })}>
              Export bundle
            </Button>
          )
        }
      >
        Signed bundles exported from this console are listed here. A bundle lets a third party check the log without
        trusting anyone.
      </EmptyState>
    );
  }
  return (
    <DataTable
      table={BUNDLES}
      label="Exported bundles"
      rows={list.data}
      view={view}
      onView={setView}
      onOpen={open}
      openKey={chosen}
      empty={null}
      error={list.error}
      onRetry={list.reload}
    />
  );
}

/** First and last day in the organization's own zone, in which its periods have their borders. */
function PeriodText({ record }: { readonly record: BundleRecord }) {
  const zone = useOrgZone(record.orgId);
  return (
    <span className="tnum text-dim" title={`In ${zone}`}>
      {formatDate(record.from, zone)} – {formatDate(record.to - 1, zone)}
    </span>
  );
}
