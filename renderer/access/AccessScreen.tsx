import { Import, Plus, UserPlus } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { navigate, setParams, useRoute } from '../app/router.ts';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { GatedButton } from './GatedButton.tsx';
import { MembersTab } from './MembersTab.tsx';
import { NoEditor } from './NoEditor.tsx';
import { RoleEditor, useEditing } from './RoleEditor.tsx';
import { RolesTab } from './RolesTab.tsx';
import { type Me, refusalOf } from './rights.ts';
import { RoleNames } from './roleNames.ts';
import { ScreenTabs } from './ScreenTabs.tsx';
import { type CatalogState, useCatalog } from './useCatalog.ts';
import { useMe } from './useMe.ts';

const MEMBER_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['X'], label: 'select' },
  { keys: ['R'], label: 'change role' },
  { keys: ['I'], label: 'invite' },
  { keys: ['/'], label: 'filter' },
];
const ROLE_KEYS: readonly KeyHint[] = [
  { keys: ['←', '↑', '↓', '→'], label: 'move' },
  { keys: ['Enter'], label: 'open role' },
  { keys: ['N'], label: 'new role' },
  { keys: ['D'], label: 'only differing' },
  { keys: ['Z'], label: 'fold' },
  { keys: ['/'], label: 'filter' },
];
const EDITOR_KEYS: readonly KeyHint[] = [
  { keys: ['Space'], label: 'grant' },
  { keys: ['S'], label: 'scope' },
  { keys: ['←', '→'], label: 'fold' },
  { keys: ['Ctrl Enter'], label: 'save' },
  { keys: ['/'], label: 'filter' },
  { keys: ['Esc'], label: 'back' },
];

const TABS: readonly (readonly [string, string])[] = [
  ['members', 'Members'],
  ['roles', 'Roles'],
];

/** Who may do what: members with their access, roles with their permissions. */
export function AccessScreen({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const me = useMe(orgId);
  const tab = params.get('tab') === 'roles' ? 'roles' : 'members';
  const catalog = useCatalog(orgId);
  return (
    <RoleNames value={catalog.catalog?.roles ?? null}>
      {tab === 'roles' && params.get('edit') !== null ? (
        <EditScreen org={org} me={me} state={catalog} />
      ) : (
        <Lists orgId={orgId} me={me} tab={tab} state={catalog} />
      )}
    </RoleNames>
  );
}

interface ListsProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly tab: 'members' | 'roles';
  readonly state: CatalogState;
}

function Lists({ orgId, me, tab, state }: ListsProps) {
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next) => navigate({ params: next === 'roles' ? { tab: 'roles' } : {} })}
      className="h-full"
    >
      <PageFrame
        title="Access"
        scope={<ScreenTabs label="Access" tabs={TABS} />}
        actions={tab === 'roles' ? <RoleActions me={me} /> : <InviteAction me={me} />}
        keys={tab === 'roles' ? ROLE_KEYS : MEMBER_KEYS}
        provenance={me !== null && !me.online ? 'From the mirror, offline: changes wait' : 'From the mirror'}
      >
        <Tabs.Content value="members" className="h-full focus:outline-none">
          <MembersTab orgId={orgId} me={me} state={state} />
        </Tabs.Content>
        <Tabs.Content value="roles" className="h-full focus:outline-none">
          <RolesTab orgId={orgId} me={me} state={state} />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}

function InviteAction({ me }: { readonly me: Me | null }) {
  return (
    <GatedButton
      kind="primary"
      icon={UserPlus}
      refusal={refusalOf('member.create', me)}
      onClick={() => setParams({ open: null, act: null, invite: '1' })}
    >
      Invite member
    </GatedButton>
  );
}

function RoleActions({ me }: { readonly me: Me | null }) {
  const refusal = refusalOf('role.create', me);
  const create = (): void => setParams({ edit: 'new', open: null, import: null });
  useKeys({ n: () => refusal === null && create() });
  return (
    <>
      <GatedButton
        icon={Import}
        refusal={refusalOf('role.import', me)}
        onClick={() => setParams({ import: '1', open: null, job: null })}
      >
        Import catalogue
      </GatedButton>
      <GatedButton kind="primary" icon={Plus} refusal={refusal} onClick={create}>
        New role
      </GatedButton>
    </>
  );
}

interface EditProps {
  readonly org: OrgSummary;
  readonly me: Me | null;
  readonly state: CatalogState;
}

/** The role editor has the screen to itself. */
function EditScreen({ org, me, state }: EditProps) {
  const { matrix, catalog, query } = state;
  const editing = useEditing(catalog?.roles ?? null);
  const title =
    editing === null || editing.role === null
      ? 'New role'
      : editing.copy
        ? `Copy of ${editing.role.name}`
        : editing.role.name;
  return (
    <PageFrame
      title={title}
      scope={`${org.name} · role`}
      keys={EDITOR_KEYS}
      provenance="Effect computed from the mirror"
    >
      {editing !== null && matrix !== null ? (
        <RoleEditor orgId={org.orgId} matrix={matrix} role={editing.role} copy={editing.copy} me={me} />
      ) : (
        <NoEditor error={query.error} reload={query.reload} loaded={catalog !== null} />
      )}
    </PageFrame>
  );
}
