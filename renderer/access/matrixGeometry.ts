/** Where the cells of the matrix stand, and which of them are in sight. Pure. */

export interface Geometry {
  readonly rows: number;
  readonly cols: number;
  readonly rowHeight: number;
  readonly colWidth: number;
  readonly headHeight: number;
  /** Width of the sticky first column, px. */
  readonly firstWidth: number;
}

export interface Sight {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Rendered rows and columns, ends excluded. */
export interface Window2D {
  readonly r0: number;
  readonly r1: number;
  readonly c0: number;
  readonly c1: number;
}

export const ROW_HEIGHT = 26;
export const FIRST_WIDTH = 268;
/** Up to so many roles have their names written across; more stand upright in narrow columns. */
export const WIDE_ROLES_MAX = 12;

/** Columns rendered come and go by so many at once, so that a slow scroll renders seldom. */
const STEP = 4;
const OVER_ROWS = 8;

/** Column width and head height for so many roles in a window `width` px wide. */
export function geometryFor(rows: number, cols: number, width: number): Geometry {
  const base = { rows, cols, rowHeight: ROW_HEIGHT, firstWidth: FIRST_WIDTH };
  if (cols > WIDE_ROLES_MAX) return { ...base, colWidth: 38, headHeight: 168 };
  const spare = Math.floor((width - FIRST_WIDTH) / Math.max(1, cols));
  return { ...base, colWidth: Math.max(92, Math.min(132, spare)), headHeight: 60 };
}

export function windowOf(geometry: Geometry, { top, left, width, height }: Sight): Window2D {
  const { rows, cols, rowHeight, colWidth } = geometry;
  const floor = (at: number): number => Math.floor(at / STEP) * STEP;
  const ceil = (at: number): number => Math.ceil(at / STEP) * STEP;
  return {
    r0: Math.max(0, floor(Math.floor(top / rowHeight) - OVER_ROWS)),
    r1: Math.min(rows, ceil(Math.ceil((top + height) / rowHeight) + OVER_ROWS)),
    c0: Math.max(0, floor(Math.floor(left / colWidth) - 1)),
    c1: Math.min(cols, ceil(Math.ceil((left + width) / colWidth) + 1)),
  };
}

/** Where to scroll so that a cell is in sight, with the smallest move. Row -1 is the head, column -1 the first column. */
export function placeToShow(geometry: Geometry, sight: Sight, row: number, col: number): { top: number; left: number } {
  const { rowHeight, colWidth, headHeight, firstWidth } = geometry;
  const axis = (now: number, size: number, at: number, step: number): number => {
    if (at < 0) return now;
    const start = at * step;
    if (start < now) return start;
    return start + step > now + size ? start + step - size : now;
  };
  return {
    top: axis(sight.top, sight.height - headHeight, row, rowHeight),
    left: axis(sight.left, sight.width - firstWidth, col, colWidth),
  };
}

export interface Cell {
  /** -1: the head. */
  readonly row: number;
  /** -1: the name of the permission. */
  readonly col: number;
}

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The cell a key goes to; null where the key does not move. `page`: rows that fit. */
export function moved(at: Cell, { key, ctrlKey, metaKey }: Pressed, geometry: Geometry, page: number): Cell | null {
  const all = ctrlKey || metaKey;
  const row = (to: number): number => Math.max(-1, Math.min(geometry.rows - 1, to));
  const col = (to: number): number => Math.max(-1, Math.min(geometry.cols - 1, to));
  switch (key) {
    case 'ArrowDown':
      return { ...at, row: all ? row(geometry.rows) : row(at.row + 1) };
    case 'ArrowUp':
      return { ...at, row: all ? 0 : row(at.row - 1) };
    case 'ArrowRight':
      return { ...at, col: all ? col(geometry.cols) : col(at.col + 1) };
    case 'ArrowLeft':
      return { ...at, col: all ? 0 : col(at.col - 1) };
    case 'PageDown':
      return { ...at, row: row(at.row + page) };
    case 'PageUp':
      return { ...at, row: Math.max(0, row(at.row - page)) };
    case 'Home':
      return all ? { row: 0, col: 0 } : { ...at, col: 0 };
    case 'End':
      return all ? { row: row(geometry.rows), col: col(geometry.cols) } : { ...at, col: col(geometry.cols) };
    default:
      return null;
  }
}
