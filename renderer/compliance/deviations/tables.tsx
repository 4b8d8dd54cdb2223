import { clsx } from 'clsx';
import { CircleCheck, CircleDot } from 'lucide-react';
import type { PendingChange } from '../../../shared/contract/outbox.ts';
import { DASH } from '../../ui/numbers.ts';
import { defineTable } from '../../ui/table/defineTable.ts';
import { Verdict } from '../../ui/Verdict.tsx';
import { DueDay, dayText, QuietMark } from '../checklist/marks.tsx';
import { EXCEPTION, SEVERITY } from '../checklist/words.ts';
import { byDecision, byGravity, type ExceptionLine, type FindingLine } from './lines.ts';

const NEVER = Number.POSITIVE_INFINITY;
const OPEN = { word: 'open', tone: 'none', icon: CircleDot } as const;
const CLOSED = { word: 'closed', tone: 'ok', icon: CircleCheck } as const;

interface TitleProps {
  readonly title: string;
  readonly pending: PendingChange | null;
  readonly quiet: boolean;
}

function Title({ title, pending, quiet }: TitleProps) {
  return (
    <span className="flex min-w-0 items-baseline gap-2" title={title}>
      <span className={clsx('truncate', quiet ? 'text-dim' : 'font-medium')}>{title}</span>
      {pending !== null && <span className="shrink-0 text-11 text-warn">waits to be sent</span>}
    </span>
  );
}

const refs = ({ controls, lost }: Pick<FindingLine, 'controls' | 'lost'>): string | null =>
  [...controls.map(({ ref }) => ref), ...lost].join(', ') || null;

function Refs({ line }: { readonly line: Pick<FindingLine, 'controls' | 'lost'> }) {
  const text = refs(line);
  if (text === null) return <span className="text-dim">{DASH}</span>;
  return (
    <span className="font-mono text-12" title={line.controls.map(({ ref, title }) => `${ref} ${title}`).join('\n')}>
      {text}
    </span>
  );
}

/** Findings across all controls, the gravest that is open first. */
export const FINDINGS = defineTable<FindingLine>({
  id: 'findings',
  noun: ['finding', 'findings'],
  rowKey: ({ id }) => id,
  sort: { id: 'severity', desc: false },
  columns: [
    {
      ...{ id: 'severity', head: 'Severity', size: 104 },
      value: ({ view }) => view.finding.severity,
      compare: byGravity,
      cell: ({ view: { finding } }) => (
        <Verdict tone={finding.status === 'open' ? SEVERITY[finding.severity] : 'none'}>{finding.severity}</Verdict>
      ),
    },
    {
      ...{ id: 'title', head: 'Finding', size: 220, share: 1, fixed: true },
      value: ({ view }) => view.finding.title,
      cell: ({ view: { finding, pending } }) => (
        <Title title={finding.title} pending={pending} quiet={finding.status === 'closed'} />
      ),
    },
    {
      ...{ id: 'state', head: 'State', size: 90 },
      value: ({ view }) => view.finding.status,
      cell: ({ view }) => <QuietMark look={view.finding.status === 'open' ? OPEN : CLOSED} />,
    },
    {
      ...{ id: 'due', head: 'Due', note: 'UTC', size: 178, roomFrom: 480 },
      value: ({ view }) => view.finding.due_on,
      cell: ({ view: { finding }, overdue }) => <DueDay day={finding.due_on} overdue={overdue} />,
    },
    { ...{ id: 'owner', head: 'Owner', size: 140, roomFrom: 740 }, value: ({ owner }) => owner },
    {
      ...{ id: 'controls', head: 'Controls', size: 130, roomFrom: 880 },
      value: refs,
      cell: (line) => <Refs line={line} />,
    },
    {
      ...{ id: 'checks', head: 'Checks', size: 100, roomFrom: 1000 },
      value: ({ view }) => view.finding.checks.join(', ') || null,
    },
    {
      ...{ id: 'recorded', head: 'Recorded', size: 140, roomFrom: 1100, instant: true },
      value: ({ view }) => Date.parse(view.finding.created_at),
    },
    {
      ...{ id: 'closed', head: 'Closed', size: 140, roomFrom: NEVER, instant: true },
      value: ({ view: { finding } }) => (finding.closed_at === null ? null : Date.parse(finding.closed_at)),
    },
    {
      ...{ id: 'condition', head: 'Condition', size: 260, roomFrom: NEVER },
      value: ({ view }) => view.finding.condition,
    },
    {
      ...{ id: 'recommendation', head: 'Recommendation', size: 260, roomFrom: NEVER },
      value: ({ view }) => view.finding.recommendation || null,
    },
    { ...{ id: 'id', head: 'Id', size: 150, roomFrom: NEVER }, value: ({ id }) => id },
  ],
});

/** Exceptions across all controls and checks, those that wait for a decision first. */
export const EXCEPTIONS = defineTable<ExceptionLine>({
  id: 'exceptions',
  noun: ['exception', 'exceptions'],
  rowKey: ({ id }) => id,
  sort: { id: 'state', desc: false },
  columns: [
    {
      ...{ id: 'state', head: 'State', size: 104 },
      value: ({ state }) => state,
      compare: byDecision,
      cell: ({ state }) => <Verdict tone={EXCEPTION[state]}>{state}</Verdict>,
    },
    {
      ...{ id: 'title', head: 'Exception', size: 240, share: 1, fixed: true },
      value: ({ view }) => view.exception.title,
      cell: ({ view: { exception, pending }, state }) => (
        <Title title={exception.title} pending={pending} quiet={state === 'expired' || state === 'revoked'} />
      ),
    },
    {
      ...{ id: 'ends', head: 'Last day', note: 'UTC', size: 126, roomFrom: 400 },
      value: ({ view }) => view.exception.expires_on,
      cell: ({ view }) => <span className="tnum">{dayText(view.exception.expires_on)}</span>,
    },
    {
      ...{ id: 'controls', head: 'Controls', size: 120, roomFrom: 600 },
      value: refs,
      cell: (line) => <Refs line={line} />,
    },
    {
      ...{ id: 'checks', head: 'Checks', size: 100, roomFrom: 700 },
      value: ({ view }) => view.exception.checks.join(', ') || null,
    },
    {
      ...{ id: 'items', head: 'Items', size: 70, numeric: true, roomFrom: NEVER },
      value: ({ view: { exception } }) => (exception.subjects.length === 0 ? null : exception.subjects.length),
    },
    { ...{ id: 'asker', head: 'Asked for by', size: 140, roomFrom: 840 }, value: ({ asker }) => asker },
    {
      ...{ id: 'asked', head: 'Asked', size: 140, roomFrom: 1100, instant: true },
      value: ({ view }) => Date.parse(view.exception.created_at),
    },
    {
      ...{ id: 'approved', head: 'Approved', size: 140, roomFrom: NEVER, instant: true },
      value: ({ view: { exception } }) => (exception.approved_at === null ? null : Date.parse(exception.approved_at)),
    },
    { ...{ id: 'reason', head: 'Reason', size: 260, roomFrom: NEVER }, value: ({ view }) => view.exception.reason },
    { ...{ id: 'id', head: 'Id', size: 150, roomFrom: NEVER }, value: ({ id }) => id },
  ],
});
