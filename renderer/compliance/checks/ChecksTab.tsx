import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Automated checks, of any day or period. */
export function ChecksTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
