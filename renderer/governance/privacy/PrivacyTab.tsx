import type { OrgSummary } from '../../../shared/contract/connections.ts';

/** Requests of data subjects, access export and erasure. */
export function PrivacyTab({ org: _org }: { readonly org: OrgSummary }) {
  return null;
}
