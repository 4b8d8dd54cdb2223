import type { BundleSection, DisclosureName } from '../../shared/contract/bundles.ts';

/** What each section of a bundle holds, as said on screen. */
export const SECTIONS: readonly { readonly id: BundleSection; readonly label: string; readonly hint: string }[] = [
  {
    id: 'log',
    label: 'Log proof',
    hint: 'Signed checkpoint and cover hashes: the root recomputes only if every event of the period is there',
  },
  {
    id: 'events',
    label: 'Events',
    hint: 'Every event of the period with its disclosures, and an OCSF copy derived from it',
  },
  { id: 'access', label: 'Access', hint: 'Organization, workspaces and members as mirrored' },
  {
    id: 'sla',
    label: 'Service levels',
    hint: 'Monthly reports of the months that lie in the period, as PDF, CSV and JSON, with what the platform issued',
  },
  {
    id: 'compliance',
    label: 'Compliance',
    hint: 'An assessment of each framework chosen: controls, checks, findings, exceptions, as OSCAL, tables and reports, with the files of evidence',
  },
  { id: 'report', label: 'Report', hint: 'A self-contained page and PDF for reading' },
];

/** Disclosures and what leaves with each. */
export const DISCLOSURES: readonly { readonly id: DisclosureName; readonly label: string; readonly hint: string }[] = [
  { id: 'actor', label: 'Actor names', hint: 'Name and e-mail of who acted; the id stays' },
  { id: 'target', label: 'Target names', hint: 'Name of what was acted on; the id stays' },
  { id: 'source', label: 'Sources', hint: 'Network address and browser' },
  { id: 'change', label: 'Changes', hint: 'Values before and after' },
  { id: 'detail', label: 'Details', hint: 'Free detail, and original events of imported logs' },
];
