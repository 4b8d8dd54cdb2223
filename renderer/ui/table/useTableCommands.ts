import type { RefObject } from 'react';
import { isTyping, type KeyMap, useKeys } from '../keys.ts';
import type { Column } from './columns.ts';
import { copyRows } from './copyRows.ts';
import type { DataTableProps } from './defineTable.ts';
import { cellId, type GridCommand, HEAD_ROW } from './gridKeys.ts';
import type { ColumnModel } from './useColumnModel.ts';
import type { TableRows } from './useTableState.ts';

/** Sorts by a column: the other direction where it is sorted already; numbers and instants start with the largest. */
export function sortBy<Row>(column: Column<Row>, { view, onView }: DataTableProps<Row>): void {
  if (!column.sortable) return;
  const same = view.sort.id === column.id;
  const desc = same ? !view.sort.desc : column.numeric === true || column.instant === true;
  onView({ sort: { id: column.id, desc } });
}

/** What a grid command does to the table. */
export function useTableCommands<Row>(
  props: DataTableProps<Row>,
  state: TableRows<Row>,
  model: ColumnModel<Column<Row>>,
  show: (row: number) => void,
): (command: GridCommand) => void {
  const { table, onOpen, openKey } = props;
  return (command) => {
    const { active, shown, keys } = state;
    const lastCol = model.shown.length - 1;
    const col = Math.min(state.activeCol, lastCol);
    const column = model.shown[col];
    const follow = (to: number, toCol: number, extend: boolean): void => {
      const row = state.move(to, Math.max(0, Math.min(lastCol, toCol)), extend);
      show(row);
      const open = shown[row];
      if (open !== undefined && openKey && !extend && row !== active) onOpen?.(open);
    };
    switch (command.kind) {
      case 'move':
        return follow(active + command.rows, col + command.cols, command.extend);
      case 'goto': {
        const row = command.row === 'same' ? active : command.row === 'first' ? 0 : shown.length - 1;
        return follow(row, command.col === 'same' ? col : command.col === 'first' ? 0 : lastCol, command.extend);
      }
      case 'press': {
        if (active === HEAD_ROW) return column && sortBy(column, props);
        const control = column?.control && document.getElementById(cellId(table.id, active, col));
        const button = control ? control.querySelector<HTMLElement>('button:not(:disabled), a[href]') : null;
        if (button) return pressControl(button);
        const row = shown[active];
        return row === undefined ? undefined : onOpen?.(row);
      }
      case 'toggle': {
        const key = keys[active];
        return key === undefined ? undefined : state.toggle(key);
      }
      case 'all':
        return state.selectAll(true);
      case 'copy':
        return copyRows(model.shown, state.selectedRows, shown[active], column);
      case 'resize': {
        const head = document.getElementById(cellId(table.id, HEAD_ROW, col));
        return column && model.resize(column.id, command.by, head?.offsetWidth ?? column.size);
      }
      case 'reorder':
        if (column === undefined) return;
        model.move(column.id, command.by);
        state.move(HEAD_ROW, Math.max(0, Math.min(lastCol, col + command.by)), false);
    }
  };
}

function pressControl(control: HTMLElement): void {
  control.focus({ preventScroll: true });
  control.click();
}

/** J, K, `/`, Escape and the screen's own commands, wherever the focus is but in a field. */
export function useTableKeys<Row>(
  props: DataTableProps<Row>,
  state: TableRows<Row>,
  run: (command: GridCommand) => void,
  gridRef: RefObject<HTMLDivElement | null>,
  findRef: RefObject<HTMLInputElement | null>,
): void {
  const step = (rows: number, extend: boolean) => () => {
    gridRef.current?.focus({ preventScroll: true });
    run({ kind: 'move', rows, cols: 0, extend });
  };
  const commands: KeyMap = Object.fromEntries(
    Object.entries(props.commands ?? {}).map(([key, work]) => [
      key,
      () => {
        const row = state.shown[state.active];
        if (row !== undefined) work(row);
      },
    ]),
  );
  useKeys({
    j: step(1, false),
    k: step(-1, false),
    'Shift+j': step(1, true),
    'Shift+k': step(-1, true),
    x: () => run({ kind: 'toggle' }),
    c: () => run({ kind: 'copy' }),
    enter: () => run({ kind: 'press' }),
    '/': () => {
      findRef.current?.focus();
      findRef.current?.select();
    },
    ...commands,
  });
  const selecting = state.selectedRows.length > 0;
  useKeys(
    {
      escape: (event) => {
        if (isTyping(event.target)) gridRef.current?.focus();
        else state.selectAll(false);
      },
    },
    selecting,
  );
}
