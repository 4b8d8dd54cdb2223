import { DASH } from '../ui/numbers.ts';
import { defineTable } from '../ui/table/defineTable.ts';
import { UseBar } from './UseBar.tsx';
import type { WorkspaceRow } from './use.ts';

/** Workspaces of one organization, their limits against their use. */
export const WORKSPACES = defineTable<WorkspaceRow>({
  id: 'workspaces',
  noun: ['workspace', 'workspaces'],
  rowKey: ({ workspace }) => workspace.id,
  sort: { id: 'name', desc: false },
  columns: [
    {
      id: 'name',
      head: 'Workspace',
      size: 130,
      share: 1,
      fixed: true,
      value: ({ workspace }) => workspace.name,
      cell: ({ workspace }) => <span className="font-medium">{workspace.name}</span>,
    },
    {
      id: 'threads',
      head: 'Threads used',
      size: 208,
      value: ({ threads }) => threads.used,
      compare: (a, b) => a.threads.share - b.threads.share,
      cell: ({ threads }) => <UseBar use={threads} unit="threads" />,
    },
    {
      id: 'users',
      head: 'Users',
      size: 184,
      value: ({ users }) => users.used,
      compare: (a, b) => a.users.share - b.users.share,
      cell: ({ users }) => <UseBar use={users} unit="users" />,
    },
    {
      id: 'retention',
      head: 'Retention (days)',
      size: 126,
      numeric: true,
      value: ({ workspace }) => workspace.max_log_retention_days,
    },
    {
      id: 'description',
      head: 'Description',
      size: 160,
      share: 2,
      roomFrom: 900,
      value: ({ workspace }) => workspace.description,
      cell: ({ workspace }) => <span className="text-dim">{workspace.description || DASH}</span>,
    },
    {
      id: 'max_threads',
      head: 'Threads, at most',
      size: 120,
      numeric: true,
      roomFrom: Number.POSITIVE_INFINITY,
      value: ({ workspace }) => workspace.max_threads,
    },
    {
      id: 'max_users',
      head: 'Users, at most',
      size: 120,
      numeric: true,
      roomFrom: Number.POSITIVE_INFINITY,
      value: ({ workspace }) => workspace.max_users,
    },
    {
      id: 'updated',
      head: 'Changed',
      size: 160,
      instant: true,
      roomFrom: 1150,
      value: ({ workspace }) => Date.parse(workspace.updated_at),
    },
  ],
});
