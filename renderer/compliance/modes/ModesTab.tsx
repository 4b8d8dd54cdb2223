import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Compliance modes, frameworks and their crosswalk. */
export function ModesTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
