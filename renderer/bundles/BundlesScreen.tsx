import { PackageCheck } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useJobs } from '../app/jobs.ts';
import { useOrg, useOrgs } from '../app/orgs.ts';
import { useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { ExportPanel } from './ExportPanel.tsx';
import { History } from './History.tsx';
import { RecordDetail } from './RecordDetail.tsx';
import { VerifyPanel } from './VerifyPanel.tsx';

const VERIFY_KEYS: readonly KeyHint[] = [{ keys: ['E'], label: 'export' }];
const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['E'], label: 'export' },
  { keys: ['V'], label: 'verify a file' },
  { keys: ['Esc'], label: 'close panel' },
];

/** Export signed bundles, look up what was exported, and verify any bundle. */
export function BundlesScreen() {
  const org = useOrg();
  const params = useRoute((route) => route.params);
  const tab = params.get('tab') === 'verify' ? 'verify' : 'exported';
  const toExport = (): void => setParams({ tab: null, bundle: null, new: '1' });
  useKeys({
    e: () => org && toExport(),
    v: () => setParams({ tab: 'verify', new: null, bundle: null }),
    escape: () => setParams({ new: null, bundle: null }),
  });
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next) => setParams({ tab: next === 'verify' ? 'verify' : null, new: null, bundle: null })}
      className="h-full"
    >
      <PageFrame
        title="Bundles"
        scope={
          <Tabs.List className="flex items-center gap-1" aria-label="Bundles">
            <Tab value="exported">Exported</Tab>
            <Tab value="verify">Verify</Tab>
          </Tabs.List>
        }
        actions={
          tab === 'exported' &&
          params.get('new') === null &&
          org && (
            <Button kind="primary" icon={PackageCheck} onClick={toExport}>
              Export bundle
            </Button>
          )
        }
        keys={tab === 'verify' ? VERIFY_KEYS : KEYS}
        provenance={
          tab === 'verify' ? 'Checked on this machine, nothing is sent' : 'Signed with the bundle key of this console'
        }
      >
        <Tabs.Content value="exported" tabIndex={-1} className="h-full focus:outline-none">
          <Exported />
        </Tabs.Content>
        <Tabs.Content value="verify" tabIndex={-1} className="h-full focus:outline-none">
          <VerifyPanel />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}

function Tab({ value, children }: { readonly value: string; readonly children: React.ReactNode }) {
  return (
    <Tabs.Trigger
      value={value}
      className="h-[26px] rounded px-2.5 font-medium text-dim hover:bg-hover data-[state=active]:bg-accent-tint data-[state=active]:text-accent"
    >
      {children}
    </Tabs.Trigger>
  );
}

function Exported() {
  const org = useOrg();
  const orgs = useOrgs((state) => state.orgs);
  const params = useRoute((route) => route.params);
  const ended = useJobs(
    (state) => Object.values(state.jobs).filter((job) => job.kind === 'export-bundle' && job.state === 'done').length,
  );
  const list = useQuery('bundles.list', {}, ended);
  const bundleId = params.get('bundle');
  const record = list.data?.find((each) => each.bundleId === bundleId) ?? null;
  const exporting = params.get('new') === '1' && org !== null && orgs !== null;
  return (
    <SplitPane
      id="bundles"
      detailSize={36}
      list={<History list={list} chosen={bundleId} canExport={org !== null} />}
      detail={
        exporting ? <ExportPanel key={org.orgId} org={org} orgs={orgs} /> : record && <RecordDetail record={record} />
      }
    />
  );
}
