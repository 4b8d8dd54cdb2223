/** What a key does in the grid: pure, so that it can be tested without a browser. */

/** Row of the head where the active cell is told by row and column. */
export const HEAD_ROW = -1;

/** Id of a cell, named by the grid as its active descendant. `grid`: id of the table. */
export function cellId(grid: string, row: number, col: number): string {
  return `${grid}-cell-${row}-${col}`;
}

export type GridCommand =
  | { readonly kind: 'move'; readonly rows: number; readonly cols: number; readonly extend: boolean }
  | {
      readonly kind: 'goto';
      readonly row: 'first' | 'last' | 'same';
      readonly col: 'first' | 'last' | 'same';
      readonly extend: boolean;
    }
  | { readonly kind: 'resize'; readonly by: number }
  | { readonly kind: 'reorder'; readonly by: 1 | -1 }
  | { readonly kind: 'press' | 'toggle' | 'all' | 'copy' };

interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Width one press of Shift and an arrow changes a column by, px. */
const RESIZE_STEP = 8;

/** The command of a key; null where the grid leaves it to others. `onHead`: the active cell is in the head row. */
export function gridCommand(event: Pressed, onHead: boolean, pageRows: number): GridCommand | null {
  const { shiftKey: shift } = event;
  const ctrl = event.ctrlKey || event.metaKey;
  const move = (rows: number, cols: number): GridCommand => ({ kind: 'move', rows, cols, extend: shift && !onHead });
  switch (event.key) {
    case 'ArrowDown':
      return ctrl ? { kind: 'goto', row: 'last', col: 'same', extend: shift } : move(1, 0);
    case 'ArrowUp':
      return ctrl ? { kind: 'goto', row: 'first', col: 'same', extend: shift } : move(-1, 0);
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = event.key === 'ArrowLeft' ? -1 : 1;
      if (onHead && ctrl) return { kind: 'reorder', by };
      if (onHead && shift) return { kind: 'resize', by: by * RESIZE_STEP };
      return { kind: 'move', rows: 0, cols: by, extend: false };
    }
    case 'PageDown':
      return move(pageRows, 0);
    case 'PageUp':
      return move(-pageRows, 0);
    case 'Home':
      return { kind: 'goto', row: 'first', col: ctrl ? 'first' : 'same', extend: shift };
    case 'End':
      return { kind: 'goto', row: 'last', col: ctrl ? 'last' : 'same', extend: shift };
    case 'Enter':
      return { kind: 'press' };
    case ' ':
      return onHead ? { kind: 'press' } : { kind: 'toggle' };
    case 'a':
      return ctrl ? { kind: 'all' } : null;
    case 'c':
      return ctrl ? { kind: 'copy' } : null;
    default:
      return null;
  }
}
