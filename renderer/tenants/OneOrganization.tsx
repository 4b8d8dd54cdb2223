import { Boxes, Plus } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { Member, Organization } from '../../shared/entities/index.ts';
import { type Entities, useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { PendingMark } from '../access/PendingMark.tsx';
import { pendingKey, usePendingOf } from '../access/pending.ts';
import { type Me, organizationRefusals, refusalOf } from '../access/rights.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { OrgFacts } from './OrgFacts.tsx';
import { OrgPanel } from './OrgPanel.tsx';
import { OwnerPanel } from './OwnerPanel.tsx';
import { SsoPanel } from './SsoPanel.tsx';
import { orgUse, type WorkspaceRow, workspaceRows } from './use.ts';
import { NewWorkspacePanel, WorkspacePanel } from './WorkspacePanel.tsx';
import { WORKSPACES } from './workspaceTable.tsx';

interface OneProps {
  readonly org: OrgSummary;
  readonly me: Me | null;
}

/** One organization: its facts, its workspaces, and beside them what is being looked at or changed. */
export function OneOrganization({ org, me }: OneProps) {
  const organization = useEntities(org.orgId, 'organization');
  const workspaces = useEntities(org.orgId, 'workspace');
  const members = useEntities(org.orgId, 'member');
  const pending = usePendingOf(org.orgId);
  const rows = useMemo(
    () => (workspaces.rows === null ? null : workspaceRows(workspaces.rows, members.rows ?? [])),
    [workspaces.rows, members.rows],
  );
  const it = organization.rows?.[0] ?? null;
  const self = members.rows?.find(({ id }) => id === me?.memberId) ?? null;
  const refusals = it === null ? null : organizationRefusals(it, self, me);
  const detail = useDetail({ org, me, organization: it, members: members.rows, rows });
  const editable = refusals?.name === null || refusals?.subscription_tier === null;
  return (
    <SplitPane
      id="tenants"
      detailSize={38}
      list={
        <div className="flex h-full min-h-0 flex-col">
          {organization.error && (
            <ErrorState
              compact
              error={organization.error}
              kept="The mirror was not changed."
              onRetry={organization.reload}
            />
          )}
          {it && refusals && (
            <OrgFacts
              organization={it}
              members={members.rows}
              use={rows === null ? null : orgUse(rows)}
              editRefusal={editable ? null : (refusals.name ?? null)}
              handOverRefusal={refusals.owner_id ?? null}
              ssoRefusal={refusalOf('sso.read', me)}
            />
          )}
          {pending.has(pendingKey('organization', org.orgId)) && (
            <div className="border-b border-line bg-panel px-[18px] pb-3">
              <PendingMark orgId={org.orgId} entries={pending.get(pendingKey('organization', org.orgId))} />
            </div>
          )}
          <div className="min-h-0 flex-1">
            <Workspaces orgId={org.orgId} rows={rows} read={workspaces} me={me} />
          </div>
        </div>
      }
      detail={detail}
    />
  );
}

interface WorkspacesProps {
  readonly orgId: string;
  readonly rows: readonly WorkspaceRow[] | null;
  readonly read: Entities<'workspace'>;
  readonly me: Me | null;
}

function Workspaces({ orgId, rows, read, me }: WorkspacesProps) {
  const [view, setView] = useTableView(WORKSPACES);
  const open = useRoute((route) => route.params.get('ws'));
  const pending = usePendingOf(orgId);
  return (
    <DataTable
      table={WORKSPACES}
      label="Workspaces"
      rows={rows}
      view={view}
      onView={setView}
      openKey={open}
      onOpen={({ workspace }) => setParams({ ws: workspace.id, new: null, edit: null }, { replace: open !== null })}
      isPending={({ workspace }) => pending.has(pendingKey('workspace', workspace.id))}
      error={read.error}
      onRetry={read.reload}
      empty={
        <EmptyState
          icon={Boxes}
          action={
            <GatedButton
              icon={Plus}
              refusal={refusalOf('workspace.create', me)}
              onClick={() => setParams({ new: '1', ws: null, edit: null })}
            >
              New workspace
            </GatedButton>
          }
        >
          Workspaces, each with limits for threads, users and log retention, appear here once one is made.
        </EmptyState>
      }
    />
  );
}

interface DetailProps extends OneProps {
  readonly organization: Organization | null;
  readonly members: readonly Member[] | null;
  readonly rows: readonly WorkspaceRow[] | null;
}

/** What the address asks for beside the list; null for nothing. */
function useDetail({ org, me, organization, members, rows }: DetailProps): ReactNode | null {
  const params = useRoute((route) => route.params);
  const pending = usePendingOf(org.orgId);
  const self = members?.find(({ id }) => id === me?.memberId) ?? null;
  const close = (): void => setParams({ ws: null, new: null, edit: null });
  const edit = params.get('edit');
  if (organization !== null && edit === 'organization') {
    return (
      <OrgPanel
        organization={organization}
        members={members}
        refusals={organizationRefusals(organization, self, me)}
        onClose={close}
      />
    );
  }
  if (organization !== null && members !== null && edit === 'owner') {
    return <OwnerPanel organization={organization} members={members} onClose={close} />;
  }
  if (organization !== null && edit === 'sso') {
    return <SsoPanel key={organization.id} organization={organization} me={me} onClose={close} />;
  }
  if (params.get('new') === '1') {
    return <NewWorkspacePanel orgId={org.orgId} refusal={refusalOf('workspace.create', me)} onClose={close} />;
  }
  const row = rows?.find(({ workspace }) => workspace.id === params.get('ws'));
  if (row === undefined) return null;
  return (
    <WorkspacePanel
      key={`${row.workspace.id} ${row.workspace.version}`}
      orgId={org.orgId}
      workspace={row.workspace}
      members={members ?? []}
      pending={pending.get(pendingKey('workspace', row.workspace.id))}
      refusal={refusalOf('workspace.update', me)}
      onClose={close}
    />
  );
}
