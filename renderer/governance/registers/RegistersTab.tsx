import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import type { Me } from '../../access/rights.ts';
import { ScreenTabs } from '../../access/ScreenTabs.tsx';
import { useMe } from '../../access/useMe.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { Incidents } from './Incidents.tsx';
import { LogReviews } from './LogReviews.tsx';
import { Terminations } from './Terminations.tsx';
import { Transfers } from './Transfers.tsx';

const REGISTERS: readonly (readonly [string, string])[] = [
  ['incidents', 'Incidents'],
  ['terminations', 'Terminations'],
  ['transfers', 'Transfer mechanisms'],
  ['reviews', 'Log reviews'],
];
export interface RegisterProps {
  readonly orgId: string;
  readonly me: Me | null;
}
const VIEWS: Readonly<Record<string, (props: RegisterProps) => React.ReactNode>> = {
  incidents: Incidents,
  terminations: Terminations,
  transfers: Transfers,
  reviews: LogReviews,
};

/** The registers that checks read: incidents, terminations, transfers and log reviews. */
export function RegistersTab({ org: { orgId } }: { readonly org: OrgSummary }) {
  const asked = useRoute(({ params }) => params.get('register'));
  const register = REGISTERS.find(([name]) => name === asked)?.[0] ?? REGISTERS[0]![0];
  const View = VIEWS[register]!;
  const me = useMe(orgId);
  return (
    <Tabs.Root
      value={register}
      onValueChange={(name) => setParams({ register: name, open: null, act: null, q: null, sort: null })}
      className="flex h-full min-h-0 flex-col"
    >
      <div className="flex min-h-10 shrink-0 items-center border-b border-line px-[18px]">
        <ScreenTabs label="Registers" tabs={REGISTERS} />
      </div>
      <Tabs.Content value={register} className="min-h-0 flex-1 focus:outline-none">
        <View orgId={orgId} me={me} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
