import { ShieldCheck } from 'lucide-react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { IntegrityView } from '../../shared/contract/integrity.ts';
import { useEnded, useJobs, useRunning } from '../app/jobs.ts';
import { useOrgs } from '../app/orgs.ts';
import { type Action, useAction, useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { count } from '../ui/numbers.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { Progress } from '../ui/Progress.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { INTEGRITY, Verdict } from '../ui/Verdict.tsx';
import { AlarmDetail } from './AlarmDetail.tsx';
import { AlarmList } from './AlarmList.tsx';
import { Checkpoint, LastVerification, PinnedKey } from './Facts.tsx';
import { History } from './History.tsx';
import { Witness } from './Witness.tsx';

const KEYS: readonly KeyHint[] = [
  { keys: ['V'], label: 'verify every event' },
  { keys: ['Esc'], label: 'close evidence' },
];

/** What is proven about one organization's log, by what, and what contradicts it. */
export function IntegrityScreen({ org }: { readonly org: OrgSummary }) {
  const revision = useOrgs((state) => state.revision);
  const running = useRunning('verify-mirror', org.orgId);
  const query = useQuery('integrity.get', { orgId: org.orgId }, `${revision} ${useEnded('verify-mirror', org.orgId)}`);
  const alarmId = useRoute((route) => route.params.get('alarm'));
  const alarm = query.data?.alarms.find((each) => each.id === alarmId) ?? null;
  const verify = useAction(async () => {
    await call('integrity.verify', { orgId: org.orgId });
  });
  useKeys({ v: () => void verify.run(), escape: () => setParams({ alarm: null }) });
  const state = query.data?.state ?? org.integrity.state;
  const view = INTEGRITY[state];
  return (
    <PageFrame
      title="Integrity"
      scope={`${org.name} · audit log`}
      verdict={
        <Verdict tone={view.tone} icon={view.icon}>
          {state === 'proven' ? `proven to ${count(org.integrity.size)}` : view.word}
        </Verdict>
      }
      actions={
        <Button
          kind="primary"
          icon={ShieldCheck}
          busy={verify.busy}
          disabled={running !== null || state === 'never_synced'}
          onClick={() => void verify.run()}
        >
          Verify every event
        </Button>
      }
      keys={KEYS}
      provenance="Computed from the mirror"
    >
      <SplitPane
        id="integrity"
        detailSize={44}
        list={<Body orgId={org.orgId} query={query} verify={verify} alarmId={alarmId} />}
        detail={alarm && <AlarmDetail key={alarm.id} orgId={org.orgId} alarm={alarm} onChanged={query.reload} />}
      />
    </PageFrame>
  );
}

interface BodyProps {
  readonly orgId: string;
  readonly query: ReturnType<typeof useQuery<'integrity.get'>>;
  readonly verify: Action<[]>;
  readonly alarmId: string | null;
}

function Body({ orgId, query, verify, alarmId }: BodyProps) {
  const running = useRunning('verify-mirror', orgId);
  const cancel = useJobs((state) => state.cancel);
  if (query.data === null) {
    if (query.error)
      return <ErrorState error={query.error} kept="The mirror was not changed." onRetry={query.reload} />;
    return query.slow ? <FactsSkeleton /> : null;
  }
  return (
    <div className="h-full overflow-y-auto bg-panel">
      {running && (
        <div className="border-b border-line px-[18px] py-2.5">
          <Progress label={running.title} progress={running.progress} onCancel={() => void cancel(running.id)} />
        </div>
      )}
      {verify.error && <ErrorState compact error={verify.error} kept="The mirror was not changed." />}
      {query.error && (
        <ErrorState compact error={query.error} kept="Shown is the last answer." onRetry={query.reload} />
      )}
      <Facts view={query.data} alarmId={alarmId} />
    </div>
  );
}

function FactsSkeleton() {
  const bars = ['w-72', 'w-24', 'w-44', 'w-40', 'w-64'];
  return (
    <div
      role="status"
      aria-label="Loading"
      className="grid h-full max-w-[1180px] grid-cols-[repeat(auto-fit,minmax(400px,1fr))] content-start gap-x-10 bg-panel px-[18px]"
    >
      {['checkpoint', 'key'].map((part) => (
        <div key={part} className="flex flex-col gap-3 py-5">
          <Skeleton className="w-32" />
          {bars.map((width) => (
            <div key={width} className="flex gap-10">
              <Skeleton className="w-16" />
              <Skeleton className={width} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Facts({ view, alarmId }: { readonly view: IntegrityView; readonly alarmId: string | null }) {
  return (
    <>
      {view.alarms.length > 0 && <AlarmList alarms={view.alarms} chosen={alarmId} />}
      <div className="grid max-w-[1180px] grid-cols-[repeat(auto-fit,minmax(400px,1fr))] gap-x-10 px-[18px]">
        <div>
          <Checkpoint view={view} />
          <LastVerification view={view} />
        </div>
        <div>
          <PinnedKey view={view} />
          <Witness witnessed={view.witnessed} />
        </div>
      </div>
      <History view={view} />
    </>
  );
}
