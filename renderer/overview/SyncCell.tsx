import { clsx } from 'clsx';
import { RefreshCw, TriangleAlert, X } from 'lucide-react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useJobs, useRunning } from '../app/jobs.ts';
import { storedError } from '../bridge.ts';
import { IconButton } from '../ui/Button.tsx';
import { Popover } from '../ui/Menu.tsx';
import { progressText } from '../ui/progressText.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { ErrorState } from '../ui/States.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { startSync } from './startSync.ts';

/** When the organization was last synced, and the button to do so; while it syncs, progress and cancel; after a failure, what failed. */
export function SyncCell({ org }: { readonly org: OrgSummary }) {
  const job = useRunning('sync', org.orgId);
  const cancel = useJobs((state) => state.cancel);
  return (
    <span className="flex w-full items-center gap-1">
      {job !== null ? <SyncProgress job={job} /> : <LastSync org={org} />}
      {job !== null ? (
        <IconButton
          icon={X}
          small
          tabIndex={-1}
          label={`Cancel sync of ${org.name}`}
          onClick={() => void cancel(job.id)}
        />
      ) : (
        <IconButton
          icon={RefreshCw}
          small
          tabIndex={-1}
          label={org.connectionId === null ? 'No platform to sync with' : `Sync ${org.name}`}
          disabled={org.connectionId === null}
          onClick={() => startSync(org)}
        />
      )}
    </span>
  );
}

function SyncProgress({ job }: { readonly job: Job }) {
  const { done, total, phase } = job.progress;
  const share = total === null || total === 0 ? null : done / total;
  return (
    <Tooltip text={`${phase}: ${progressText(job.progress)}`}>
      <span className="tnum flex min-w-0 flex-1 items-center gap-1.5 text-12 text-accent">
        <span className="h-1 flex-1 overflow-hidden rounded-full bg-line">
          <span
            className={clsx('block h-full', share === null ? 'working w-full' : 'bg-accent')}
            style={share === null ? undefined : { width: `${share * 100}%` }}
          />
        </span>
        {share === null ? 'syncing' : `${Math.floor(share * 100)} %`}
      </span>
    </Tooltip>
  );
}

function LastSync({ org }: { readonly org: OrgSummary }) {
  const last = org.lastSyncAt === null ? <span className="text-dim">never</span> : <RelativeTime at={org.lastSyncAt} />;
  if (org.lastSyncError === null) return <span className="min-w-0 flex-1 truncate">{last}</span>;
  return (
    <Popover
      label={`Last sync of ${org.name} failed`}
      align="end"
      className="w-96"
      trigger={
        <button
          type="button"
          tabIndex={-1}
          className="flex min-w-0 flex-1 items-center gap-1.5 rounded text-bad hover:underline"
        >
          <TriangleAlert size={14} strokeWidth={1.75} className="shrink-0" aria-hidden />
          <span className="sr-only">Last sync failed: </span>
          <span className="truncate">{last}</span>
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
