/** The column model: order, visibility, widths and sorting, kept by TanStack Table. Rows come from the page cache, not from it. */
import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { AuditRow, AuditSortKey } from '../../shared/contract/audit.ts';
import { COLUMNS, type ColumnId, type ColumnSpec } from './cells.ts';
import { hiddenAt, setColumnPrefs, useColumnPrefs } from './columnPrefs.ts';
import type { AuditView, Direction } from './view.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
  rowSortingFeature,
});

const columns = COLUMNS.map((spec) => ({
  id: spec.id,
  header: spec.head,
  size: spec.size,
  minSize: 56,
  maxSize: 900,
  enableSorting: spec.sort !== null,
}));
const NO_ROWS: AuditRow[] = [];

/** How much of a time is shown in a column: the width follows. */
export type TimeStyle = 'clock' | 'day' | 'full';
/** Columns that take up spare width, and in what proportion, until the user gives them one. */
const SHARE: Readonly<Record<string, number>> = { action: 1, target: 1.6 };
const TIME_WIDTH: Readonly<Record<TimeStyle, number>> = { clock: 118, day: 158, full: 188 };

/** The table's column model at a list width. `onSort` receives what the user asked for. */
export function useAuditTable(
  view: Pick<AuditView, 'sort' | 'direction'>,
  width: number,
  timeStyle: TimeStyle,
  onSort: (sort: AuditSortKey, direction: Direction) => void,
) {
  const prefs = useColumnPrefs();
  const state = useMemo(() => {
    const hidden = hiddenAt(prefs, width);
    return {
      columnOrder: prefs.order as string[],
      columnVisibility: Object.fromEntries(COLUMNS.map(({ id }) => [id, !hidden.includes(id)])),
      columnSizing: { time: TIME_WIDTH[timeStyle], recorded: TIME_WIDTH[timeStyle], ...prefs.sizes },
      sorting: [{ id: view.sort, desc: view.direction === 'desc' }],
    };
  }, [prefs, width, timeStyle, view.sort, view.direction]);
  const table = useTable({
    features,
    columns,
    data: NO_ROWS,
    manualSorting: true,
    columnResizeMode: 'onChange',
    state,
    onColumnSizingChange: (change) => {
      const sizes = typeof change === 'function' ? change(state.columnSizing) : change;
      const kept = Object.entries(sizes).filter(
        ([id, size]) => prefs.sizes[id as ColumnId] !== undefined || state.columnSizing[id as 'time'] !== size,
      );
      setColumnPrefs({ sizes: { ...prefs.sizes, ...Object.fromEntries(kept) } });
    },
    onSortingChange: (change) => {
      const next = (typeof change === 'function' ? change(state.sorting) : change)[0];
      if (next) onSort(next.id as AuditSortKey, next.desc ? 'desc' : 'asc');
    },
  });
  const leaves = table.getVisibleLeafColumns();
  const layout = leaves.map((column) => `${column.id}:${column.getSize()}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `layout` stands for the leaves by value, so that rows keep their identity while nothing moved
  const shown = useMemo<readonly ColumnSpec[]>(
    () => leaves.map((column) => COLUMNS.find((spec) => spec.id === column.id)!),
    [layout],
  );
  const tracks = leaves
    .map((column) => {
      const size = column.getSize();
      const share = prefs.sizes[column.id as ColumnId] === undefined ? SHARE[column.id] : undefined;
      return share === undefined ? `${size}px` : `minmax(${size}px, ${share}fr)`;
    })
    .join(' ');
  return { table, shown, tracks, width: table.getTotalSize() };
}

export type AuditTable = ReturnType<typeof useAuditTable>;
