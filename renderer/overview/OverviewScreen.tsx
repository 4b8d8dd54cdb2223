import { Plug, RefreshCw, X } from 'lucide-react';
import { useMemo } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useJobs } from '../app/jobs.ts';
import { ConnectFirst } from '../app/NeedsOrg.tsx';
import { useOrgs } from '../app/orgs.ts';
import { useAction } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import type { KeyHint } from '../ui/keys.ts';
import { plural } from '../ui/numbers.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { ErrorState } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { INTEGRITY, Verdict } from '../ui/Verdict.tsx';
import { OrgTable } from './OrgTable.tsx';
import { SignedOut } from './SignedOut.tsx';
import { Totals, TotalsSkeleton } from './Totals.tsx';

const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open log' },
  { keys: ['I'], label: 'integrity' },
  { keys: ['S'], label: 'sync' },
  { keys: ['X'], label: 'select' },
  { keys: ['C'], label: 'copy' },
  { keys: ['/'], label: 'filter' },
];

/** Every mirrored organization with its verdict; the place to sync from. */
export function OverviewScreen() {
  const orgs = useOrgs((state) => state.orgs);
  const error = useOrgs((state) => state.error);
  const load = useOrgs((state) => state.load);
  if (orgs === null && error !== null) {
    return (
      <PageFrame title="Overview">
        <ErrorState error={error} kept="The mirrors were not changed." onRetry={() => void load()} />
      </PageFrame>
    );
  }
  const any = orgs !== null && orgs.length > 0;
  return (
    <PageFrame
      title="Overview"
      scope={orgs?.length === 0 ? 'No platform connected' : any && plural(orgs.length, 'organization')}
      verdict={any && <WorstVerdict orgs={orgs} />}
      actions={any && <Actions orgs={orgs} />}
      keys={any ? KEYS : NO_KEYS}
      provenance={any && 'Computed from the mirrors'}
    >
      {orgs?.length === 0 ? (
        <ConnectFirst />
      ) : (
        <div className="flex h-full flex-col">
          {orgs === null ? <TotalsSkeleton /> : <Totals orgs={orgs} />}
          <SignedOut />
          <div className="min-h-0 flex-1">
            <OrgTable orgs={orgs} />
          </div>
        </div>
      )}
    </PageFrame>
  );
}

const NO_KEYS: readonly KeyHint[] = [];

/** One verdict for all: the worst one there is. */
function WorstVerdict({ orgs }: { readonly orgs: readonly OrgSummary[] }) {
  const states = ['alarm', 'unverified', 'never_synced'] as const;
  const worst = states.find((state) => orgs.some((org) => org.integrity.state === state));
  const proven = orgs.filter((org) => org.integrity.state === 'proven').length;
  const view = INTEGRITY[worst ?? 'proven'];
  const many = worst === undefined ? proven : orgs.filter((org) => org.integrity.state === worst).length;
  return (
    <Verdict tone={view.tone} icon={view.icon}>
      {worst === undefined && proven === orgs.length
        ? proven === 1
          ? 'log proven'
          : `all ${proven} logs proven`
        : `${many} of ${orgs.length} ${view.word}`}
    </Verdict>
  );
}

function Actions({ orgs }: { readonly orgs: readonly OrgSummary[] }) {
  const jobs = useJobs((state) => state.jobs);
  const connections = useOrgs((state) => state.connections);
  const running = useMemo(
    () =>
      new Set(
        Object.values(jobs)
          .filter((job) => job.state === 'running' && job.kind === 'sync')
          .map((job) => job.orgId),
      ),
    [jobs],
  );
  const reachable = new Set(
    connections.filter((connection) => connection.state !== 'signed_out').map((connection) => connection.id),
  );
  const syncable = orgs.filter(
    (org) => org.connectionId !== null && reachable.has(org.connectionId) && !running.has(org.orgId),
  );
  const syncAll = useAction(async () => {
    const results = await Promise.allSettled(syncable.map((org) => call('sync.start', { orgId: org.orgId })));
    const failed = results.find((each) => each.status === 'rejected');
    if (failed) toast({ text: (failed.reason as Error).message, tone: 'bad' });
  });
  const cancelAll = (): void => {
    for (const job of Object.values(jobs)) {
      if (job.state === 'running' && job.kind === 'sync') void useJobs.getState().cancel(job.id);
    }
  };
  return (
    <>
      <Button icon={Plug} onClick={() => navigate({ screen: 'connect', org: null, params: {} })}>
        Connect a platform
      </Button>
      {running.size > 0 ? (
        <Button icon={X} onClick={cancelAll}>
          Cancel {plural(running.size, 'sync', 'syncs')}
        </Button>
      ) : (
        <Button
          kind="primary"
          icon={RefreshCw}
          busy={syncAll.busy}
          disabled={syncable.length === 0}
          onClick={() => void syncAll.run()}
        >
          Sync all
        </Button>
      )}
    </>
  );
}
