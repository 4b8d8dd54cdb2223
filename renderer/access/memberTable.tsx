import { Asterisk } from 'lucide-react';
import type { Member } from '../../shared/entities/index.ts';
import { DASH, plural } from '../ui/numbers.ts';
import { defineTable } from '../ui/table/defineTable.ts';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import type { MemberRow } from './members.ts';

export const STATUS: Readonly<Record<Member['status'], { readonly tone: Tone; readonly word: string }>> = {
  active: { tone: 'ok', word: 'active' },
  invited: { tone: 'none', word: 'invited' },
  suspended: { tone: 'warn', word: 'suspended' },
};

/** Members of one organization. */
export const MEMBERS = defineTable<MemberRow>({
  id: 'members',
  noun: ['member', 'members'],
  rowKey: ({ member }) => member.id,
  sort: { id: 'name', desc: false },
  columns: [
    {
      id: 'name',
      head: 'Name',
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
      id: 'email',
      head: 'E-mail',
      size: 200,
      share: 1,
      roomFrom: 720,
      value: ({ member }) => member.email,
      cell: ({ member }) => (
        <span className="text-dim" title={member.email}>
          {member.email}
        </span>
      ),
    },
    { id: 'role', head: 'Role', size: 142, value: ({ role }) => role },
    {
      id: 'status',
      head: 'Status',
      size: 110,
      value: ({ member }) => member.status,
      cell: ({ member }) => <Verdict tone={STATUS[member.status].tone}>{STATUS[member.status].word}</Verdict>,
    },
    {
      id: 'mfa',
      head: 'Second factor',
      size: 112,
      roomFrom: 740,
      value: ({ member }) => (member.mfa ? 'set up' : 'none'),
      cell: ({ member }) => (member.mfa ? 'set up' : <span className="text-warn">none</span>),
    },
    {
      id: 'workspaces',
      head: 'Workspaces',
      size: 130,
      roomFrom: 850,
      value: ({ workspaces }) => workspaces?.join(', ') ?? 'every',
      cell: ({ workspaces }) =>
        workspaces === null ? (
          <span className="text-dim">every</span>
        ) : (
          <span title={workspaces.join(', ')}>
            {workspaces.length === 1 ? workspaces[0] : plural(workspaces.length, 'workspace')}
          </span>
        ),
    },
    {
      id: 'extra',
      head: 'Extra grants',
      size: 110,
      numeric: true,
      value: ({ member }) => member.permissions.length,
      cell: ({ member }) =>
        member.permissions.length === 0 ? (
          <span className="text-dim">{DASH}</span>
        ) : (
          <span className="inline-flex items-center gap-1" title={member.permissions.join(', ')}>
            {member.permissions.some((grant) => grant.includes('*')) && (
              <Asterisk size={12} strokeWidth={2} className="text-accent" aria-label="with a wildcard" />
            )}
            {member.permissions.length}
          </span>
        ),
    },
    {
      id: 'joined',
      head: 'Joined',
      size: 160,
      instant: true,
      roomFrom: 1080,
      value: ({ member }) => (member.joined_at === null ? null : Date.parse(member.joined_at)),
    },
    {
      id: 'directory',
      head: 'Directory',
      size: 90,
      roomFrom: 1250,
      value: ({ member }) => (member.external_id === null ? null : 'SCIM'),
    },
  ],
});
