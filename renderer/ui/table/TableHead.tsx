// biome-ignore-all lint/a11y/useSemanticElements: rows come and go under a scaled scroller, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its cells
// biome-ignore-all lint/a11y/noStaticElementInteractions: the resize edge is the mouse's way; the keyboard has Shift and arrows on the head
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { flushSync } from 'react-dom';
import type { HeadColumn, Sort } from './columns.ts';
import { cellId, HEAD_ROW } from './gridKeys.ts';
import type { ColumnModel } from './useColumnModel.ts';

interface HeadProps<C extends HeadColumn> {
  readonly grid: string;
  readonly model: ColumnModel<C>;
  readonly sort: Sort;
  /** Column of the active cell where it is in the head, else -1. */
  readonly activeCol: number;
  readonly onSort: (column: C) => void;
}

/** The head row: press to sort, drag to reorder, drag the edge to resize (double press: first width). Keys: see gridKeys. */
export function TableHead<C extends HeadColumn>({ grid, model, sort, activeCol, onSort }: HeadProps<C>) {
  const [over, setOver] = useState<string | null>(null);
  const headers = model.table.getHeaderGroups()[0]?.headers ?? [];
  const drop = (event: DragEvent, target: string): void => {
    setOver(null);
    const id = event.dataTransfer.getData('text/plain');
    const ids = model.shown.map((column) => column.id);
    const by = ids.indexOf(target) - ids.indexOf(id);
    if (!ids.includes(id) || by === 0) return;
    event.preventDefault();
    model.move(id, by);
  };
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={1}
      className="dt-head sticky top-0 z-10 border-b border-line bg-bg text-12 text-dim"
    >
      {model.shown.map((column, col) => (
        <div
          key={column.id}
          id={cellId(grid, HEAD_ROW, col)}
          role="columnheader"
          aria-colindex={col + 1}
          aria-sort={sortState(column, sort)}
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
            'dt-cell relative overflow-visible! font-medium select-none',
            column.sortable && 'hover:text-text',
            column.numeric && 'text-right',
            col === activeCol && 'dt-active',
            over === column.id && 'bg-accent-tint',
          )}
        >
          <span title={headText(column)}>{headText(column)}</span>
          {column.sortable && column.id === sort.id && <SortMark desc={sort.desc} />}
          <ResizeEdge model={model} header={headers.find((header) => header.column.id === column.id)} />
        </div>
      ))}
    </div>
  );
}

type Header = ReturnType<ColumnModel['table']['getHeaderGroups']>[number]['headers'][number];
type ResizeEdgeProps = {
  readonly header: Header | undefined;
  readonly model: Pick<ColumnModel, 'resetSize' | 'resize'>;
};

function ResizeEdge({ header, model }: ResizeEdgeProps) {
  if (header === undefined) return null;
  const { id } = header.column;
  // A column that takes up spare width is wider than its size: it is given what it has, or it would jump under the hand.
  const settle = (edge: HTMLElement): void =>
    flushSync(() => model.resize(id, 0, edge.parentElement?.offsetWidth ?? header.getSize()));
  return (
    <span
      className="dt-resize"
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onMouseDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        settle(event.currentTarget);
        header.getResizeHandler()(event);
      }}
      onDoubleClick={() => model.resetSize(id)}
      onClick={(event) => event.stopPropagation()}
    />
  );
}

function headText({ head, note }: HeadColumn): string {
  return note === undefined ? head : `${head} (${note})`;
}

function SortMark({ desc }: { readonly desc: boolean }) {
  const Icon = desc ? ArrowDown : ArrowUp;
  return <Icon size={12} strokeWidth={2} className="ml-1 shrink-0" aria-hidden />;
}

function sortState(column: HeadColumn, sort: Sort): 'ascending' | 'descending' | 'none' | undefined {
  if (!column.sortable) return undefined;
  if (column.id !== sort.id) return 'none';
  return sort.desc ? 'descending' : 'ascending';
}
