import { daysLeft } from '../../../shared/compliance/due.ts';
import { DATA_REQUEST_KINDS, type DataRequest } from '../../../shared/entities/index.ts';
import { plural } from '../../ui/numbers.ts';
import { defineTable } from '../../ui/table/defineTable.ts';
import { type Tone, Verdict } from '../../ui/Verdict.tsx';

export const LAW_WORDS: Readonly<Record<DataRequest['law'], string>> = { gdpr: 'GDPR', ccpa: 'CCPA', other: 'other' };
export const KIND_WORDS: Readonly<Record<DataRequest['kind'], string>> = {
  access: 'access',
  erasure: 'erasure',
  correction: 'correction',
  restriction: 'restriction',
  portability: 'portability',
  objection: 'objection',
  opt_out: 'opt-out',
};
export const STATE_WORDS: Readonly<Record<DataRequest['state'], { readonly word: string; readonly tone: Tone }>> = {
  received: { word: 'received', tone: 'accent' },
  verified: { word: 'verified', tone: 'accent' },
  in_progress: { word: 'in progress', tone: 'accent' },
  fulfilled: { word: 'fulfilled', tone: 'ok' },
  denied: { word: 'denied', tone: 'none' },
  withdrawn: { word: 'withdrawn', tone: 'none' },
};
const ORDER = Object.keys(STATE_WORDS);

export const kindOptions = DATA_REQUEST_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }));
export const lawOptions = (['gdpr', 'ccpa', 'other'] as const).map((value) => ({ value, label: LAW_WORDS[value] }));

/** How long until the due day, with a word for it. */
export function LeftVerdict({ request, now }: { readonly request: DataRequest; readonly now: number }) {
  const left = daysLeft(request, now);
  if (left === null) return <span className="text-dim">answered</span>;
  if (left < 0) return <Verdict tone="bad">{plural(-left, 'day')} overdue</Verdict>;
  return (
    <Verdict tone={left <= 7 ? 'warn' : 'none'}>{left === 0 ? 'due today' : `${plural(left, 'day')} left`}</Verdict>
  );
}

export interface RequestRow {
  readonly request: DataRequest;
  readonly now: number;
}

export const REQUESTS = defineTable<RequestRow>({
  id: 'privacy-requests',
  noun: ['request', 'requests'],
  rowKey: ({ request }) => request.id,
  sort: { id: 'due', desc: false },
  columns: [
    { id: 'subject', head: 'Person', size: 190, share: 1, fixed: true, value: ({ request }) => request.subject },
    { id: 'kind', head: 'Asks for', size: 96, value: ({ request }) => KIND_WORDS[request.kind] },
    { id: 'law', head: 'Law', size: 66, roomFrom: 700, value: ({ request }) => LAW_WORDS[request.law] },
    {
      id: 'state',
      head: 'State',
      size: 116,
      value: ({ request }) => STATE_WORDS[request.state].word,
      compare: (a, b) => ORDER.indexOf(a.request.state) - ORDER.indexOf(b.request.state),
      cell: ({ request }) => (
        <Verdict tone={STATE_WORDS[request.state].tone}>{STATE_WORDS[request.state].word}</Verdict>
      ),
    },
    { id: 'due', head: 'Due', size: 92, value: ({ request }) => request.due_on },
    {
      id: 'left',
      head: 'Time left',
      size: 130,
      value: ({ request, now }) => daysLeft(request, now),
      cell: ({ request, now }) => <LeftVerdict request={request} now={now} />,
    },
    { id: 'received', head: 'Received', size: 92, roomFrom: 780, value: ({ request }) => request.received_on },
    { id: 'answered', head: 'Answered', size: 92, roomFrom: 980, value: ({ request }) => request.answered_on },
    { id: 'channel', head: 'Came by', size: 110, roomFrom: 900, value: ({ request }) => request.channel },
    {
      id: 'erased',
      head: 'Erased',
      size: 84,
      numeric: true,
      roomFrom: 1050,
      value: ({ request }) => request.erasure?.disclosures ?? null,
    },
    {
      id: 'denied',
      head: 'Reason denied',
      size: 160,
      roomFrom: Number.POSITIVE_INFINITY,
      value: ({ request }) => request.denied_reason || null,
    },
  ],
});
