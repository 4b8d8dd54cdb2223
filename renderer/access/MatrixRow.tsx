// biome-ignore-all lint/a11y/useSemanticElements: cells come and go under one scroller in both directions, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { CellMark } from './CellMark.tsx';
import { cellWords, columnOf, heldIn, type Matrix } from './matrix.ts';
import type { Geometry } from './matrixGeometry.ts';
import { headOf, isHead, type RowCode } from './matrixRows.ts';
import type { CatalogRole } from './people.ts';

/** Id of a cell, named by the grid as its active descendant. */
export function matrixCellId(row: number, col: number): string {
  return `mx-${row}-${col}`;
}

interface MatrixRowProps {
  readonly matrix: Matrix;
  readonly code: RowCode;
  readonly index: number;
  readonly roles: readonly CatalogRole[];
  readonly c0: number;
  readonly c1: number;
  readonly geometry: Geometry;
  readonly folded: boolean;
  /** Narrow columns. */
  readonly short: boolean;
}

/** One permission, or the head of a resource with how many of its permissions each role holds. */
export const MatrixRow = memo(function MatrixRow(props: MatrixRowProps) {
  const { matrix, code, index, roles, c0, c1, geometry } = props;
  const head = isHead(code);
  const cells = [];
  for (let col = c0; col < c1; col++) {
    const column = columnOf(matrix, roles[col]!.id);
    cells.push(
      <div
        key={roles[col]!.id}
        role="gridcell"
        id={matrixCellId(index, col)}
        aria-colindex={col + 2}
        aria-label={head ? undefined : cellWords(column[code]!)}
        className="mx-cell"
        style={{ left: geometry.firstWidth + col * geometry.colWidth, width: geometry.colWidth }}
      >
        {head ? (
          <HeadCount column={column} matrix={matrix} code={code} short={props.short} />
        ) : (
          <CellMark cell={column[code]!} short={props.short} />
        )}
      </div>,
    );
  }
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={head ? 'mx-row mx-head-row' : 'mx-row'}
      style={{ top: geometry.headHeight + index * geometry.rowHeight }}
    >
      <RowName {...props} />
      {cells}
    </div>
  );
});

function RowName({ matrix, code, index, geometry, folded }: MatrixRowProps) {
  const style = { width: geometry.firstWidth };
  const id = matrixCellId(index, -1);
  if (isHead(code)) {
    const { name, start, end } = matrix.resources[headOf(code)]!;
    const Arrow = folded ? ChevronRight : ChevronDown;
    return (
      <div
        role="rowheader"
        id={id}
        aria-colindex={1}
        aria-expanded={!folded}
        className="mx-name font-medium"
        style={style}
      >
        <Arrow size={14} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
        <span className="truncate" title={name}>
          {clipped(name)}
        </span>
        <span className="tnum ml-auto pl-2 text-12 font-normal text-dim">{end - start}</span>
      </div>
    );
  }
  const permission = matrix.permissions[code]!;
  const action = permission.slice(permission.indexOf(':') + 1);
  return (
    <div role="rowheader" id={id} aria-colindex={1} aria-label={permission} className="mx-name pl-9" style={style}>
      <span className="mono truncate" title={permission}>
        {action}
      </span>
    </div>
  );
}

/** Characters of a resource's name that fit. */
const NAME_MAX = 27;

/** A long name without its middle: its end tells more than what many names begin with. */
function clipped(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, 10)}…${name.slice(11 - NAME_MAX)}`;
}

interface HeadCountProps {
  readonly column: Uint8Array;
  readonly matrix: Matrix;
  readonly code: RowCode;
  readonly short: boolean;
}

/** `3 of 6`; nothing where none is held. */
function HeadCount({ column, matrix, code, short }: HeadCountProps) {
  const resource = matrix.resources[headOf(code)]!;
  const held = heldIn(column, resource);
  if (held === 0) return null;
  const size = resource.end - resource.start;
  return (
    <span className={held === size ? 'tnum text-12 text-text' : 'tnum text-12 text-dim'}>
      {short ? held : held === size ? 'all' : `${held} of ${size}`}
    </span>
  );
}
