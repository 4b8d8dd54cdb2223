// biome-ignore-all lint/a11y/useSemanticElements: rows come and go under a scaled scroller, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its cells
// biome-ignore-all lint/a11y/noStaticElementInteractions: the resize edge is the mouse's way; the keyboard has Shift and arrows on the head
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import type { AuditFilter } from '../../shared/contract/audit.ts';
import { cellId } from './AuditRowView.tsx';
import type { ColumnId, ColumnSpec } from './cells.ts';
import { movedColumn, setColumnPrefs, useColumnPrefs } from './columnPrefs.ts';
import { HEAD_ROW } from './explorer.ts';
import type { AuditTable } from './useAuditTable.ts';
import type { AuditView } from './view.ts';

interface HeadProps {
  readonly table: AuditTable;
  readonly view: AuditView;
  readonly zone: string;
  readonly activeCol: number;
  readonly onSort: (column: ColumnSpec) => void;
}

/** The head row: press to sort, drag to reorder, drag the edge to resize (double press: first width). Keys: see gridKeys. */
export function GridHead({ table, view, zone, activeCol, onSort }: HeadProps) {
  const [over, setOver] = useState<ColumnId | null>(null);
  const prefs = useColumnPrefs();
  const headers = table.table.getHeaderGroups()[0]?.headers ?? [];
  const drop = (event: DragEvent, target: ColumnId): void => {
    setOver(null);
    const id = event.dataTransfer.getData('text/plain') as ColumnId;
    const ids = table.shown.map((column) => column.id);
    const by = ids.indexOf(target) - ids.indexOf(id);
    if (!ids.includes(id) || by === 0) return;
    event.preventDefault();
    let order = prefs.order;
    for (let step = 0; step < Math.abs(by); step++) {
      const now = order.filter((column) => ids.includes(column));
      order = movedColumn({ ...prefs, order }, now, id, by > 0 ? 1 : -1);
    }
    setColumnPrefs({ order });
  };
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={1}
      className="audit-head sticky top-0 z-10 border-b border-line bg-bg text-12 text-dim"
    >
      {table.shown.map((column, col) => (
        <div
          key={column.id}
          id={cellId(HEAD_ROW, col)}
          role="columnheader"
          aria-colindex={col + 1}
          aria-sort={sortState(column, view)}
          draggable
          onDragStart={(event) => event.dataTransfer.setData('text/plain', column.id)}
          onDragOver={(event) => {
            event.preventDefault();
            if (over !== column.id) setOver(column.id);
          }}
          onDragLeave={() => setOver(null)}
          onDrop={(event) => drop(event, column.id)}
          onClick={() => onSort(column)}
          className={clsx(
            'audit-cell relative overflow-visible! font-medium select-none',
            column.sort !== null && 'hover:text-text',
            column.numeric && 'text-right',
            col === activeCol && 'audit-cell-active',
            over === column.id && 'bg-accent-tint',
          )}
        >
          <span>{headText(column, view.filter.basis, zone)}</span>
          <SortMark column={column} view={view} />
          <ResizeEdge header={headers.find((header) => header.column.id === column.id)} />
        </div>
      ))}
    </div>
  );
}

type Header = ReturnType<AuditTable['table']['getHeaderGroups']>[number]['headers'][number];

function ResizeEdge({ header }: { readonly header: Header | undefined }) {
  if (header === undefined) return null;
  const start = header.getResizeHandler();
  return (
    <span
      className="audit-resize"
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onMouseDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        start(event);
      }}
      onTouchStart={start}
      onDoubleClick={() => {
        const { [header.column.id as ColumnId]: _dropped, ...sizes } = useColumnPrefs.getState().sizes;
        setColumnPrefs({ sizes });
      }}
      onClick={(event) => event.stopPropagation()}
    />
  );
}

function SortMark({ column, view }: { readonly column: ColumnSpec; readonly view: AuditView }) {
  if (column.sort !== view.sort) return null;
  const Icon = view.direction === 'asc' ? ArrowUp : ArrowDown;
  return <Icon size={12} strokeWidth={2} className="ml-1 shrink-0" aria-hidden />;
}

function sortState(column: ColumnSpec, view: AuditView): 'ascending' | 'descending' | 'none' | undefined {
  if (column.sort === null) return undefined;
  if (column.sort !== view.sort) return 'none';
  return view.direction === 'asc' ? 'ascending' : 'descending';
}

function headText(column: ColumnSpec, basis: AuditFilter['basis'], zone: string): string {
  if (column.id === 'time') return `${basis === 'recorded' ? 'Recorded' : 'Time'} (${zone})`;
  return column.head;
}
