import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Incidents, terminations, transfers and log reviews. */
export function RegistersTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
