// biome-ignore-all lint/a11y/useSemanticElements: rows come and go under a scaled scroller, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its cells
import { clsx } from 'clsx';
import { memo } from 'react';
import { Instant } from '../RelativeTime.tsx';
import { type Column, plainText } from './columns.ts';
import { cellId } from './gridKeys.ts';

interface RowProps<Row> {
  readonly grid: string;
  readonly index: number;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  /** Column of the active cell where it is in this row, else -1. */
  readonly activeCol: number;
  readonly selected: boolean;
  /** Shown in the detail beside the table. */
  readonly open: boolean;
  /** Changed here, not yet confirmed by the platform. */
  readonly pending: boolean;
  readonly onPress: (index: number, col: number, event: React.MouseEvent) => void;
  readonly onDouble: (index: number) => void;
}

function DataRowView<Row>(props: RowProps<Row>) {
  const { grid, index, row, columns, activeCol, selected, open, pending, onPress, onDouble } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-description={pending ? 'Pending: not confirmed by the platform yet' : undefined}
      onClick={(event) => {
        const target = event.target as Element;
        // A control in the row does its own work.
        if (target.closest('a, button, input') !== null) return;
        const cell = target.closest<HTMLElement>('[role="gridcell"]');
        onPress(index, Number(cell?.dataset.col ?? 0), event);
      }}
      onDoubleClick={() => onDouble(index)}
      className={clsx(
        'dt-row border-b border-line',
        open || selected ? 'bg-accent-tint' : activeCol >= 0 ? 'bg-hover' : 'hover:bg-hover',
        selected && 'dt-selected',
        pending && 'dt-pending',
      )}
    >
      {columns.map((column, col) => (
        <div
          key={column.id}
          role="gridcell"
          id={cellId(grid, index, col)}
          aria-colindex={col + 1}
          data-col={col}
          className={clsx('dt-cell', column.numeric && 'tnum text-right', col === activeCol && 'dt-active')}
        >
          <Cell column={column} row={row} />
        </div>
      ))}
    </div>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  if (column.cell) return column.cell(row);
  const value = column.value?.(row) ?? null;
  if (column.instant && typeof value === 'number') return <Instant at={value} bare />;
  const text = plainText(value);
  return (
    <span className={clsx(value === null && 'text-dim')} title={text}>
      {text}
    </span>
  );
}

/** One row; renders anew only when something of it changed. */
export const DataRow = memo(DataRowView) as typeof DataRowView;
