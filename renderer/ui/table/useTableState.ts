import { useCallback, useMemo, useState } from 'react';
import { type Column, completed, type TableSpec, type TableView } from './columns.ts';
import { matching, searchText, sorted } from './rows.ts';
import { cursorRow, movedTo, NONE, START, type TableState, toggledRow } from './tableState.ts';

/** Rows filtered and ordered as a view says, with cursor and selection over them. `zone`: label of the zone times are shown in. */
export function useTableState<Row>(spec: TableSpec<Row>, rows: readonly Row[], view: TableView, zone: string) {
  const columns = useMemo<readonly Column<Row>[]>(() => completed(spec.columns, zone), [spec, zone]);
  const texts = useMemo(() => rows.map((row) => searchText(columns, row)), [rows, columns]);
  const { id, desc } = view.sort;
  const found = useMemo(() => matching(texts, view.text).map((at) => rows[at]!), [rows, texts, view.text]);
  const shown = useMemo(() => sorted(found, columns, { id, desc }), [found, columns, id, desc]);
  const keys = useMemo(() => shown.map(spec.rowKey), [shown, spec]);
  const at = useMemo(() => new Map(keys.map((key, row) => [key, row])), [keys]);
  const [state, setState] = useState<TableState>(START);
  const active = cursorRow(state.cursor, at);
  // Only rows on show count as selected: nothing is done to one that a filter took out of sight.
  const selected = useMemo(() => {
    const visible = keys.filter((key) => state.selected.has(key));
    return visible.length === 0 ? NONE : new Set(visible);
  }, [keys, state.selected]);
  return {
    columns,
    /** Rows on show, in order. */
    shown,
    keys,
    selected,
    selectedRows: useMemo(() => shown.filter((_, row) => selected.has(keys[row]!)), [shown, keys, selected]),
    /** Active row, -1 on the head. */
    active,
    activeCol: state.cursor.col,
    /** Move the cursor; answers the row it came to. */
    move: useCallback(
      (row: number, col: number, extend: boolean): number => {
        setState((old) => movedTo(old, keys, { row, col }, extend));
        return movedTo(START, keys, { row, col }, false).cursor.row;
      },
      [keys],
    ),
    toggle: useCallback((key: string) => setState((old) => toggledRow(old, key)), []),
    selectAll: useCallback(
      (all: boolean) => setState((old) => ({ ...old, selected: all ? new Set(keys) : NONE, picked: false })),
      [keys],
    ),
  };
}

export type TableRows<Row> = ReturnType<typeof useTableState<Row>>;
