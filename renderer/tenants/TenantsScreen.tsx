import { Plus } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { refusalOf } from '../access/rights.ts';
import { ScreenTabs } from '../access/ScreenTabs.tsx';
import { useMe } from '../access/useMe.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useBeside } from '../app/useBeside.ts';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { AllOrganizations } from './AllOrganizations.tsx';
import { OneOrganization } from './OneOrganization.tsx';

const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['N'], label: 'new workspace' },
  { keys: ['E'], label: 'edit organization' },
  { keys: ['/'], label: 'filter' },
  { keys: ['Esc'], label: 'close panel' },
];
const ALL_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['/'], label: 'filter' },
];
const CLOSED = { ws: null, new: null, edit: null };

/** The organization with its workspaces and limits, and every organization beside each other. */
export function TenantsScreen({ org }: { readonly org: OrgSummary }) {
  const params = useRoute((route) => route.params);
  const me = useMe(org.orgId);
  const all = params.get('tab') === 'all';
  const beside = useBeside();
  const refusal = refusalOf('workspace.create', me);
  const create = (): void => setParams({ ...CLOSED, new: '1' });
  useKeys(
    {
      n: create,
      e: () => setParams({ ...CLOSED, edit: 'organization' }),
      escape: () => setParams(CLOSED),
    },
    !all,
  );
  return (
    <Tabs.Root
      value={all ? 'all' : 'one'}
      onValueChange={(tab) => setParams({ ...CLOSED, q: null, sort: null, tab: tab === 'all' ? 'all' : null })}
      className="h-full"
    >
      <PageFrame
        title="Tenants"
        scope={
          <ScreenTabs
            label="Tenants"
            tabs={[
              ['one', org.name],
              ['all', 'All organizations'],
            ]}
          />
        }
        actions={
          !all && (
            <GatedButton kind={beside ? 'plain' : 'primary'} icon={Plus} refusal={refusal} onClick={create}>
              New workspace
            </GatedButton>
          )
        }
        keys={all ? ALL_KEYS : KEYS}
        provenance={me !== null && !me.online ? 'From the mirror, offline' : 'From the mirror'}
      >
        <Tabs.Content value="one" tabIndex={-1} className="h-full focus:outline-none">
          <OneOrganization org={org} me={me} />
        </Tabs.Content>
        <Tabs.Content value="all" tabIndex={-1} className="h-full focus:outline-none">
          <AllOrganizations />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}
