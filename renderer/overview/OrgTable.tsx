import type { OrgSummary } from '../../shared/contract/connections.ts';
import { ConnectFirst } from '../app/NeedsOrg.tsx';
import { navigate } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { DataTable } from '../ui/table/DataTable.tsx';
import { ORGS } from './columns.tsx';
import { startSync } from './startSync.ts';

const openLog = (org: OrgSummary): void => navigate({ screen: 'audit', org: org.orgId });
const COMMANDS = {
  i: (org: OrgSummary) => navigate({ screen: 'integrity', org: org.orgId }),
  s: startSync,
};

/** Every mirrored organization; a row leads to its log. Null while they are read. */
export function OrgTable({ orgs }: { readonly orgs: readonly OrgSummary[] | null }) {
  const [view, setView] = useTableView(ORGS);
  return (
    <DataTable
      table={ORGS}
      label="Organizations"
      rows={orgs}
      view={view}
      onView={setView}
      onOpen={openLog}
      openOn="double press"
      commands={COMMANDS}
      empty={<ConnectFirst />}
    />
  );
}
