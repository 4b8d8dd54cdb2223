import { Import, Plus, UserPlus } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { navigate, setParams, useRoute } from '../app/router.ts';
import { useBeside } from '../app/useBeside.ts';
import { QuestionsTab } from '../questions/QuestionsTab.tsx';
import { ReviewAction, ReviewsTab } from '../reviews/ReviewsTab.tsx';
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
const QUESTION_KEYS: readonly KeyHint[] = [
  { keys: ['1–5'], label: 'question' },
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['/'], label: 'filter' },
];
const REVIEW_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['W'], label: 'worklist' },
  { keys: ['N'], label: 'new review' },
];
const WORK_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['C'], label: 'confirm' },
  { keys: ['R'], label: 'revoke' },
  { keys: ['U'], label: 'undo the last' },
  { keys: ['Shift C'], label: 'confirm all of the holder' },
  { keys: ['Esc'], label: 'back' },
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
  ['questions', 'Questions'],
  ['reviews', 'Reviews'],
];
type Tab = 'members' | 'roles' | 'questions' | 'reviews';

const KEYS: Readonly<Record<Tab, readonly KeyHint[]>> = {
  members: MEMBER_KEYS,
  roles: ROLE_KEYS,
  questions: QUESTION_KEYS,
  reviews: REVIEW_KEYS,
};

/** Who may do what: members with their access, roles with their permissions. */
export function AccessScreen({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const me = useMe(orgId);
  const tab = (TABS.find(([name]) => name === params.get('tab'))?.[0] ?? 'members') as Tab;
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
  readonly tab: Tab;
  readonly state: CatalogState;
}

function Lists({ orgId, me, tab, state }: ListsProps) {
  const working = useRoute((route) => tab === 'reviews' && route.params.get('work') === '1');
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next) => navigate({ params: next === 'members' ? {} : { tab: next } })}
      className="h-full"
    >
      <PageFrame
        title="Access"
        scope={<ScreenTabs label="Access" tabs={TABS} />}
        actions={<Actions tab={tab} me={me} />}
        keys={working ? WORK_KEYS : KEYS[tab]}
        provenance={me !== null && !me.online ? 'From the mirror, offline: changes wait' : 'From the mirror'}
      >
        <Tabs.Content value="members" tabIndex={-1} className="h-full focus:outline-none">
          <MembersTab orgId={orgId} me={me} state={state} />
        </Tabs.Content>
        <Tabs.Content value="roles" tabIndex={-1} className="h-full focus:outline-none">
          <RolesTab orgId={orgId} me={me} state={state} />
        </Tabs.Content>
        <Tabs.Content value="questions" tabIndex={-1} className="h-full focus:outline-none">
          <QuestionsTab orgId={orgId} state={state} />
        </Tabs.Content>
        <Tabs.Content value="reviews" tabIndex={-1} className="h-full focus:outline-none">
          <ReviewsTab orgId={orgId} me={me} />
        </Tabs.Content>
      </PageFrame>
    </Tabs.Root>
  );
}

function Actions({ tab, me }: Pick<ListsProps, 'tab' | 'me'>) {
  if (tab === 'members') return <InviteAction me={me} />;
  if (tab === 'roles') return <RoleActions me={me} />;
  return tab === 'reviews' ? <ReviewAction me={me} /> : null;
}

function InviteAction({ me }: { readonly me: Me | null }) {
  const beside = useBeside();
  return (
    <GatedButton
      kind={beside ? 'plain' : 'primary'}
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
  useKeys({ n: create });
  const beside = useBeside();
  return (
    <>
      <GatedButton
        icon={Import}
        refusal={refusalOf('role.import', me)}
        onClick={() => setParams({ import: '1', open: null, job: null })}
      >
        Import catalogue
      </GatedButton>
      <GatedButton kind={beside ? 'plain' : 'primary'} icon={Plus} refusal={refusal} onClick={create}>
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
