import { LayoutGrid, Plus, Table2 } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { useRevision } from '../access/revision.ts';
import { refusalOf } from '../access/rights.ts';
import { ScreenTabs } from '../access/ScreenTabs.tsx';
import { useMe } from '../access/useMe.ts';
import { useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { IconButton } from '../ui/Button.tsx';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { useTime } from '../ui/zone.ts';
import { Agreements } from './Agreements.tsx';
import { Channels } from './Channels.tsx';
import { Maintenance } from './Maintenance.tsx';

const CARD_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['V'], label: 'cards or table' },
  { keys: ['H'], label: 'charts as tables' },
  { keys: ['N'], label: 'new SLA' },
  { keys: ['E'], label: 'revise' },
  { keys: ['/'], label: 'filter' },
];
const LIST_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['N'], label: 'new' },
  { keys: ['/'], label: 'filter' },
];
const KEYS = { slas: CARD_KEYS, maintenance: LIST_KEYS, channels: LIST_KEYS } as const;
const CLOSED = { open: null, act: null, month: null, job: null };

type Tab = 'slas' | 'maintenance' | 'channels';
const TABS: readonly (readonly [Tab, string])[] = [
  ['slas', 'Agreements'],
  ['maintenance', 'Maintenance'],
  ['channels', 'Notifications'],
];
const NEW: Readonly<Record<Tab, { readonly action: string; readonly label: string }>> = {
  slas: { action: 'sla.create', label: 'New SLA' },
  maintenance: { action: 'sla_exclusion.create', label: 'Announce maintenance' },
  channels: { action: 'sla_channel.create', label: 'New channel' },
};

/** Service levels of one organization: the agreements, maintenance, and who is told. */
export function SlaScreen({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const me = useMe(orgId);
  const tab = TABS.find(([name]) => name === params.get('tab'))?.[0] ?? 'slas';
  const table = params.get('view') === 'table';
  const refusal = refusalOf(NEW[tab].action, me);
  const onNew = (): void => setParams({ ...CLOSED, act: 'new' });
  const list = useQuery(
    'sla.list',
    tab === 'slas' ? { orgId, includeEnded: params.get('ended') === '1' } : null,
    useRevision(orgId),
  );
  const open = params.get('open');
  useKeys({
    n: () => refusal === null && onNew(),
    e: () => open !== null && setParams({ act: 'edit' }),
    escape: () => setParams(params.get('act') === null || open === null ? CLOSED : { act: null }),
    ...(tab === 'slas'
      ? {
          v: () => setParams({ view: table ? null : 'table' }),
          h: () => setParams({ figures: params.get('figures') === 'table' ? null : 'table' }, { replace: true }),
        }
      : {}),
  });
  const offline = me !== null && !me.online ? ', offline: changes wait' : '';
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next) =>
        setParams({ ...CLOSED, q: null, status: null, sort: null, tab: next === 'slas' ? null : next })
      }
      className="h-full"
    >
      <PageFrame
        title="Service levels"
        scope={<ScreenTabs label="Service levels" tabs={TABS} />}
        keys={KEYS[tab]}
        provenance={
          tab === 'slas' ? <AsOf at={list.data?.asOf ?? null} offline={offline} /> : `From the mirror${offline}`
        }
        actions={
          <>
            {tab === 'slas' && (
              <IconButton
                icon={table ? LayoutGrid : Table2}
                label={table ? 'Show as cards (V)' : 'Show as table (V)'}
                onClick={() => setParams({ view: table ? null : 'table' })}
              />
            )}
            <GatedButton kind="primary" icon={Plus} refusal={refusal} onClick={onNew}>
              {NEW[tab].label}
            </GatedButton>
          </>
        }
      >
        <Tabs.Content value="slas" className="h-full focus:outline-none">
          <Agreements org={org} me={me} list={list} table={table} onNew={onNew} />
        </Tabs.Content>
        <Tabs.Content value="maintenance" className="h-full focus:outline-none">
          <Maintenance orgId={orgId} me={me} />
        </Tabs.Content>
        <Tabs.Content value="channels" className="h-full focus:outline-none">
          <Channels orgId={orgId} me={me} />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}

function AsOf({ at, offline }: { readonly at: number | null; readonly offline: string }) {
  const time = useTime();
  if (at === null) return <>From the mirror{offline}</>;
  return (
    <>
      From the mirror’s minutes up to {time.minute(at)}
      {offline}
    </>
  );
}
