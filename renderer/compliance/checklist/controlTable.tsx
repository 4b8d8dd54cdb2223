import { clsx } from 'clsx';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ControlSummaryView } from '../../../shared/contract/checklist.ts';
import { DASH } from '../../ui/numbers.ts';
import type { Column } from '../../ui/table/columns.ts';
import { defineTable } from '../../ui/table/defineTable.ts';
import { useClosed } from './closed.ts';
import { DueDay, Mark, OperatingMark, QuietMark } from './marks.tsx';
import type { ControlLine } from './rows.ts';
import { EFFECT, GRAVITY, STATUS, shareWords } from './words.ts';

/** The order of the framework. */
export const TREE = 'control';

/** Reference and title, set in by the depth; a group opens and closes. */
function ControlCell({ line }: { readonly line: ControlLine }) {
  const { view, closed } = line;
  const { node, depth, control } = view;
  const Icon = closed ? ChevronRight : ChevronDown;
  return (
    <span className="flex items-center gap-1.5" style={{ paddingLeft: depth * 14 }} title={`${node.ref} ${node.title}`}>
      {closed === null ? (
        <span className="w-4 shrink-0" />
      ) : (
        <button
          type="button"
          tabIndex={-1}
          aria-label={`${closed ? 'Open' : 'Close'} ${node.ref}`}
          aria-expanded={!closed}
          onClick={() => useClosed.getState().toggle(node.id)}
          className="flex size-4 shrink-0 items-center justify-center rounded text-dim hover:bg-hover hover:text-text"
        >
          <Icon size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      <span className="shrink-0 font-mono text-12 text-dim">{node.ref}</span>
      <span className={clsx('truncate', control === null ? 'font-bold' : 'font-medium')}>{node.title}</span>
      {node.obligation === 'addressable' && <span className="shrink-0 text-11 text-dim">addressable</span>}
    </span>
  );
}

function StatusCell({ line: { view } }: { readonly line: ControlLine }) {
  if (view.control !== null) {
    return (
      <span title={view.control.why}>
        <Mark look={STATUS[view.control.status]} />
      </span>
    );
  }
  const share = view.rollUp!.percentage;
  return (
    <span className="tnum text-dim" title={shareWords(share)}>
      {share.of === 0 ? 'none count' : `${share.met} of ${share.of} met`}
    </span>
  );
}

const Dash = () => <span className="text-dim">{DASH}</span>;

type Of<T> = (control: ControlSummaryView, line: ControlLine) => T;

/** A column about controls, empty for groups. */
function about(
  column: Omit<Column<ControlLine>, 'value' | 'cell' | 'compare'>,
  value: Of<string | number | null>,
  cell?: Of<React.ReactNode>,
): Column<ControlLine> {
  return {
    ...column,
    value: (line) => (line.view.control === null ? null : value(line.view.control, line)),
    cell: (line) => {
      const { control } = line.view;
      if (control === null) return null;
      if (cell) return cell(control, line);
      const shown = value(control, line);
      return <span className={clsx(!shown && 'text-dim')}>{shown ?? DASH}</span>;
    },
  };
}

const passing = ({ checks }: ControlSummaryView): number => checks.filter(({ state }) => state === 'pass').length;

/** Controls of a framework as a tree. */
export const CONTROLS = defineTable<ControlLine>({
  id: 'controls',
  noun: ['control', 'controls'],
  rowKey: ({ view }) => view.node.id,
  counts: ({ view }) => view.control !== null,
  sort: { id: TREE, desc: false },
  columns: [
    {
      id: TREE,
      head: 'Control',
      size: 240,
      share: 1,
      fixed: true,
      value: ({ view }) => `${view.node.ref} ${view.node.title}`,
      compare: (a, b) => a.order - b.order,
      cell: (line) => <ControlCell line={line} />,
    },
    {
      id: 'status',
      head: 'Status',
      size: 136,
      value: ({ view }) => (view.control === null ? null : STATUS[view.control.status].word),
      compare: (a, b) => rank(a) - rank(b) || a.order - b.order,
      cell: (line) => <StatusCell line={line} />,
    },
    about(
      { id: 'design', head: 'Design', size: 130, roomFrom: 760 },
      ({ design }) => EFFECT[design].word,
      ({ design }) => <QuietMark look={EFFECT[design]} />,
    ),
    about(
      { id: 'operating', head: 'Operating', size: 150, roomFrom: 620 },
      ({ operating }) => `${EFFECT[operating.state].word}${operating.basis === 'automated' ? ' by checks' : ''}`,
      ({ operating }) => <OperatingMark operating={operating} />,
    ),
    about(
      { id: 'checks', head: 'Checks pass', size: 100, numeric: true, roomFrom: 480 },
      (control) => (control.checks.length === 0 ? null : passing(control)),
      (control) => {
        if (control.checks.length === 0) return <Dash />;
        const failing = control.automated === 'fail';
        return (
          <span className={clsx(failing && 'font-medium text-bad')}>
            {passing(control)} of {control.checks.length}
          </span>
        );
      },
    ),
    about(
      { id: 'owner', head: 'Owner', size: 120, roomFrom: 860 },
      (_, { owner }) => owner,
      (_, { owner }) => (owner === null ? <Dash /> : <span title={owner}>{owner}</span>),
    ),
    about(
      { id: 'due', head: 'Due', size: 148, roomFrom: 940 },
      ({ dueOn }) => dueOn,
      ({ dueOn, overdue }) => <DueDay day={dueOn} overdue={overdue} />,
    ),
    about(
      { id: 'evidence', head: 'Evidence', size: 86, numeric: true, roomFrom: 1100 },
      ({ evidence }) => evidence.valid,
      ({ evidence }) => (
        <span
          className={clsx(evidence.valid === 0 && 'text-dim')}
          title={evidence.expired > 0 ? `${evidence.expired} expired besides` : undefined}
        >
          {evidence.valid}
          {evidence.expired > 0 && <span className="text-warn"> +{evidence.expired} old</span>}
        </span>
      ),
    ),
    about({ id: 'findings', head: 'Findings', size: 84, numeric: true, roomFrom: 700 }, (one) => one.openFindings),
    about({ id: 'exceptions', head: 'Exceptions', size: 96, numeric: true, roomFrom: 1_200 }, (one) => one.exceptions),
    about({ id: 'requests', head: 'Requests', size: 86, numeric: true, roomFrom: 1_300 }, (one) => one.openRequests),
    about({ id: 'comments', head: 'Comments', size: 92, numeric: true, roomFrom: 1_300 }, (one) => one.comments),
    about({ id: 'why', head: 'Why', size: 260, roomFrom: Number.POSITIVE_INFINITY }, (one) => one.why),
    {
      id: 'id',
      head: 'Id',
      size: 150,
      roomFrom: Number.POSITIVE_INFINITY,
      value: ({ view }) => view.node.id,
    },
  ],
});

function rank({ view }: ControlLine): number {
  return view.control === null ? GRAVITY.length : GRAVITY.indexOf(view.control.status);
}
