import { clsx } from 'clsx';
import { RefreshCw, TriangleAlert, X } from 'lucide-react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useJobs, useRunning } from '../app/jobs.ts';
import { formatHash, navigate } from '../app/router.ts';
import { storedError } from '../bridge.ts';
import { IconButton } from '../ui/Button.tsx';
import { Popover } from '../ui/Menu.tsx';
import { progressText } from '../ui/progressText.ts';
import { ErrorState } from '../ui/States.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { COLUMNS } from './columns.tsx';
import { startSync } from './startSync.ts';

interface OrgRowProps {
  readonly org: OrgSummary;
  readonly index: number;
  readonly current: boolean;
  readonly onPoint: () => void;
}

/** One organization. While it syncs, the progress stands where the last sync did. */
export function OrgRow({ org, index, current, onPoint }: OrgRowProps) {
  const job = useRunning('sync', org.orgId);
  const cancel = useJobs((state) => state.cancel);
  return (
    <tr
      aria-rowindex={index + 2}
      aria-current={current || undefined}
      onClick={onPoint}
      onDoubleClick={() => navigate({ screen: 'audit', org: org.orgId })}
      className={clsx('h-[31px]', current ? 'bg-accent-tint' : 'hover:bg-hover')}
    >
      {COLUMNS.map((column) => (
        <td
          key={column.id}
          className={clsx('tnum truncate border-b border-line px-2 first:pl-[18px]', column.right && 'text-right')}
        >
          {column.id === 'name' ? (
            <a href={formatHash({ screen: 'audit', org: org.orgId })} className="rounded font-medium hover:underline">
              {org.name}
            </a>
          ) : column.id === 'sync' ? (
            <SyncCell org={org} job={job}>
              {column.cell(org)}
            </SyncCell>
          ) : (
            column.cell(org)
          )}
        </td>
      ))}
      <td className="border-b border-line pr-3 text-right">
        {job !== null ? (
          <IconButton icon={X} small label={`Cancel sync of ${org.name}`} onClick={() => void cancel(job.id)} />
        ) : (
          <IconButton
            icon={RefreshCw}
            small
            label={org.connectionId === null ? 'No platform to sync with' : `Sync ${org.name}`}
            disabled={org.connectionId === null}
            onClick={() => startSync(org)}
          />
        )}
      </td>
    </tr>
  );
}

interface SyncCellProps {
  readonly org: OrgSummary;
  readonly job: Job | null;
  readonly children: React.ReactNode;
}

function SyncCell({ org, job, children }: SyncCellProps) {
  if (job !== null) {
    const { done, total, phase } = job.progress;
    const share = total === null || total === 0 ? null : done / total;
    return (
      <Tooltip text={`${phase}: ${progressText(job.progress)}`}>
        <span className="flex w-full items-center gap-1.5 text-12 text-accent">
          <span className="h-1 flex-1 overflow-hidden rounded-full bg-line">
            <span
              className={clsx('block h-full bg-accent', share === null && 'skeleton w-full')}
              style={share === null ? undefined : { width: `${share * 100}%` }}
            />
          </span>
          {share === null ? 'syncing' : `${Math.floor(share * 100)} %`}
        </span>
      </Tooltip>
    );
  }
  if (org.lastSyncError === null) return children;
  return (
    <Popover
      label={`Last sync of ${org.name} failed`}
      align="end"
      className="w-96"
      trigger={
        <button type="button" className="inline-flex items-center gap-1.5 rounded text-bad hover:underline">
          <TriangleAlert size={14} strokeWidth={1.75} aria-hidden />
          <span className="sr-only">Last sync failed: </span>
          {children}
        </button>
      }
    >
      <ErrorState
        compact
        error={storedError(org.lastSyncError)}
        kept="What was mirrored before is kept."
        onRetry={() => startSync(org)}
      />
    </Popover>
  );
}
