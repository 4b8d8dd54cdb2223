import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { ScreenTabs } from '../access/ScreenTabs.tsx';
import { navigate, useRoute } from '../app/router.ts';
import type { KeyHint } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { CHECKLIST_KEYS, ChecklistTab } from './checklist/ChecklistTab.tsx';
import { CHECKS_KEYS, ChecksTab } from './checks/ChecksTab.tsx';
import { DEVIATIONS_KEYS, DeviationsTab } from './deviations/DeviationsTab.tsx';
import { EvidenceTab } from './evidence/EvidenceTab.tsx';
import { MODES_KEYS, ModesTab } from './modes/ModesTab.tsx';

const TABS: readonly (readonly [string, string])[] = [
  ['controls', 'Controls'],
  ['checks', 'Checks'],
  ['findings', 'Findings'],
  ['evidence', 'Evidence'],
  ['modes', 'Modes and frameworks'],
];
const VIEWS: Readonly<Record<string, (props: { readonly org: OrgSummary }) => React.ReactNode>> = {
  controls: ChecklistTab,
  checks: ChecksTab,
  findings: DeviationsTab,
  evidence: EvidenceTab,
  modes: ModesTab,
};

/** Keys of each tab; keep the arrays outside the component. */
const KEYS: Readonly<Record<string, readonly KeyHint[]>> = {
  controls: CHECKLIST_KEYS,
  checks: CHECKS_KEYS,
  findings: DEVIATIONS_KEYS,
  modes: MODES_KEYS,
};
const NO_KEYS: readonly KeyHint[] = [];

/** Compliance of one organization: controls, automated checks, findings and exceptions, evidence, modes and frameworks. */
export function ComplianceScreen({ org }: { readonly org: OrgSummary }) {
  const asked = useRoute(({ params }) => params.get('tab'));
  const tab = TABS.find(([name]) => name === asked)?.[0] ?? TABS[0]![0];
  const View = VIEWS[tab]!;
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(name) => navigate({ params: { tab: name } })}
      className="flex h-full min-h-0 flex-col"
    >
      <PageFrame title="Compliance" keys={KEYS[tab] ?? NO_KEYS} scope={<ScreenTabs label="Compliance" tabs={TABS} />}>
        <Tabs.Content value={tab} className="h-full min-h-0 focus:outline-none">
          <View org={org} />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}
