import type { AccessReview } from '../../shared/entities/index.ts';
import { count } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { defineTable } from '../ui/table/defineTable.ts';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import type { ReviewState } from './reviews.ts';

export interface ReviewRow {
  readonly review: AccessReview;
  readonly state: ReviewState;
  readonly reviewers: readonly string[];
}

export const STATE_TONE: Readonly<Record<ReviewState, Tone>> = {
  open: 'accent',
  'due soon': 'warn',
  overdue: 'bad',
  closed: 'ok',
};

/** Decided of all, as a bar with its figures. */
export function Progress({ decided, items }: { readonly decided: number; readonly items: number }) {
  const share = items === 0 ? 0 : decided / items;
  return (
    <span className="flex items-baseline gap-2">
      <span className="h-1 w-12 shrink-0 self-center overflow-hidden rounded-full bg-line" aria-hidden>
        <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="tnum">
        {count(decided)} of {count(items)}
      </span>
    </span>
  );
}

/** Access reviews of one organization. */
export const REVIEWS = defineTable<ReviewRow>({
  id: 'access-reviews',
  noun: ['review', 'reviews'],
  rowKey: ({ review }) => review.id,
  sort: { id: 'due', desc: true },
  columns: [
    {
      id: 'name',
      head: 'Review',
      size: 200,
      share: 2,
      fixed: true,
      value: ({ review }) => review.name,
      cell: ({ review }) => <span className="font-medium">{review.name}</span>,
    },
    {
      id: 'state',
      head: 'State',
      size: 104,
      value: ({ state }) => state,
      cell: ({ state }) => <Verdict tone={STATE_TONE[state]}>{state}</Verdict>,
    },
    {
      id: 'decided',
      head: 'Decided',
      size: 180,
      value: ({ review }) => review.decided,
      cell: ({ review }) => <Progress decided={review.decided} items={review.items} />,
    },
    { id: 'revoked', head: 'Revoked', size: 78, numeric: true, value: ({ review }) => review.revoked },
    {
      id: 'due',
      head: 'Due',
      size: 98,
      instant: true,
      value: ({ review }) => Date.parse(review.due_at),
      cell: ({ review, state }) => (
        <span className={state === 'overdue' ? 'text-bad' : undefined}>
          <RelativeTime at={Date.parse(review.due_at)} ahead />
        </span>
      ),
    },
    {
      id: 'reviewers',
      head: 'Reviewers',
      size: 200,
      share: 1,
      roomFrom: 760,
      value: ({ reviewers }) => reviewers.join(', '),
    },
    {
      id: 'created',
      head: 'Started',
      size: 96,
      instant: true,
      roomFrom: 860,
      value: ({ review }) => Date.parse(review.created_at),
      cell: ({ review }) => <RelativeTime at={Date.parse(review.created_at)} />,
    },
  ],
});
