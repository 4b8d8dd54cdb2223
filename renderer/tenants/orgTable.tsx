import type { OrgSummary } from '../../shared/contract/connections.ts';
import { count, DASH, plural } from '../ui/numbers.ts';
import { defineTable } from '../ui/table/defineTable.ts';
import { INTEGRITY, Verdict } from '../ui/Verdict.tsx';
import { useOrgUse } from './orgUses.ts';
import { UseBar } from './UseBar.tsx';

const never = ({ lastSyncAt }: OrgSummary): boolean => lastSyncAt === null;

/** Every organization of every platform, as tenants: who and how much, against the limits. */
export const TENANTS = defineTable<OrgSummary>({
  id: 'tenants',
  ofSeveral: true,
  noun: ['organization', 'organizations'],
  rowKey: ({ orgId }) => orgId,
  sort: { id: 'name', desc: false },
  columns: [
    {
      id: 'name',
      head: 'Organization',
      size: 150,
      share: 1,
      fixed: true,
      value: ({ name }) => name,
      cell: ({ name }) => (
        <span className="font-medium" title={name}>
          {name}
        </span>
      ),
    },
    {
      id: 'id',
      head: 'Id',
      size: 190,
      roomFrom: 1540,
      value: ({ orgId }) => orgId,
      cell: ({ orgId }) => (
        <span className="mono text-dim" title={orgId}>
          {orgId}
        </span>
      ),
    },
    { id: 'tier', head: 'Tier', size: 84, value: ({ tier }) => tier },
    { id: 'region', head: 'Region', size: 112, value: ({ region }) => region },
    { id: 'zone', head: 'Time zone', size: 164, roomFrom: 1230, value: ({ timeZone }) => timeZone },
    {
      id: 'members',
      head: 'Members',
      size: 84,
      numeric: true,
      value: (org) => (never(org) ? null : org.counts.members),
    },
    {
      id: 'workspaces',
      head: 'Workspaces',
      size: 102,
      numeric: true,
      value: (org) => (never(org) ? null : org.counts.workspaces),
    },
    { id: 'threads', head: 'Threads used', size: 208, cell: (org) => <Limits org={org} of="threads" /> },
    { id: 'users', head: 'User seats', size: 208, roomFrom: 1062, cell: (org) => <Limits org={org} of="users" /> },
    { id: 'tight', head: 'Near a limit', size: 114, roomFrom: 900, cell: (org) => <Tight org={org} /> },
    {
      id: 'log',
      head: 'Log',
      size: 125,
      roomFrom: 1360,
      value: ({ integrity }) => INTEGRITY[integrity.state].word,
      cell: ({ integrity }) => {
        const { tone, icon, word } = INTEGRITY[integrity.state];
        return (
          <Verdict tone={tone} icon={icon}>
            {word}
          </Verdict>
        );
      },
    },
  ],
});

interface LimitsProps {
  readonly org: OrgSummary;
  readonly of: 'threads' | 'users';
}

function Limits({ org, of }: LimitsProps) {
  const use = useOrgUse(org.orgId);
  if (use === undefined) return <span className="dt-blank" aria-hidden />;
  if (use === null || use[of].max === 0) return <span className="text-dim">{DASH}</span>;
  return <UseBar use={use[of]} unit={of} />;
}

function Tight({ org }: { readonly org: OrgSummary }) {
  const use = useOrgUse(org.orgId);
  if (use === undefined) return <span className="dt-blank" aria-hidden />;
  if (use === null) return <span className="text-dim">{DASH}</span>;
  if (use.tight === 0) return <span className="text-dim">none</span>;
  return (
    <span className="tnum" title={`${plural(use.tight, 'workspace')} of ${count(org.counts.workspaces)}`}>
      {count(use.tight)} <span className="text-dim">of {count(org.counts.workspaces)}</span>
    </span>
  );
}
