import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Controls of a framework with their state. */
export function ChecklistTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
