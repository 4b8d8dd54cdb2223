import { Building2, Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { Button } from '../ui/Button.tsx';
import { PageFrame } from '../ui/PageFrame.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../ui/States.tsx';
import { useOrg, useOrgs } from './orgs.ts';
import { navigate, useRoute } from './router.ts';

interface NeedsOrgProps {
  readonly title: string;
  readonly children: (org: OrgSummary) => ReactNode;
}

/** A screen about one organization, or why there is none. */
export function NeedsOrg({ title, children }: NeedsOrgProps) {
  const org = useOrg();
  const orgs = useOrgs((state) => state.orgs);
  const error = useOrgs((state) => state.error);
  const load = useOrgs((state) => state.load);
  const named = useRoute((route) => route.org);
  if (org !== null) return children(org);
  return (
    <PageFrame title={title}>
      {error !== null ? (
        <ErrorState error={error} kept="The mirrors were not changed." onRetry={() => void load()} />
      ) : orgs === null ? (
        <SkeletonRows />
      ) : named !== null && orgs.length > 0 ? (
        <EmptyState
          icon={Building2}
          action={<Button onClick={() => navigate({ screen: 'overview', org: null })}>Show all organizations</Button>}
        >
          There is no mirror of “{named}” in this console.
        </EmptyState>
      ) : (
        <ConnectFirst />
      )}
    </PageFrame>
  );
}

/** What every screen shows before the first platform is connected. */
export function ConnectFirst() {
  return (
    <EmptyState
      icon={Plug}
      action={
        <Button kind="primary" icon={Plug} onClick={() => navigate({ screen: 'connect', org: null })}>
          Connect a platform
        </Button>
      }
    >
      Organizations appear here once a platform is connected and its log keys are pinned.
    </EmptyState>
  );
}
