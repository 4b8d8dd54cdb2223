/**
 * The table of the product for rows that are all in memory (10,000 and more are fine): filter box, count, sorting, columns resized, hidden
 * and reordered with memory, selection, copying, CSV export, keyboard, loading, empty and error states.
 *
 *     const TENANTS = defineTable<Tenant>({ id: 'tenants', noun: ['tenant', 'tenants'], rowKey: (t) => t.id, sort: …, columns: […] });
 *     const [view, setView] = useTableView(TENANTS);
 *     <DataTable table={TENANTS} label="Tenants" rows={tenants} view={view} onView={setView} onOpen={…} empty={<EmptyState …/>} />
 *
 * The focus rests on the grid; the active cell is its active descendant, so rows may come and go under it. Keys: gridKeys.ts, J and K, `/`,
 * and those of `commands`. A log too large for memory uses the parts directly, as the audit explorer does.
 */
import { useEffect, useRef } from 'react';
import { ErrorState } from '../States.tsx';
import { useTime } from '../zone.ts';
import { DataGrid } from './DataGrid.tsx';
import type { DataTableProps } from './defineTable.ts';
import { counted, TableBar } from './TableBar.tsx';
import { useColumnModel } from './useColumnModel.ts';
import { useScaledScroll } from './useScaledScroll.ts';
import { useTableCommands, useTableKeys } from './useTableCommands.ts';
import { useTableState } from './useTableState.ts';
import './table.css';

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { table, rows, view, onView } = props;
  const gridRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const state = useTableState(table, rows ?? NO_ROWS, view, useTime().label);
  const scroll = useScaledScroll(gridRef, state.shown.length);
  const model = useColumnModel(state.columns, table.memory, scroll.width, view.sort);
  const { selectedRows } = state;
  const { onSelection } = props;
  useEffect(() => onSelection?.(selectedRows), [selectedRows, onSelection]);
  // The list is what the hands are for, unless something else has the focus already.
  useEffect(() => {
    if (document.activeElement === document.body) gridRef.current?.focus({ preventScroll: true });
  }, []);
  const run = useTableCommands(props, state, model, scroll.show);
  useTableKeys(props, state, run, gridRef, findRef);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TableBar
        table={table}
        state={state}
        shownColumns={model.shown}
        all={rows === null ? null : counted(table, rows)}
        text={view.text}
        onText={(text) => onView({ text })}
        findRef={findRef}
        gridRef={gridRef}
        chips={props.chips}
      />
      {props.error && (
        <ErrorState compact error={props.error} kept="What was read before is kept." {...retrying(props.onRetry)} />
      )}
      <DataGrid {...props} state={state} scroll={scroll} model={model} run={run} gridRef={gridRef} />
    </div>
  );
}

const NO_ROWS: never[] = [];

function retrying(onRetry: (() => void) | undefined): { onRetry?: () => void } {
  return onRetry === undefined ? {} : { onRetry };
}
