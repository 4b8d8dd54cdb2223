import { clsx } from 'clsx';
import { type LucideIcon, PackageCheck } from 'lucide-react';
import type { BundleRecord } from '../../shared/contract/bundles.ts';
import { useOrgZone } from '../app/orgs.ts';
import type { useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { useKeys } from '../ui/keys.ts';
import { bytes, count } from '../ui/numbers.ts';
import { EmptyState, ErrorState, SkeletonRows } from '../ui/States.tsx';
import { formatDate } from '../ui/time.ts';
import { useTime } from '../ui/zone.ts';

interface HistoryProps {
  readonly list: ReturnType<typeof useQuery<'bundles.list'>>;
  readonly chosen: string | null;
  readonly empty: LucideIcon;
  readonly canExport: boolean;
}

/** What this console exported, newest first. */
export function History({ list, chosen, empty, canExport }: HistoryProps) {
  const time = useTime();
  const records = list.data ?? [];
  const move = (step: number): void => {
    const at = records.findIndex((record) => record.bundleId === chosen);
    const next = records[Math.max(0, Math.min(records.length - 1, at + step))];
    if (next) setParams({ bundle: next.bundleId, new: null }, { replace: true });
  };
  useKeys({ j: () => move(1), arrowdown: () => move(1), k: () => move(-1), arrowup: () => move(-1) });
  if (list.data === null) {
    if (list.error)
      return <ErrorState error={list.error} kept="Exported files are where they were." onRetry={list.reload} />;
    return list.slow ? <SkeletonRows /> : null;
  }
  if (list.data.length === 0) {
    return (
      <EmptyState
        icon={empty}
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
    <div className="h-full overflow-auto bg-panel">
      <table className="w-full min-w-[660px] border-collapse">
        <thead>
          <tr className="sticky top-0 h-8 bg-panel text-left text-12 text-dim">
            <th className="border-b border-line pl-[18px] font-medium">Exported ({time.label})</th>
            <th className="border-b border-line font-medium">Organization</th>
            <th className="border-b border-line font-medium">Period</th>
            <th className="border-b border-line pl-3 text-right font-medium">Events</th>
            <th className="border-b border-line pl-3 text-right font-medium">Withheld</th>
            <th className="border-b border-line pr-[18px] pl-3 text-right font-medium">Size</th>
          </tr>
        </thead>
        <tbody>
          {list.data.map((record) => (
            <tr
              key={record.bundleId}
              onClick={() => setParams({ bundle: record.bundleId, new: null })}
              className={clsx(
                'h-[30px] border-b border-line',
                record.bundleId === chosen ? 'bg-accent-tint' : 'hover:bg-hover',
              )}
            >
              <td className="pr-3 pl-[18px] whitespace-nowrap">
                <button
                  type="button"
                  className="tnum rounded hover:underline"
                  aria-pressed={record.bundleId === chosen}
                >
                  {time.minute(record.createdAt)}
                </button>
              </td>
              <td className="max-w-40 truncate pr-3 font-medium">{record.orgName}</td>
              <td className="tnum whitespace-nowrap text-dim">
                <PeriodText record={record} />
              </td>
              <td className="tnum pl-3 text-right">{count(record.events)}</td>
              <td className="tnum pl-3 text-right">{count(record.withheld)}</td>
              <td className="tnum pr-[18px] pl-3 text-right whitespace-nowrap">{bytes(record.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** First and last day in the organization's own zone, in which its periods have their borders. */
function PeriodText({ record }: { readonly record: BundleRecord }) {
  const zone = useOrgZone(record.orgId);
  return `${formatDate(record.from, zone)} – ${formatDate(record.to - 1, zone)}`;
}
