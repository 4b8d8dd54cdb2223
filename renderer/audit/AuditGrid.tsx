// biome-ignore-all lint/a11y/useSemanticElements: rows come and go under a scaled scroller, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its cells
// biome-ignore-all lint/a11y/noStaticElementInteractions: the resize edge is the mouse's way; the keyboard has Shift and arrows on the head
import { ScrollText } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import type { AuditSortKey } from '../../shared/contract/audit.ts';
import { count } from '../ui/numbers.ts';
import { cellId, type GridCommand, gridCommand, HEAD_ROW } from '../ui/table/gridKeys.ts';
import { Placeholders } from '../ui/table/Placeholders.tsx';
import { isSelected } from '../ui/table/selection.ts';
import { TableHead } from '../ui/table/TableHead.tsx';
import { type ColumnModel, useColumnModel } from '../ui/table/useColumnModel.ts';
import { useScaledScroll } from '../ui/table/useScaledScroll.ts';
import { AuditRowView, GRID } from './AuditRowView.tsx';
import { columnsFor, memory, type TimeStyle } from './auditColumns.ts';
import type { ColumnSpec } from './cells.ts';
import { inSight, moveTo, rowAt, selectAll, selectTo, toggleRow, useExplorer } from './explorer.ts';
import type { AuditView, Direction } from './view.ts';

interface GridProps {
  readonly view: AuditView;
  readonly zone: string;
  readonly timeStyle: TimeStyle;
  readonly at: (ms: number) => string;
  readonly gridRef: React.RefObject<HTMLDivElement | null>;
  readonly onSort: (sort: AuditSortKey, direction: Direction) => void;
  /** Open the event in this row. */
  readonly onOpen: (row: number) => void;
  /** The active row moved by hand. */
  readonly onMove: (row: number) => void;
  readonly onColumns: (columns: readonly ColumnSpec[]) => void;
  readonly onCopy: () => void;
  /** Shown in the list's place where there are no rows. */
  readonly empty: ReactNode;
}

/** The log as an ARIA grid: focus rests on the grid, the active cell is its active descendant, so rows may come and go under it. */
export function AuditGrid(props: GridProps) {
  const { view, gridRef, onColumns } = props;
  useExplorer((state) => state.version);
  const totals = useExplorer((state) => state.totals);
  const stale = useExplorer((state) => state.stale);
  const active = useExplorer((state) => state.active);
  const matched = totals?.matched ?? 0;
  const rows = totals === null ? 0 : matched;
  const scroll = useScaledScroll(gridRef, rows);
  const { basis } = view.filter;
  const columns = useMemo(() => columnsFor(props.timeStyle, basis, props.zone), [props.timeStyle, basis, props.zone]);
  const order = { id: view.sort, desc: view.direction === 'desc' };
  const table = useColumnModel(columns, memory, scroll.width, order);
  useEffect(() => onColumns(table.shown), [table.shown, onColumns]);
  useFollow(scroll);
  const run = useCommands(props, table);
  const onKeyDown = (event: KeyboardEvent): void => {
    const command = gridCommand(event, active.row === HEAD_ROW, scroll.pageRows);
    // Text the user marked is theirs to copy.
    if (command === null || (command.kind === 'copy' && getSelection()?.isCollapsed === false)) return;
    event.preventDefault();
    run(command);
  };
  const sort = (column: ColumnSpec): void => sortBy(column, view, props.onSort);
  const col = Math.min(active.col, table.shown.length - 1);
  const style = { '--dt-tracks': table.tracks, '--dt-width': `${table.minWidth}px` } as React.CSSProperties;
  const here = active.row === HEAD_ROW || rows > 0;
  return (
    <div className="relative h-full">
      <div
        ref={gridRef}
        role="grid"
        tabIndex={0}
        aria-label="Audit events"
        aria-rowcount={totals === null ? -1 : matched + 1}
        aria-colcount={table.shown.length}
        aria-multiselectable
        aria-busy={stale || totals === null}
        aria-activedescendant={here ? cellId(GRID, active.row, col) : undefined}
        onKeyDown={onKeyDown}
        className="dt-grid relative h-full overflow-auto bg-panel"
        style={style}
      >
        <TableHead
          grid={GRID}
          model={table}
          sort={order}
          activeCol={active.row === HEAD_ROW ? col : -1}
          onSort={sort}
        />
        {totals === null ? (
          <Placeholders columns={table.shown} />
        ) : (
          <Rows {...props} scroll={scroll} columns={table.shown} col={col} />
        )}
      </div>
      {totals !== null && rows === 0 && <div className="absolute inset-x-0 top-[33px] bottom-0">{props.empty}</div>}
    </div>
  );
}

type RowsProps = GridProps & {
  readonly scroll: ReturnType<typeof useScaledScroll>;
  readonly columns: readonly ColumnSpec[];
  readonly col: number;
};

function Rows({ view, at, scroll, columns, col, onOpen }: RowsProps) {
  const selection = useExplorer((state) => state.selection);
  const active = useExplorer((state) => state.active);
  const stale = useExplorer((state) => state.stale);
  const onPress = useCallback(
    (index: number, pressed: number, event: MouseEvent) => {
      if (event.shiftKey) selectTo(index);
      else if (event.ctrlKey || event.metaKey) toggleRow(index);
      else {
        moveTo(index, pressed, false);
        onOpen(index);
      }
    },
    [onOpen],
  );
  return (
    <div role="rowgroup" className={stale ? 'opacity-60' : undefined} style={{ height: scroll.bodyHeight }}>
      <div role="presentation" style={{ transform: `translateY(${scroll.top}px)` }}>
        {scroll.virtualizer.getVirtualItems().map(({ index }) => {
          const row = rowAt(index);
          return (
            <AuditRowView
              key={index}
              index={index}
              row={row}
              columns={columns}
              basis={view.filter.basis}
              at={at}
              activeCol={index === active.row ? col : -1}
              selected={isSelected(selection, index)}
              open={row !== undefined && row.seq === view.seq}
              onPress={onPress}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Keeps the cache told what is in sight, and the list placed: at the top for new rows, at the active row when it moved. */
function useFollow(scroll: ReturnType<typeof useScaledScroll>): void {
  const { show, toTop, shiftBy, virtualizer } = scroll;
  const epoch = useExplorer((state) => state.epoch);
  const reveal = useExplorer((state) => state.reveal);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch is the reason to go to the top
  useLayoutEffect(() => toTop(), [epoch, toTop]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new reveal is the reason to show the active row
  useLayoutEffect(() => show(useExplorer.getState().active.row), [reveal, show]);
  const shift = useExplorer((state) => state.shift);
  useLayoutEffect(() => shiftBy(shift.rows), [shift, shiftBy]);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const before = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after new rows the same stretch must be asked for again
  useEffect(() => {
    inSight(first, last, first >= before.current ? 1 : -1);
    before.current = first;
  }, [first, last, epoch]);
}

function useCommands(props: GridProps, model: ColumnModel<ColumnSpec>): (command: GridCommand) => void {
  const columns = model.shown;
  return (command) => {
    const { active, totals } = useExplorer.getState();
    const lastCol = columns.length - 1;
    const col = Math.min(active.col, lastCol);
    const column = columns[col];
    switch (command.kind) {
      case 'move':
        return follow(active.row + command.rows, clamp(col + command.cols, lastCol), command.extend);
      case 'goto': {
        const row = command.row === 'same' ? active.row : command.row === 'first' ? 0 : (totals?.matched ?? 1) - 1;
        return follow(row, command.col === 'same' ? col : command.col === 'first' ? 0 : lastCol, command.extend);
      }
      case 'press':
        if (active.row === HEAD_ROW && column) sortBy(column, props.view, props.onSort);
        else props.onOpen(active.row);
        return;
      case 'toggle':
        return toggleRow(active.row);
      case 'all':
        return selectAll(true);
      case 'copy':
        return props.onCopy();
      case 'resize':
        if (column) model.resize(column.id, command.by, headWidth(col));
        return;
      case 'reorder': {
        if (!column) return;
        model.move(column.id, command.by);
        moveTo(HEAD_ROW, clamp(col + command.by, lastCol), false);
      }
    }
  };

  function follow(row: number, col: number, extend: boolean): void {
    const to = moveTo(row, col, extend);
    if (to >= 0 && to !== HEAD_ROW) props.onMove(to);
  }
}

/** Sorts by a column: the other direction where it is sorted already; time and sequence start with the newest. */
function sortBy(column: ColumnSpec, view: AuditView, onSort: GridProps['onSort']): void {
  if (column.sort === null) return;
  const newestFirst = column.sort === 'time' || column.sort === 'seq';
  const same = view.sort === column.sort;
  onSort(column.sort, same ? (view.direction === 'asc' ? 'desc' : 'asc') : newestFirst ? 'desc' : 'asc');
}

/** Width of a column on screen, px. */
function headWidth(col: number): number {
  return document.getElementById(cellId(GRID, HEAD_ROW, col))?.offsetWidth ?? 0;
}

function clamp(col: number, last: number): number {
  return Math.max(0, Math.min(col, last));
}

/** Where the mirror has no events, or none that match. */
export function NoRows({
  filtered,
  mirrored,
  action,
}: {
  readonly filtered: boolean;
  readonly mirrored: number;
  readonly action: ReactNode;
}) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-8 text-center">
      <ScrollText size={22} strokeWidth={1.5} className="text-faint" aria-hidden />
      <p className="max-w-md text-dim">
        {filtered
          ? `None of the ${count(mirrored)} events match these filters.`
          : 'The events of this organization appear here after its first sync.'}
      </p>
      {action}
    </div>
  );
}
