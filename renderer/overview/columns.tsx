import type { OrgSummary } from '../../shared/contract/connections.ts';
import { formatHash } from '../app/router.ts';
import { bytes, DASH } from '../ui/numbers.ts';
import type { Column } from '../ui/table/columns.ts';
import { defineTable } from '../ui/table/defineTable.ts';
import { INTEGRITY, Verdict } from '../ui/Verdict.tsx';
import { Sparkline } from './Sparkline.tsx';
import { SyncCell } from './SyncCell.tsx';

/** Gravest first. */
const RANK = { alarm: 0, unverified: 1, never_synced: 2, proven: 3 } as const;

/** A figure of a mirror that was never filled is missing, not 0. */
const known = (org: OrgSummary, value: number): number | null => (org.lastSyncAt === null ? null : value);

const COLUMNS: readonly Column<OrgSummary>[] = [
  {
    id: 'name',
    head: 'Organization',
    size: 158,
    share: 2,
    fixed: true,
    value: (org) => org.name,
    cell: (org) => (
      <a
        href={formatHash({ screen: 'audit', org: org.orgId })}
        tabIndex={-1}
        title={org.name}
        className="rounded font-medium hover:underline"
      >
        {org.name}
      </a>
    ),
  },
  {
    id: 'id',
    head: 'Id',
    size: 130,
    roomFrom: Number.POSITIVE_INFINITY,
    value: (org) => org.orgId,
    cell: (org) => (
      <span className="mono text-dim" title={org.orgId}>
        {org.orgId}
      </span>
    ),
  },
  {
    id: 'verdict',
    head: 'Log',
    size: 124,
    value: (org) => INTEGRITY[org.integrity.state].word,
    compare: (a, b) => RANK[a.integrity.state] - RANK[b.integrity.state],
    cell: (org) => {
      const view = INTEGRITY[org.integrity.state];
      return (
        <Verdict tone={view.tone} icon={view.icon}>
          {view.word}
        </Verdict>
      );
    },
  },
  {
    id: 'events',
    head: 'Events',
    size: 78,
    share: 1,
    numeric: true,
    value: (org) => known(org, org.counts.events),
  },
  { id: 'activity', head: 'Newest 24 h', size: 100, cell: (org) => <Sparkline values={org.sparkline} /> },
  {
    id: 'members',
    head: 'Members',
    size: 78,
    share: 1,
    numeric: true,
    value: (org) => known(org, org.counts.members),
  },
  {
    id: 'workspaces',
    head: 'Workspaces',
    size: 96,
    share: 1,
    numeric: true,
    value: (org) => known(org, org.counts.workspaces),
  },
  {
    id: 'tier',
    head: 'Tier',
    size: 86,
    value: (org) => org.tier,
    cell: (org) => <span className="text-dim">{org.tier}</span>,
  },
  {
    id: 'region',
    head: 'Region',
    size: 116,
    share: 1,
    roomFrom: 960,
    value: (org) => org.region || null,
    cell: (org) => <span className="text-dim">{org.region || DASH}</span>,
  },
  {
    id: 'zone',
    head: 'Time zone',
    size: 124,
    share: 1,
    roomFrom: 1300,
    value: (org) => org.timeZone,
    cell: (org) => <span className="text-dim">{org.timeZone}</span>,
  },
  {
    id: 'size',
    head: 'Mirror',
    size: 80,
    share: 1,
    numeric: true,
    value: (org) => known(org, org.mirrorBytes),
    cell: (org) => <span>{org.lastSyncAt === null ? DASH : bytes(org.mirrorBytes)}</span>,
  },
  {
    id: 'sync',
    head: 'Last sync',
    size: 144,
    instant: true,
    control: true,
    value: (org) => org.lastSyncAt,
    cell: (org) => <SyncCell org={org} />,
  },
];

export const ORGS = defineTable<OrgSummary>({
  id: 'overview',
  ofSeveral: true,
  noun: ['organization', 'organizations'],
  rowKey: (org) => org.orgId,
  sort: { id: 'name', desc: false },
  columns: COLUMNS,
});
