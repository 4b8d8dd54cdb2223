import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Evidence and requests for it. */
export function EvidenceTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
