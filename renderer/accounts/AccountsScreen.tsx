import { KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { pendingKey, usePendingOf } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { RoleNames } from '../access/roleNames.ts';
import { useCatalog } from '../access/useCatalog.ts';
import { useMe } from '../access/useMe.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { useBeside } from '../app/useBeside.ts';
import { Button } from '../ui/Button.tsx';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useNow } from '../ui/zone.ts';
import { AccountFilters } from './AccountFilters.tsx';
import { type AccountRow, accountRows, filterAccounts, readAccountFilter } from './accounts.ts';
import { ACCOUNTS } from './accountTable.tsx';
import { type Issued, SecretDialog } from './SecretDialog.tsx';
import { useAccountDetail } from './useAccountDetail.tsx';

const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['I'], label: 'issue key' },
  { keys: ['E'], label: 'edit' },
  { keys: ['N'], label: 'new account' },
  { keys: ['/'], label: 'filter' },
];

const CLOSED = { open: null, act: null };

/** Service accounts: who answers for them, what they may do, and their keys. */
export function AccountsScreen({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const me = useMe(orgId);
  const catalog = useCatalog(orgId);
  const now = useNow();
  const accounts = useEntities(orgId, 'service_account');
  const members = useEntities(orgId, 'member');
  const workspaces = useEntities(orgId, 'workspace');
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(ACCOUNTS);
  // The secret lives here and nowhere else: not in the address, not in a store, and not after the dialog is closed.
  const [issued, setIssued] = useState<Issued | null>(null);
  const all = useMemo(
    () => (accounts.rows === null ? null : accountRows(accounts.rows, members.rows, workspaces.rows, now)),
    [accounts.rows, members.rows, workspaces.rows, now],
  );
  const filter = useMemo(() => readAccountFilter(params), [params]);
  const rows = useMemo(() => (all === null ? null : filterAccounts(all, filter)), [all, filter]);
  const open = params.get('open');
  const beside = useBeside();
  const create = refusalOf('service_account.create', me);
  const onNew = (): void => setParams({ open: null, act: 'new' });
  useKeys({
    n: () => create === null && onNew(),
    i: () => open !== null && setParams({ act: 'issue' }),
    e: () => open !== null && setParams({ act: 'edit' }),
    escape: () => setParams(params.get('act') === null || open === null ? CLOSED : { act: null }),
  });
  const detail = useAccountDetail({
    orgId,
    me,
    all,
    members: members.rows,
    workspaces: workspaces.rows,
    catalog,
    onIssued: setIssued,
  });
  return (
    <RoleNames value={catalog.catalog?.roles ?? null}>
      <PageFrame
        title="Service accounts"
        scope={scopeOf(org.name, all)}
        keys={KEYS}
        provenance={me !== null && !me.online ? 'From the mirror, offline: changes wait' : 'From the mirror'}
        actions={
          <GatedButton kind={beside ? 'plain' : 'primary'} icon={Plus} refusal={create} onClick={onNew}>
            New service account
          </GatedButton>
        }
      >
        <SplitPane
          id="accounts"
          detailSize={40}
          list={
            <DataTable
              table={ACCOUNTS}
              label="Service accounts"
              rows={rows}
              view={view}
              onView={setView}
              openKey={open}
              onOpen={({ account }) => setParams({ act: null, open: account.id }, { replace: open !== null })}
              isPending={({ account }) => pending.has(pendingKey('service_account', account.id))}
              chips={all && <AccountFilters rows={all} filter={filter} workspaces={workspaces.rows ?? []} />}
              error={accounts.error}
              onRetry={accounts.reload}
              empty={<NoAccounts any={all !== null && all.length > 0} me={me} onNew={onNew} />}
            />
          }
          detail={detail}
        />
        {issued !== null && <SecretDialog issued={issued} onStored={() => setIssued(null)} />}
      </PageFrame>
    </RoleNames>
  );
}

/** The organization, and how many accounts ask for a look. */
function scopeOf(name: string, all: readonly AccountRow[] | null): string {
  const many = all?.filter(({ concerns }) => concerns.length > 0).length ?? 0;
  return many === 0 ? name : `${name} · ${many} ${many === 1 ? 'needs' : 'need'} attention`;
}

interface NoAccountsProps {
  readonly any: boolean;
  readonly me: Me | null;
  readonly onNew: () => void;
}

function NoAccounts({ any, me, onNew }: NoAccountsProps) {
  if (any) {
    return (
      <EmptyState
        icon={KeyRound}
        action={
          <Button onClick={() => setParams({ concern: null, status: null, workspace: null })}>Clear filters</Button>
        }
      >
        No service account passes these filters.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={KeyRound}
      action={
        <GatedButton refusal={refusalOf('service_account.create', me)} onClick={onNew}>
          Create a service account
        </GatedButton>
      }
    >
      Programs that use the platform by key appear here once a service account is created for them.
    </EmptyState>
  );
}
