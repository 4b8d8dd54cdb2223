// biome-ignore-all lint/a11y/useSemanticElements: rows come and go under a scaled scroller, which table layout cannot do; the ARIA grid pattern says the same
import { type KeyboardEvent, type MouseEvent, useCallback, useRef } from 'react';
import type { Column } from './columns.ts';
import { DataRow } from './DataRow.tsx';
import type { DataTableProps } from './defineTable.ts';
import { cellId, type GridCommand, gridCommand, HEAD_ROW } from './gridKeys.ts';
import { Placeholders } from './Placeholders.tsx';
import { TableHead } from './TableHead.tsx';
import type { ColumnModel } from './useColumnModel.ts';
import type { useScaledScroll } from './useScaledScroll.ts';
import { sortBy } from './useTableCommands.ts';
import type { TableRows } from './useTableState.ts';

type GridProps<Row> = DataTableProps<Row> & {
  readonly state: TableRows<Row>;
  readonly scroll: ReturnType<typeof useScaledScroll>;
  readonly model: ColumnModel<Column<Row>>;
  readonly run: (command: GridCommand) => void;
  readonly gridRef: React.RefObject<HTMLDivElement | null>;
};

/** Head and rows, and what stands in their place where there are none. */
export function DataGrid<Row>(props: GridProps<Row>) {
  const { table, label, rows, view, state, scroll, model, run, gridRef } = props;
  const { active, shown } = state;
  const col = Math.min(state.activeCol, model.shown.length - 1);
  const inSight = active === HEAD_ROW || scroll.virtualizer.getVirtualItems().some(({ index }) => index === active);
  const onKeyDown = (event: KeyboardEvent): void => {
    const control = event.target !== event.currentTarget;
    if (control && (event.key === 'Enter' || event.key === ' ')) return;
    const command = gridCommand(event, active === HEAD_ROW, scroll.pageRows);
    // Text the user marked is theirs to copy.
    if (command === null || (command.kind === 'copy' && getSelection()?.isCollapsed === false)) return;
    event.preventDefault();
    if (control) gridRef.current?.focus({ preventScroll: true });
    run(command);
  };
  const style = { '--dt-tracks': model.tracks, '--dt-width': `${model.minWidth}px` } as React.CSSProperties;
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={gridRef}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows === null ? -1 : shown.length + 1}
        aria-colcount={model.shown.length}
        aria-multiselectable
        aria-busy={rows === null}
        aria-activedescendant={inSight ? cellId(table.id, active, col) : undefined}
        onKeyDown={onKeyDown}
        className="dt-grid relative h-full overflow-auto bg-panel"
        style={style}
      >
        <TableHead
          grid={table.id}
          model={model}
          sort={view.sort}
          activeCol={active === HEAD_ROW && rows !== null ? col : -1}
          onSort={(column) => sortBy(column, props)}
        />
        {rows === null ? props.error ? null : <Placeholders columns={model.shown} /> : <Rows {...props} col={col} />}
      </div>
      {rows !== null && shown.length === 0 && (
        <div className="absolute inset-x-0 top-[33px] bottom-0">
          {rows.length === 0 ? props.empty : <NothingFound {...props} />}
        </div>
      )}
    </div>
  );
}

function NothingFound<Row>({ table, rows, view, onView }: DataTableProps<Row>) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-8 text-center text-dim">
      <p>
        None of the {rows?.length} {table.noun[1]} match{view.text === '' ? ' these filters' : ` “${view.text}”`}.
      </p>
      {view.text !== '' && (
        <button
          type="button"
          className="rounded font-medium text-accent hover:underline"
          onClick={() => onView({ text: '' })}
        >
          Show all {table.noun[1]}
        </button>
      )}
    </div>
  );
}

function Rows<Row>(props: GridProps<Row> & { readonly col: number }) {
  const { table, state, scroll, model, col, openKey, isPending, openOn, onOpen } = props;
  const { move, toggle, shown, keys, active } = state;
  const latest = useRef({ shown, keys, onOpen });
  latest.current = { shown, keys, onOpen };
  const open = useCallback((index: number) => {
    const row = latest.current.shown[index];
    if (row !== undefined) latest.current.onOpen?.(row);
  }, []);
  const onPress = useCallback(
    (index: number, pressed: number, event: MouseEvent) => {
      const key = latest.current.keys[index];
      if (event.shiftKey) move(index, pressed, true);
      else if ((event.ctrlKey || event.metaKey) && key !== undefined) toggle(key);
      else {
        move(index, pressed, false);
        if (openOn !== 'double press') open(index);
      }
    },
    [move, toggle, open, openOn],
  );
  const onDouble = useCallback((index: number) => openOn === 'double press' && open(index), [open, openOn]);
  return (
    <div role="rowgroup" style={{ height: scroll.bodyHeight }}>
      <div role="presentation" style={{ transform: `translateY(${scroll.top}px)` }}>
        {scroll.virtualizer.getVirtualItems().map(({ index }) => {
          const row = shown[index];
          const key = keys[index];
          if (row === undefined || key === undefined) return null;
          return (
            <DataRow
              key={key}
              grid={table.id}
              index={index}
              row={row}
              columns={model.shown}
              activeCol={index === active ? col : -1}
              selected={state.selected.has(key)}
              open={key === openKey}
              pending={isPending?.(row) ?? false}
              onPress={onPress}
              onDouble={onDouble}
            />
          );
        })}
      </div>
    </div>
  );
}
