import { Building2 } from 'lucide-react';
import { useOrgs } from '../app/orgs.ts';
import { navigate } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { EmptyState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { TENANTS } from './orgTable.tsx';

/** Every mirrored organization. Limits are summed over workspaces, read as rows come into sight. */
export function AllOrganizations() {
  const orgs = useOrgs((state) => state.orgs);
  const error = useOrgs((state) => state.error);
  const load = useOrgs((state) => state.load);
  const [view, setView] = useTableView(TENANTS);
  return (
    <DataTable
      table={TENANTS}
      label="Organizations"
      rows={orgs}
      view={view}
      onView={setView}
      onOpen={({ orgId }) => navigate({ screen: 'tenants', org: orgId, params: {} })}
      openOn="double press"
      error={error}
      onRetry={() => void load()}
      empty={<EmptyState icon={Building2}>No organization is mirrored.</EmptyState>}
    />
  );
}
