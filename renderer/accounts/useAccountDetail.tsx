import type { ReactNode } from 'react';
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { pendingKey, usePendingOf } from '../access/pending.ts';
import type { Me } from '../access/rights.ts';
import type { CatalogState } from '../access/useCatalog.ts';
import { setParams, useRoute } from '../app/router.ts';
import { AccountForm } from './AccountForm.tsx';
import { AccountPanel } from './AccountPanel.tsx';
import type { AccountRow } from './accounts.ts';
import { IssuePanel } from './IssuePanel.tsx';
import type { Issued } from './SecretDialog.tsx';

interface DetailProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly all: readonly AccountRow[] | null;
  readonly members: readonly Member[] | null;
  readonly workspaces: readonly Workspace[] | null;
  readonly catalog: CatalogState;
  readonly onIssued: (issued: Issued) => void;
}

/** What the address asks for beside the list of accounts; null for nothing. */
export function useAccountDetail(props: DetailProps): ReactNode | null {
  const { orgId, me, all, members, workspaces, catalog, onIssued } = props;
  const params = useRoute((route) => route.params);
  const pending = usePendingOf(orgId);
  const { matrix } = catalog;
  if (matrix === null || all === null) return null;
  const act = params.get('act');
  const form = { orgId, me, matrix, members: members ?? [], workspaces: workspaces ?? [] };
  if (act === 'new') return <AccountForm {...form} account={null} onClose={() => setParams({ act: null })} />;
  const row = all.find(({ account }) => account.id === params.get('open'));
  if (row === undefined) return null;
  const { account } = row;
  const back = (): void => setParams({ act: null });
  if (act === 'edit') {
    return <AccountForm key={account.id} {...form} account={account} onClose={back} />;
  }
  if (act === 'issue') {
    return (
      <IssuePanel
        key={account.id}
        orgId={orgId}
        row={row}
        me={me}
        onIssued={(issued) => {
          onIssued(issued);
          back();
        }}
        onClose={back}
      />
    );
  }
  return (
    <AccountPanel
      key={account.id}
      orgId={orgId}
      row={row}
      pending={pending.get(pendingKey('service_account', account.id))}
      me={me}
      onClose={() => setParams({ open: null })}
    />
  );
}
