import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Retention policies, legal holds and pruning. */
export function RetentionTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
