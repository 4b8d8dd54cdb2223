/** The column model: order, visibility, widths and sorting, kept by TanStack Table. Rows come from the table's owner, not from it. */
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
import { type ColumnMemory, hiddenAt, movedColumn } from './columnMemory.ts';
import type { HeadColumn, Sort } from './columns.ts';

const features = tableFeatures({
  columnOrderingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
  rowSortingFeature,
});
/** Bounds of a column's width, px. */
const MIN_WIDTH = 56;
const MAX_WIDTH = 900;
const NO_ROWS: never[] = [];

/**
 * The columns of a table `width` px wide as its memory has them. `columns` keep their identity while nothing changed.
 * `shown` are those on show in order; `tracks` and `minWidth` are for the style of the grid.
 */
export function useColumnModel<C extends HeadColumn>(
  columns: readonly C[],
  memory: ColumnMemory,
  width: number,
  sort: Sort,
) {
  const prefs = memory.use();
  const defs = useMemo(
    () => columns.map(({ id, head, size }) => ({ id, header: head, size, minSize: MIN_WIDTH, maxSize: MAX_WIDTH })),
    [columns],
  );
  const state = useMemo(() => {
    const hidden = hiddenAt(prefs, columns, width);
    return {
      columnOrder: [...prefs.order],
      columnVisibility: Object.fromEntries(columns.map(({ id }) => [id, !hidden.includes(id)])),
      columnSizing: { ...prefs.sizes },
      sorting: [{ id: sort.id, desc: sort.desc }],
    };
  }, [prefs, columns, width, sort.id, sort.desc]);
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    manualSorting: true,
    columnResizeMode: 'onChange',
    state,
    onColumnSizingChange: (change) => {
      memory.set({ sizes: typeof change === 'function' ? change({ ...memory.get().sizes }) : change });
    },
  });
  const leaves = table.getVisibleLeafColumns();
  const layout = leaves.map((column) => `${column.id}:${column.getSize()}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `layout` stands for the leaves by value, so that rows keep their identity while nothing moved
  const shown = useMemo<readonly C[]>(
    () => leaves.map((column) => columns.find((spec) => spec.id === column.id)!),
    [layout, columns],
  );
  const ids = shown.map(({ id }) => id);
  return {
    table,
    shown,
    tracks: shown
      .map((column) => track(column, prefs.sizes[column.id], table.getColumn(column.id)!.getSize()))
      .join(' '),
    minWidth: table.getTotalSize(),
    /** Make a column wider by px, within bounds; `from` is the width it has on screen, which a column with a share may exceed its size by. */
    resize: (id: string, by: number, from: number): void => {
      const size = Math.round(from) + by;
      memory.set({ sizes: { ...memory.get().sizes, [id]: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, size)) } });
    },
    /** Move a column some places among those shown. */
    move: (id: string, by: number): void => memory.set({ order: movedColumn(memory.get().order, ids, id, by) }),
    /** Give a column its first width again. */
    resetSize: (id: string): void => {
      const { [id]: _dropped, ...sizes } = memory.get().sizes;
      memory.set({ sizes });
    },
  };
}

function track(column: HeadColumn, chosen: number | undefined, size: number): string {
  return chosen === undefined && column.share !== undefined ? `minmax(${size}px, ${column.share}fr)` : `${size}px`;
}

export type ColumnModel<C extends HeadColumn = HeadColumn> = ReturnType<typeof useColumnModel<C>>;
