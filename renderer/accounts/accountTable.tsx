import { Asterisk } from 'lucide-react';
import { DASH } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { defineTable } from '../ui/table/defineTable.ts';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import type { AccountRow, AccountStatus } from './accounts.ts';

export const STATUS_TONE: Readonly<Record<AccountStatus, Tone>> = {
  'in force': 'ok',
  'no key': 'none',
  expired: 'warn',
  revoked: 'none',
};

/** Revoked last: who looks for trouble looks at what works. */
const GRAVITY: readonly AccountStatus[] = ['in force', 'no key', 'expired', 'revoked'];

function Ago({ at, warn = false }: { readonly at: number | null; readonly warn?: boolean }) {
  if (at === null) return <span className="text-dim">{DASH}</span>;
  return (
    <span className={warn ? 'text-warn' : undefined}>
      <RelativeTime at={at} ahead />
    </span>
  );
}

/** Service accounts of one organization. */
export const ACCOUNTS = defineTable<AccountRow>({
  id: 'service-accounts',
  noun: ['service account', 'service accounts'],
  rowKey: ({ account }) => account.id,
  sort: { id: 'name', desc: false },
  columns: [
    {
      id: 'name',
      head: 'Name',
      size: 150,
      share: 1,
      fixed: true,
      value: ({ account }) => account.name,
      cell: ({ account }) => (
        <span className="font-medium" title={account.description}>
          {account.name}
        </span>
      ),
    },
    {
      id: 'status',
      head: 'Status',
      size: 112,
      value: ({ status }) => status,
      compare: (a, b) => GRAVITY.indexOf(a.status) - GRAVITY.indexOf(b.status),
      cell: ({ status }) => <Verdict tone={STATUS_TONE[status]}>{status}</Verdict>,
    },
    {
      id: 'owner',
      head: 'Owner',
      size: 140,
      share: 1,
      roomFrom: 720,
      value: ({ owner }) => owner,
      cell: ({ owner, account }) =>
        account.owner_active ? owner : <span className="text-warn">{owner}, not active</span>,
    },
    {
      id: 'workspace',
      head: 'Workspace',
      size: 120,
      roomFrom: 900,
      value: ({ workspace }) => workspace ?? 'every',
      cell: ({ workspace }) => workspace ?? <span className="text-dim">every</span>,
    },
    {
      id: 'permissions',
      head: 'Permissions',
      size: 104,
      numeric: true,
      roomFrom: 700,
      value: ({ account }) => account.permissions.length,
      cell: ({ account, concerns }) => (
        <span className="inline-flex items-center gap-1">
          {concerns.includes('wildcard') && (
            <Asterisk size={12} strokeWidth={2} className="text-accent" aria-label="with a wildcard" />
          )}
          {account.permissions.length}
        </span>
      ),
    },
    { id: 'keys', head: 'Keys in force', size: 106, numeric: true, value: ({ inForce }) => inForce },
    {
      id: 'oldest',
      head: 'Oldest key',
      size: 100,
      instant: true,
      roomFrom: 800,
      value: ({ oldestAt }) => oldestAt,
      cell: ({ oldestAt, concerns }) => <Ago at={oldestAt} warn={concerns.includes('old key')} />,
    },
    {
      id: 'ends',
      head: 'Next end',
      size: 98,
      instant: true,
      roomFrom: 480,
      value: ({ endsAt }) => endsAt,
      cell: ({ endsAt, concerns }) => <Ago at={endsAt} warn={concerns.includes('expiring')} />,
    },
    {
      id: 'used',
      head: 'Last used',
      size: 108,
      instant: true,
      value: ({ usedAt }) => usedAt,
      cell: ({ usedAt, concerns }) =>
        usedAt === null ? (
          <span className={concerns.includes('unused') ? 'text-warn' : 'text-dim'}>never</span>
        ) : (
          <Ago at={usedAt} warn={concerns.includes('unused')} />
        ),
    },
    {
      id: 'rate',
      head: 'Limit (per min)',
      size: 114,
      numeric: true,
      roomFrom: 1150,
      value: ({ account }) => account.rate_limit,
    },
    {
      id: 'description',
      head: 'Description',
      size: 220,
      roomFrom: Number.POSITIVE_INFINITY,
      value: ({ account }) => account.description,
    },
    { id: 'id', head: 'Id', size: 160, roomFrom: Number.POSITIVE_INFINITY, value: ({ account }) => account.id },
  ],
});
