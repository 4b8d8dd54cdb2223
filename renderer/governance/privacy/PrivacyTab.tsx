import { Plus, UserSearch } from 'lucide-react';
import { useMemo } from 'react';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import { useEntities } from '../../access/entities.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { pendingKey, usePendingOf } from '../../access/pending.ts';
import { refusalOf } from '../../access/rights.ts';
import { useMe } from '../../access/useMe.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { useNow } from '../../ui/zone.ts';
import { RequestForm } from './RequestForm.tsx';
import { RequestPanel } from './RequestPanel.tsx';
import { REQUESTS } from './requests.tsx';

/** Requests of data subjects: the register, and beside it what is done for one of them. */
export function PrivacyTab({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const now = useNow();
  const me = useMe(orgId);
  const requests = useEntities(orgId, 'data_request');
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(REQUESTS);
  const rows = useMemo(() => requests.rows?.map((request) => ({ request, now })) ?? null, [requests.rows, now]);
  const open = params.get('open');
  const chosen = requests.rows?.find(({ id }) => id === open) ?? null;
  const create = refusalOf('data_request.create', me);
  const close = (): void => setParams({ open: null, act: null });
  const add = (
    <GatedButton
      small={(requests.rows?.length ?? 0) > 0}
      icon={Plus}
      refusal={create}
      onClick={() => setParams({ open: null, act: 'new' })}
    >
      Enter a request
    </GatedButton>
  );
  return (
    <SplitPane
      id="privacy"
      detailSize={40}
      list={
        <DataTable
          table={REQUESTS}
          label="Requests of data subjects"
          rows={rows}
          view={view}
          onView={setView}
          openKey={open}
          onOpen={({ request }) => setParams({ act: null, open: request.id }, { replace: open !== null })}
          isPending={({ request }) => pending.has(pendingKey('data_request', request.id))}
          error={requests.error}
          onRetry={requests.reload}
          chips={(rows?.length ?? 0) > 0 && add}
          empty={
            <EmptyState icon={UserSearch} action={add}>
              What people ask about their data stands here, with the day by which law wants it answered.
            </EmptyState>
          }
        />
      }
      detail={
        params.get('act') === 'new' ? (
          <RequestForm orgId={orgId} me={me} onClose={close} />
        ) : chosen === null ? null : (
          <RequestPanel
            key={chosen.id}
            orgId={orgId}
            me={me}
            request={chosen}
            pending={pending.get(pendingKey('data_request', chosen.id))}
            onClose={close}
          />
        )
      }
    />
  );
}
