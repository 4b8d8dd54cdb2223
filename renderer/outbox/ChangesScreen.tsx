import type { OrgSummary } from '../../shared/contract/connections.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
export function ChangesScreen({ org }: { readonly org: OrgSummary }) {
  return (
    <PageFrame title="Changes" scope={org.name}>
      {null}
    </PageFrame>
  );
}
