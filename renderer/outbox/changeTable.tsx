import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { defineTable } from '../ui/table/defineTable.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { GRAVITY, STATES, sentence } from './entries.ts';

/** Changes of one organization that are not carried out. */
export const CHANGES = defineTable<OutboxEntry>({
  id: 'outbox',
  noun: ['change', 'changes'],
  rowKey: ({ id }) => id,
  sort: { id: 'state', desc: false },
  columns: [
    {
      id: 'change',
      head: 'Change',
      size: 240,
      share: 2,
      fixed: true,
      value: (entry) => sentence(entry),
      cell: (entry) => <span className="font-medium">{sentence(entry)}</span>,
    },
    {
      id: 'state',
      head: 'State',
      size: 112,
      value: ({ state }) => STATES[state].word,
      compare: (a, b) => GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state) || a.createdAt - b.createdAt,
      cell: ({ state, inDoubt }) => (
        <Verdict tone={STATES[state].tone}>{inDoubt && state === 'waiting' ? 'in doubt' : STATES[state].word}</Verdict>
      ),
    },
    {
      id: 'why',
      head: 'Why it stands here',
      size: 240,
      share: 2,
      roomFrom: 620,
      value: ({ error }) => error?.message ?? null,
      cell: ({ error, dependsOn, state }) => (
        <span className={error === null ? 'text-dim' : undefined} title={error?.message}>
          {error?.message ??
            (dependsOn.length > 0
              ? 'waits for another change'
              : state === 'sending'
                ? 'the platform was asked'
                : 'not sent yet')}
        </span>
      ),
    },
    {
      id: 'asked',
      head: 'Asked',
      size: 108,
      instant: true,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    { id: 'attempts', head: 'Attempts', size: 84, numeric: true, roomFrom: 760, value: ({ attempts }) => attempts },
    {
      id: 'target',
      head: 'Target',
      size: 160,
      roomFrom: Number.POSITIVE_INFINITY,
      value: ({ target }) => `${target.kind} ${target.id}`,
    },
  ],
});
