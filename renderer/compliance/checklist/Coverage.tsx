import { clsx } from 'clsx';
import { ChartNoAxesColumn, ChevronDown, ChevronRight, Table2 } from 'lucide-react';
import { useMemo } from 'react';
import { CONTROL_STATUSES, type ControlStatus, type StatusCounts } from '../../../shared/compliance/controlStatus.ts';
import type { ChecklistRowView } from '../../../shared/contract/checklist.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { IconButton } from '../../ui/Button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { count } from '../../ui/numbers.ts';
import { useWide } from '../../ui/SplitPane.tsx';
import { CoverageTable } from './CoverageTable.tsx';
import { countsWords, coverageOf, type GroupCoverage, wholeOf } from './coverage.ts';
import { STATUS, shareWords } from './words.ts';

const PANEL = 'controls-coverage';
const stripes = (ink: string, ground: string): string =>
  `repeating-linear-gradient(-45deg, ${ink} 0 2px, ${ground} 2px 5px)`;

/** The tone of the status's mark; where marks share a tone and differ by icon, the ground differs. */
const FILL: Readonly<Record<ControlStatus, React.CSSProperties>> = {
  met: { background: 'var(--ok)' },
  not_met: { background: 'var(--bad)' },
  exception: { background: stripes('var(--warn)', 'var(--warn-tint)') },
  insufficient: { background: stripes('var(--none)', 'var(--none-tint)') },
  not_assessed: { background: 'color-mix(in srgb, var(--none) 45%, var(--panel))' },
  not_applicable: { boxShadow: 'inset 0 0 0 1px var(--line-strong)' },
};
const INK = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', none: 'text-dim', accent: 'text-accent' } as const;

/** Whether the section is open: as the address says, else where the window is wide. */
function useOpen(): boolean {
  const wide = useWide();
  const asked = useRoute((route) => route.params.get('coverage'));
  return asked === null ? wide : asked !== '0';
}

interface CoverageProps {
  readonly rows: readonly ChecklistRowView[];
  /** Leads to a group in the tree. */
  readonly onGroup: (id: string) => void;
}

/** The groups of the framework, each a bar of its controls by status, as long as it has controls. V opens and closes, H turns it into a table. */
export function Coverage({ rows, onGroup }: CoverageProps) {
  const open = useOpen();
  const asTable = useRoute((route) => route.params.get('table') === '1');
  const groups = useMemo(() => coverageOf(rows), [rows]);
  const toggle = () => setParams({ coverage: open ? '0' : '1' }, { replace: true });
  const turn = () => setParams({ table: asTable ? null : '1', coverage: '1' }, { replace: true });
  useKeys({ v: toggle, h: turn });
  if (groups.length === 0) return null;
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <section aria-label="Coverage" className="@container shrink-0 border-b border-line bg-panel">
      <div className="flex min-h-8 items-center gap-x-4 px-[18px] py-1">
        <h2 className="shrink-0">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={PANEL}
            onClick={toggle}
            className="flex items-center gap-1 rounded text-12 font-bold text-dim hover:text-text"
          >
            <Icon size={14} strokeWidth={1.75} aria-hidden />
            Coverage
          </button>
        </h2>
        {open && !asTable ? <Legend counts={wholeOf(groups)} /> : <span className="flex-1" />}
        {open && (
          <IconButton
            small
            icon={asTable ? ChartNoAxesColumn : Table2}
            label={asTable ? 'Show as chart (H)' : 'Show as table (H)'}
            onClick={turn}
          />
        )}
      </div>
      <div id={PANEL} hidden={!open} className="px-[18px] pb-2.5">
        {open && (asTable ? <CoverageTable {...{ groups, onGroup }} /> : <Bars {...{ groups, onGroup }} />)}
      </div>
    </section>
  );
}

/** What each ground means, with how many controls of the framework have it. */
function Legend({ counts }: { readonly counts: StatusCounts }) {
  return (
    <ul aria-label="All groups" className="flex min-w-0 flex-1 flex-wrap gap-x-3.5 text-12">
      {CONTROL_STATUSES.map((status) => {
        const { word, tone, icon: Icon } = STATUS[status];
        return (
          <li key={status} className={clsx('flex items-center gap-1.5', counts[status] === 0 ? 'text-dim' : INK[tone])}>
            <span className="h-2.5 w-3.5 rounded-[2px]" style={FILL[status]} aria-hidden />
            <Icon size={14} strokeWidth={1.75} aria-hidden />
            {word} <span className="tnum">{count(counts[status])}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Bars({ groups, onGroup }: Omit<CoverageProps, 'rows'> & { readonly groups: readonly GroupCoverage[] }) {
  const longest = Math.max(1, ...groups.map(({ total }) => total));
  return (
    <ul
      aria-label="Coverage by group"
      className="grid max-h-[180px] grid-cols-1 gap-x-8 overflow-y-auto @min-[820px]:max-h-60 @min-[820px]:grid-cols-2"
    >
      {groups.map((group) => (
        <li key={group.id}>
          <Bar group={group} longest={longest} onPress={() => onGroup(group.id)} />
        </li>
      ))}
    </ul>
  );
}

interface BarProps {
  readonly group: GroupCoverage;
  /** Controls of the largest group: the whole length. */
  readonly longest: number;
  readonly onPress: () => void;
}

function Bar({ group: { ref, title, counts, total, share }, longest, onPress }: BarProps) {
  const name = `${ref} ${title}`.trim();
  return (
    <button
      type="button"
      title={`${name}: ${shareWords(share)}`}
      onClick={onPress}
      className="focus-inset grid h-6 w-full grid-cols-[minmax(0,11fr)_minmax(0,14fr)_5.5rem] items-center gap-3 rounded px-1 text-left text-12 hover:bg-hover"
    >
      <span className="flex min-w-0 gap-1.5">
        {ref && <span className="shrink-0 font-mono text-dim">{ref}</span>}
        <span className="truncate">{title}</span>
        <span className="sr-only">: {countsWords(counts)};</span>
      </span>
      <span className="flex h-2.5 gap-px" style={{ width: `${(total / longest) * 100}%` }}>
        {CONTROL_STATUSES.filter((status) => counts[status] > 0).map((status) => (
          <span
            key={status}
            data-status={status}
            title={`${count(counts[status])} ${STATUS[status].word}`}
            className="min-w-[3px] first:rounded-l-[2px] last:rounded-r-[2px]"
            style={{ ...FILL[status], flex: `${counts[status]} 0 0` }}
          />
        ))}
      </span>
      <span className={clsx('tnum text-right', share.of === 0 && 'text-dim')}>
        {share.of === 0 ? 'none count' : `${count(share.met)} of ${count(share.of)} met`}
      </span>
    </button>
  );
}
