import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { ScreenTabs } from '../access/ScreenTabs.tsx';
import { navigate, useRoute } from '../app/router.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { PrivacyTab } from './privacy/PrivacyTab.tsx';
import { RegistersTab } from './registers/RegistersTab.tsx';
import { RetentionTab } from './retention/RetentionTab.tsx';

const TABS: readonly (readonly [string, string])[] = [
  ['retention', 'Retention and holds'],
  ['privacy', 'Privacy requests'],
  ['registers', 'Registers'],
];
const VIEWS: Readonly<Record<string, (props: { readonly org: OrgSummary }) => React.ReactNode>> = {
  retention: RetentionTab,
  privacy: PrivacyTab,
  registers: RegistersTab,
};

/** What is kept how long, what people ask about their data, and the registers that checks read. */
export function GovernanceScreen({ org }: { readonly org: OrgSummary }) {
  const asked = useRoute(({ params }) => params.get('tab'));
  const tab = TABS.find(([name]) => name === asked)?.[0] ?? TABS[0]![0];
  const View = VIEWS[tab]!;
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(name) => navigate({ params: { tab: name } })}
      className="flex h-full min-h-0 flex-col"
    >
      <PageFrame title="Data governance" scope={<ScreenTabs label="Data governance" tabs={TABS} />}>
        <Tabs.Content value={tab} className="h-full min-h-0 focus:outline-none">
          <View org={org} />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}
