/** Where in the matrix hand and eye are. Apart from the grid's own state, so that a moving pointer renders bands and explanation only. */
import { create } from 'zustand';
import type { Cell } from './matrixGeometry.ts';

interface MatrixState {
  /** The cell the keyboard is at. */
  readonly active: Cell;
  /** The cell under the pointer; null where it is elsewhere. */
  readonly hover: Cell | null;
}

export const useMatrixState = create<MatrixState>()(() => ({ active: { row: 0, col: 0 }, hover: null }));

export function setActive(active: Cell): void {
  useMatrixState.setState({ active, hover: null });
}

export function setHover(hover: Cell | null): void {
  const { hover: now } = useMatrixState.getState();
  if (now?.row !== hover?.row || now?.col !== hover?.col) useMatrixState.setState({ hover });
}
