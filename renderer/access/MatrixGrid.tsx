// biome-ignore-all lint/a11y/useSemanticElements: cells come and go under one scroller in both directions, which table layout cannot do; the ARIA grid pattern says the same
// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the grid, whose active descendant is the cell
import { clsx } from 'clsx';
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect } from 'react';
import { shorten } from '../ui/Id.tsx';
import { count } from '../ui/numbers.ts';
import { MatrixRow, matrixCellId } from './MatrixRow.tsx';
import type { Matrix } from './matrix.ts';
import { type Cell, type Geometry, moved, WIDE_ROLES_MAX } from './matrixGeometry.ts';
import { headOf, isHead } from './matrixRows.ts';
import { setActive, setHover, useMatrixState } from './matrixState.ts';
import type { CatalogRole } from './people.ts';
import { useWindow2D } from './useWindow2D.ts';
import './matrix.css';

interface MatrixGridProps {
  readonly matrix: Matrix;
  readonly rows: Int32Array;
  readonly roles: readonly CatalogRole[];
  readonly folded: (resource: string) => boolean;
  readonly onFold: (resource: string) => void;
  readonly onOpenRole: (role: CatalogRole) => void;
  /** Id of the role whose detail is on show. */
  readonly openRole: string | null;
  readonly gridRef: RefObject<HTMLDivElement | null>;
}

/** Permissions down, roles across. The focus rests on the grid; the active cell is its active descendant. */
export function MatrixGrid(props: MatrixGridProps) {
  const { matrix, rows, roles, gridRef, folded } = props;
  const { geometry, window, pageRows, show } = useWindow2D(gridRef, rows.length, roles.length);
  const { r0, r1, c0, c1 } = window;
  const short = roles.length > WIDE_ROLES_MAX;
  const press = usePress(props);
  useOpenColumn(props, show);
  const active = useActive(geometry);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = moved(active, event, geometry, pageRows);
    if (to !== null) {
      setActive(to);
      show(to.row, to.col);
    } else if (event.key === 'Enter' || event.key === ' ') press(active);
    else return;
    event.preventDefault();
  };
  const cellAt = (event: MouseEvent): Cell | null => at(event, gridRef.current, geometry);
  const seen = active.row === -1 || (active.row >= r0 && active.row < r1);
  const shown = [];
  for (let index = r0; index < r1; index++) {
    const code = rows[index]!;
    const resource = isHead(code) ? matrix.resources[headOf(code)]!.name : null;
    shown.push(
      <MatrixRow
        key={code}
        matrix={matrix}
        code={code}
        index={index}
        roles={roles}
        c0={c0}
        c1={c1}
        geometry={geometry}
        folded={resource !== null && folded(resource)}
        short={short}
      />,
    );
  }
  return (
    <div
      ref={gridRef}
      role="grid"
      tabIndex={0}
      aria-label="Roles and permissions"
      aria-rowcount={rows.length + 1}
      aria-colcount={roles.length + 1}
      aria-activedescendant={seen ? matrixCellId(active.row, active.col) : undefined}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const cell = cellAt(event);
        if (cell === null) return;
        setActive(cell);
        if (cell.row === -1 || cell.col === -1) press(cell);
      }}
      onDoubleClick={(event) => {
        const cell = cellAt(event);
        if (cell !== null && cell.col >= 0) press({ ...cell, row: -1 });
      }}
      onPointerMove={(event) => setHover(cellAt(event))}
      onPointerLeave={() => setHover(null)}
      className="mx-grid relative h-full overflow-auto bg-panel"
    >
      <div
        role="presentation"
        className="relative"
        style={{
          width: geometry.firstWidth + geometry.cols * geometry.colWidth,
          height: geometry.headHeight + geometry.rows * geometry.rowHeight,
        }}
      >
        <MatrixHead {...props} geometry={geometry} c0={c0} c1={c1} short={short} />
        {shown}
        <Bands geometry={geometry} />
      </div>
    </div>
  );
}

/** The active cell, within what is there. */
function useActive(geometry: Geometry): Cell {
  const active = useMatrixState((state) => state.active);
  useEffect(() => () => useMatrixState.setState({ active: { row: 0, col: 0 }, hover: null }), []);
  return { row: Math.min(active.row, geometry.rows - 1), col: Math.min(active.col, geometry.cols - 1) };
}

/** A role opened from elsewhere (an address, a link) has its column brought into sight. */
function useOpenColumn({ roles, openRole }: MatrixGridProps, show: (row: number, col: number) => void): void {
  useEffect(() => {
    const col = openRole === null ? -1 : roles.findIndex(({ id }) => id === openRole);
    if (col < 0) return;
    const { active } = useMatrixState.getState();
    if (active.col !== col) setActive({ ...active, col });
    show(-1, col);
  }, [roles, openRole, show]);
}

/** What Enter or a press does: a role's name opens the role, a resource folds. */
function usePress({ matrix, rows, roles, onFold, onOpenRole }: MatrixGridProps): (cell: Cell) => void {
  return ({ row, col }) => {
    const code = row < 0 ? undefined : rows[row];
    if (code !== undefined && isHead(code)) onFold(matrix.resources[headOf(code)]!.name);
    else {
      const role = roles[col];
      if (role !== undefined) onOpenRole(role);
    }
  };
}

function at(event: MouseEvent, grid: HTMLDivElement | null, geometry: Geometry): Cell | null {
  if (grid === null) return null;
  const box = grid.getBoundingClientRect();
  const x = event.clientX - box.left;
  const y = event.clientY - box.top;
  if (x > grid.clientWidth || y > grid.clientHeight) return null;
  const row =
    y < geometry.headHeight ? -1 : Math.floor((y + grid.scrollTop - geometry.headHeight) / geometry.rowHeight);
  const col =
    x < geometry.firstWidth ? -1 : Math.floor((x + grid.scrollLeft - geometry.firstWidth) / geometry.colWidth);
  return row >= geometry.rows || col >= geometry.cols ? null : { row, col };
}

/** Letters of an upright name kept at either end: names of one service often differ in their last word. */
const UPRIGHT = 10;

interface HeadProps extends MatrixGridProps {
  readonly geometry: Geometry;
  readonly c0: number;
  readonly c1: number;
  readonly short: boolean;
}

function MatrixHead({ roles, geometry, c0, c1, short, openRole, matrix }: HeadProps) {
  const activeCol = useMatrixState(({ active }) => (active.row === -1 ? active.col : null));
  return (
    <div role="row" aria-rowindex={1} className="mx-head" style={{ height: geometry.headHeight }}>
      <div
        role="columnheader"
        id={matrixCellId(-1, -1)}
        aria-colindex={1}
        className="mx-corner"
        style={{ width: geometry.firstWidth }}
      >
        <span className="absolute bottom-1.5 left-[18px] text-12 font-medium text-dim">
          {count(matrix.permissions.length)} permissions, by resource
        </span>
      </div>
      {roles.slice(c0, c1).map((role, i) => (
        <div
          key={role.id}
          role="columnheader"
          id={matrixCellId(-1, c0 + i)}
          aria-colindex={c0 + i + 2}
          aria-label={`${role.name}: ${count(role.reaches)} permissions, ${count(role.holders)} holders`}
          title={role.name}
          className={clsx(
            'mx-role',
            role.id === openRole ? 'bg-accent-tint' : 'hover:bg-hover',
            c0 + i === activeCol && 'mx-role-active',
          )}
          style={{ left: geometry.firstWidth + (c0 + i) * geometry.colWidth, width: geometry.colWidth }}
        >
          {short ? (
            <span className="flex h-full items-end justify-center pt-2 pb-1.5">
              <span className="mx-upright text-12 font-medium">{shorten(role.name, UPRIGHT, UPRIGHT)}</span>
            </span>
          ) : (
            <span className="flex h-full flex-col items-center justify-end px-1.5 pb-1.5">
              <span className="line-clamp-2 max-w-full text-center leading-4 font-medium break-words">{role.name}</span>
              <span className="tnum text-11 text-dim">
                {count(role.holders)} {role.holders === 1 ? 'holder' : 'holders'}
              </span>
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

/** The row and column of the cell looked at, lightly tinted, and a ring round the active one. */
function Bands({ geometry }: { readonly geometry: Geometry }) {
  const { active, hover } = useMatrixState();
  const { row, col } = hover ?? active;
  const { headHeight, firstWidth, rowHeight, colWidth } = geometry;
  const top = (at: number): number => (at < 0 ? 0 : headHeight + at * rowHeight);
  const left = (at: number): number => (at < 0 ? 0 : firstWidth + at * colWidth);
  return (
    <>
      {row >= 0 && row < geometry.rows && (
        <div aria-hidden className="mx-band inset-x-0" style={{ top: top(row), height: rowHeight }} />
      )}
      {col >= 0 && col < geometry.cols && (
        <div aria-hidden className="mx-band inset-y-0" style={{ left: left(col), width: colWidth }} />
      )}
      {active.row >= 0 && (
        <div
          aria-hidden
          className="mx-active"
          style={{
            top: top(active.row),
            left: left(active.col),
            width: active.col < 0 ? firstWidth : colWidth,
            height: rowHeight - 1,
          }}
        />
      )}
    </>
  );
}
