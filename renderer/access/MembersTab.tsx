import { Users } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button } from '../ui/Button.tsx';
import { useKeys } from '../ui/keys.ts';
import { plural } from '../ui/numbers.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { ActPanel } from './ActPanel.tsx';
import { ACTS, type Act } from './acts.ts';
import { useEntities } from './entities.ts';
import { GatedButton } from './GatedButton.tsx';
import { InvitePanel } from './InvitePanel.tsx';
import { MemberFilters } from './MemberFilters.tsx';
import { MemberPanel } from './MemberPanel.tsx';
import { filterMembers, type MemberRow, memberRows, readFilter } from './members.ts';
import { MEMBERS } from './memberTable.tsx';
import { pendingKey, usePendingOf } from './pending.ts';
import { type Me, refusalOf } from './rights.ts';
import type { CatalogState } from './useCatalog.ts';

interface MembersTabProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly state: CatalogState;
}

const CLOSED = { open: null, invite: null, act: null };

/** Members with filters and bulk acts, and beside them the one looked at. */
export function MembersTab({ orgId, me, state }: MembersTabProps) {
  const members = useEntities(orgId, 'member');
  const workspaces = useEntities(orgId, 'workspace');
  const { catalog, matrix } = state;
  const params = useRoute((route) => route.params);
  const [view, setView] = useTableView(MEMBERS);
  const pending = usePendingOf(orgId);
  const [selected, setSelected] = useState<readonly MemberRow[]>([]);
  const all = useMemo(
    () => (members.rows === null ? null : memberRows(members.rows, catalog?.roles ?? null, workspaces.rows)),
    [members.rows, catalog, workspaces.rows],
  );
  const filter = useMemo(() => readFilter(params), [params]);
  const rows = useMemo(() => (all === null ? null : filterMembers(all, filter)), [all, filter]);
  const open = params.get('open');
  const onSelection = useCallback((chosen: readonly MemberRow[]) => {
    setSelected(chosen);
    const now = useRoute.getState().params;
    // An act is about those selected, else about the one on show; without either there is none.
    if (chosen.length === 0 && now.has('act') && !now.has('open')) setParams({ act: null }, { replace: true });
  }, []);
  const acting = selected.length > 0 ? selected.map(({ member }) => member) : openOf(all, open);
  const act = (next: Act): void => setParams({ act: next, invite: null });
  useKeys({
    i: () => setParams({ ...CLOSED, invite: '1' }),
    r: () => acting.length > 0 && act('role'),
    escape: () => setParams(params.get('act') === null ? CLOSED : { act: null }),
  });
  const detail = useDetail({ orgId, me, matrix, all, acting, workspaces: workspaces.rows ?? [], act });
  return (
    <SplitPane
      id="members"
      detailSize={38}
      list={
        <div className="flex h-full min-h-0 flex-col">
          <div className="min-h-0 flex-1">
            <DataTable
              table={MEMBERS}
              label="Members"
              rows={rows}
              view={view}
              onView={setView}
              openKey={open}
              onOpen={({ member }) => setParams({ ...CLOSED, open: member.id }, { replace: open !== null })}
              isPending={({ member }) => pending.has(pendingKey('member', member.id))}
              onSelection={onSelection}
              chips={
                all && (
                  <MemberFilters
                    rows={all}
                    filter={filter}
                    roles={catalog?.roles ?? []}
                    workspaces={workspaces.rows ?? []}
                  />
                )
              }
              error={members.error}
              onRetry={members.reload}
              empty={<NoMembers any={all !== null && all.length > 0} me={me} />}
            />
          </div>
          {selected.length > 0 && <BulkBar many={selected.length} onAct={act} />}
        </div>
      }
      detail={detail}
    />
  );
}

function openOf(all: readonly MemberRow[] | null, id: string | null): readonly Member[] {
  const row = all?.find(({ member }) => member.id === id);
  return row === undefined ? [] : [row.member];
}

function NoMembers({ any, me }: { readonly any: boolean; readonly me: Me | null }) {
  if (any) {
    return (
      <EmptyState
        icon={Users}
        action={
          <Button onClick={() => setParams({ role: null, status: null, workspace: null, mfa: null, extra: null })}>
            Clear filters
          </Button>
        }
      >
        No member passes these filters.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Users}
      action={
        <GatedButton refusal={refusalOf('member.create', me)} onClick={() => setParams({ invite: '1' })}>
          Invite a member
        </GatedButton>
      }
    >
      Members of the organization appear here once they are invited.
    </EmptyState>
  );
}

function BulkBar({ many, onAct }: { readonly many: number; readonly onAct: (act: Act) => void }) {
  return (
    <section
      aria-label="Selected members"
      className="flex h-[42px] shrink-0 items-center gap-1.5 border-t border-line bg-accent-tint px-[18px]"
    >
      <span className="tnum mr-2 font-medium">{plural(many, 'member')} selected</span>
      <Button small onClick={() => onAct('role')}>
        Change role
      </Button>
      <Button small onClick={() => onAct('suspend')}>
        Suspend
      </Button>
      <Button small onClick={() => onAct('reactivate')}>
        Reactivate
      </Button>
      <Button small kind="danger" onClick={() => onAct('remove')}>
        Remove
      </Button>
    </section>
  );
}

interface DetailProps extends Omit<MembersTabProps, 'state'> {
  readonly all: readonly MemberRow[] | null;
  /** Members an act is about: those selected, else the one on show. */
  readonly acting: readonly Member[];
  readonly matrix: CatalogState['matrix'];
  readonly workspaces: readonly Workspace[];
  readonly act: (act: Act) => void;
}

/** What the address asks for beside the list; null for nothing. */
function useDetail({ orgId, me, all, acting, matrix, workspaces, act }: DetailProps): ReactNode | null {
  const params = useRoute((route) => route.params);
  const pending = usePendingOf(orgId);
  const organization = useEntities(orgId, 'organization');
  const asked = ACTS.find((each) => each === params.get('act'));
  if (matrix === null || all === null) return null;
  if (params.get('invite') === '1') {
    return (
      <InvitePanel
        orgId={orgId}
        matrix={matrix}
        members={all.map(({ member }) => member)}
        workspaces={workspaces}
        me={me}
        onClose={() => setParams({ invite: null })}
      />
    );
  }
  if (asked !== undefined && acting.length > 0) {
    const roles = matrix.roles;
    return (
      <ActPanel
        key={asked}
        orgId={orgId}
        act={asked}
        members={acting}
        roles={roles}
        me={me}
        onDone={() => setParams(asked === 'remove' ? CLOSED : { act: null })}
      />
    );
  }
  const [member] = openOf(all, params.get('open'));
  if (member === undefined) return null;
  return (
    <MemberPanel
      key={`${member.id} ${member.version} ${pending.get(pendingKey('member', member.id))?.length ?? 0}`}
      orgId={orgId}
      member={member}
      owner={organization.rows?.[0]?.owner_id === member.user_id}
      matrix={matrix}
      workspaces={workspaces}
      pending={pending.get(pendingKey('member', member.id))}
      me={me}
      onAct={act}
      onClose={() => setParams({ open: null })}
    />
  );
}
