import type { EvidenceRow, RequestRow } from '../../../shared/contract/evidence.ts';
import { LongId } from '../../ui/Id.tsx';
import { DASH } from '../../ui/numbers.ts';
import { defineTable } from '../../ui/table/defineTable.ts';
import { Verdict } from '../../ui/Verdict.tsx';
import { KIND, requestState, STATE, sizeText } from './words.ts';

export const EVIDENCE = defineTable<EvidenceRow>({
  id: 'evidence',
  noun: ['piece of evidence', 'pieces of evidence'],
  rowKey: ({ evidence }) => evidence.id,
  sort: { id: 'added', desc: true },
  columns: [
    { id: 'title', head: 'Title', size: 240, share: 2, fixed: true, value: ({ evidence }) => evidence.title },
    { id: 'kind', head: 'Kind', size: 110, roomFrom: 480, value: ({ evidence }) => KIND[evidence.kind] },
    { id: 'on', head: 'Evidence of', size: 104, value: ({ evidence }) => evidence.evidence_on },
    {
      id: 'state',
      head: 'Validity',
      size: 112,
      value: ({ state }) => state,
      cell: ({ state }) => <Verdict tone={STATE[state]}>{state}</Verdict>,
    },
    {
      id: 'until',
      head: 'Valid until',
      size: 104,
      roomFrom: 860,
      value: ({ evidence }) => evidence.valid_until,
      cell: ({ evidence }) => evidence.valid_until ?? <span className="text-dim">no end</span>,
    },
    {
      id: 'controls',
      head: 'Controls',
      size: 150,
      share: 1,
      roomFrom: 640,
      value: ({ evidence }) => [...evidence.controls, ...evidence.checks].join(', '),
    },
    {
      id: 'added',
      head: 'Added',
      size: 150,
      instant: true,
      roomFrom: 760,
      value: ({ evidence }) => Date.parse(evidence.created_at),
    },
    {
      id: 'size',
      head: 'Size',
      size: 90,
      numeric: true,
      roomFrom: 1_062,
      value: ({ evidence }) => evidence.file?.bytes ?? null,
      cell: ({ evidence }) =>
        evidence.file === null ? <span className="text-dim">{DASH}</span> : sizeText(evidence.file.bytes),
    },
    {
      id: 'digest',
      head: 'SHA-256',
      size: 140,
      roomFrom: 1_210,
      value: ({ evidence }) => evidence.file?.sha256 ?? null,
      cell: ({ evidence }) =>
        evidence.file === null ? (
          <span className="text-dim">{DASH}</span>
        ) : (
          <LongId value={evidence.file.sha256} what="SHA-256" head={6} tail={4} />
        ),
    },
  ],
});

/** What waits for somebody first. */
const URGENCY = ['overdue', 'returned', 'open', 'provided', 'accepted', 'cancelled'];
const urgency = (row: RequestRow): number => URGENCY.indexOf(requestState(row).word);

export interface NamedRequest extends RequestRow {
  readonly assignee: string | null;
}

export const REQUESTS = defineTable<NamedRequest>({
  id: 'evidence-requests',
  noun: ['request', 'requests'],
  rowKey: ({ request }) => request.id,
  sort: { id: 'state', desc: false },
  columns: [
    { id: 'title', head: 'Request', size: 260, share: 2, fixed: true, value: ({ request }) => request.title },
    {
      id: 'state',
      head: 'State',
      size: 116,
      value: (row) => requestState(row).word,
      compare: (a, b) => urgency(a) - urgency(b),
      cell: (row) => <Verdict tone={requestState(row).tone}>{requestState(row).word}</Verdict>,
    },
    {
      id: 'due',
      head: 'Due',
      size: 104,
      value: ({ request }) => request.due_on ?? '9999',
      cell: ({ request }) => request.due_on ?? <span className="text-dim">{DASH}</span>,
    },
    { id: 'assignee', head: 'Asked of', size: 150, roomFrom: 520, value: ({ assignee }) => assignee },
    {
      id: 'controls',
      head: 'Controls',
      size: 150,
      share: 1,
      roomFrom: 640,
      value: ({ request }) => request.controls.join(', '),
    },
    {
      id: 'evidence',
      head: 'Evidence',
      size: 90,
      numeric: true,
      roomFrom: 760,
      value: ({ request }) => request.evidence.length,
    },
    {
      id: 'added',
      head: 'Asked',
      size: 150,
      instant: true,
      roomFrom: 860,
      value: ({ request }) => Date.parse(request.created_at),
    },
  ],
});
