// biome-ignore-all lint/a11y/useSemanticElements: rows come and go under a scaled scroller, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its cells
// biome-ignore-all lint/a11y/noStaticElementInteractions: the resize edge is the mouse's way; the keyboard has Shift and arrows on the head
import { clsx } from 'clsx';
import { memo } from 'react';
import type { AuditFilter, AuditRow } from '../../shared/contract/audit.ts';
import { cellId } from '../ui/table/gridKeys.ts';
import { AuditCell } from './AuditCell.tsx';
import type { ColumnSpec } from './cells.ts';

/** Id of the explorer's grid. */
export const GRID = 'audit';

interface RowProps {
  readonly index: number;
  readonly row: AuditRow | undefined;
  readonly columns: readonly ColumnSpec[];
  readonly basis: AuditFilter['basis'];
  readonly at: (ms: number) => string;
  /** Column of the active cell where it is in this row, else -1. */
  readonly activeCol: number;
  readonly selected: boolean;
  /** Shown in the detail panel. */
  readonly open: boolean;
  readonly onPress: (index: number, col: number, event: React.MouseEvent) => void;
}

/** One row, or its placeholder while the page is on its way. */
export const AuditRowView = memo(function AuditRowView(props: RowProps) {
  const { index, row, columns, basis, at, activeCol, selected, open, onPress } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-busy={row === undefined || undefined}
      data-index={index}
      className={clsx(
        'dt-row border-b border-line',
        open || selected ? 'bg-accent-tint' : activeCol >= 0 ? 'bg-hover' : 'hover:bg-hover',
        selected && 'dt-selected',
      )}
      onClick={(event) => {
        const cell = (event.target as HTMLElement).closest<HTMLElement>('[role="gridcell"]');
        onPress(index, Number(cell?.dataset.col ?? 0), event);
      }}
    >
      {columns.map((column, col) => (
        <div
          key={column.id}
          role="gridcell"
          id={cellId(GRID, index, col)}
          aria-colindex={col + 1}
          data-col={col}
          className={clsx('dt-cell', column.numeric && 'text-right', col === activeCol && 'dt-active')}
        >
          {row === undefined ? (
            <span className="dt-blank" aria-hidden />
          ) : (
            <AuditCell row={row} column={column.id} basis={basis} at={at} />
          )}
        </div>
      ))}
    </div>
  );
});
