import type { ReactNode } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { bytes, count, DASH } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { INTEGRITY, Verdict } from '../ui/Verdict.tsx';
import { Sparkline } from './Sparkline.tsx';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** In pixels at 1280; a wider window stretches all alike. */
  readonly width: number;
  readonly right?: boolean;
  /** Order; columns without one cannot be sorted. */
  readonly compare?: (a: OrgSummary, b: OrgSummary) => number;
  readonly cell: (org: OrgSummary) => ReactNode;
}

const RANK = { alarm: 0, unverified: 1, never_synced: 2, proven: 3 } as const;

export const COLUMNS: readonly Column[] = [
  {
    id: 'name',
    title: 'Organization',
    width: 152,
    compare: (a, b) => a.name.localeCompare(b.name, 'en'),
    cell: (org) => <span className="truncate font-medium">{org.name}</span>,
  },
  {
    id: 'verdict',
    width: 132,
    title: 'Log',
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
    width: 88,
    title: 'Events',
    right: true,
    compare: (a, b) => a.counts.events - b.counts.events,
    cell: (org) => (org.lastSyncAt === null && org.counts.events === 0 ? DASH : count(org.counts.events)),
  },
  { id: 'activity', width: 96, title: 'Last 24 h', cell: (org) => <Sparkline values={org.sparkline} /> },
  {
    id: 'members',
    width: 80,
    title: 'Members',
    right: true,
    compare: (a, b) => a.counts.members - b.counts.members,
    cell: (org) => (org.lastSyncAt === null ? DASH : count(org.counts.members)),
  },
  {
    id: 'workspaces',
    width: 100,
    title: 'Workspaces',
    right: true,
    compare: (a, b) => a.counts.workspaces - b.counts.workspaces,
    cell: (org) => (org.lastSyncAt === null ? DASH : count(org.counts.workspaces)),
  },
  {
    id: 'tier',
    width: 84,
    title: 'Tier',
    compare: (a, b) => a.tier.localeCompare(b.tier),
    cell: (org) => <span className="text-dim">{org.tier}</span>,
  },
  {
    id: 'region',
    width: 92,
    title: 'Region',
    compare: (a, b) => a.region.localeCompare(b.region),
    cell: (org) => <span className="truncate text-dim">{org.region || DASH}</span>,
  },
  {
    id: 'sync',
    width: 112,
    title: 'Last sync',
    compare: (a, b) => (a.lastSyncAt ?? 0) - (b.lastSyncAt ?? 0),
    cell: (org) =>
      org.lastSyncAt === null ? <span className="text-dim">never</span> : <RelativeTime at={org.lastSyncAt} />,
  },
  {
    id: 'size',
    width: 80,
    title: 'Mirror',
    right: true,
    compare: (a, b) => a.mirrorBytes - b.mirrorBytes,
    cell: (org) => (org.lastSyncAt === null ? DASH : bytes(org.mirrorBytes)),
  },
];
