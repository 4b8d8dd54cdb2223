/** Leads from the coverage chart to a line of the tree. */
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { setParams } from '../../app/router.ts';
import type { TableView } from '../../ui/table/columns.ts';
import { cellId } from '../../ui/table/gridKeys.ts';
import { ROW } from '../../ui/table/useScaledScroll.ts';
import { useClosed } from './closed.ts';
import { CONTROLS, TREE } from './controlTable.tsx';
import { type ControlLine, FILTERS } from './rows.ts';

/** Frames the table is given to draw the rows it was scrolled to. */
const FRAMES = 10;

/**
 * Brings a line under the head of the table in `box`, opens its group, puts the cursor on it and selects it, as pressing on it would. What narrows
 * or reorders the tree is let go of where it is in the way.
 */
export function useShowLine(
  box: RefObject<HTMLElement | null>,
  lines: readonly ControlLine[] | null,
  { text, sort }: TableView,
): (id: string) => void {
  const [goal, setGoal] = useState<string | null>(null);
  useEffect(() => {
    if (goal === null || lines === null) return;
    const row = lines.findIndex(({ view }) => view.node.id === goal);
    const inOrder = text === '' && sort.id === TREE && !sort.desc;
    if (row === -1 || !inOrder) {
      const cleared = Object.fromEntries(FILTERS.map((field) => [field, null]));
      setParams({ ...(row === -1 ? cleared : {}), q: null, sort: null }, { replace: true });
      return;
    }
    if (useClosed.getState().ids.has(goal)) useClosed.getState().toggle(goal);
    setGoal(null);
    press(box.current, row);
  }, [goal, lines, text, sort, box]);
  return useCallback((id) => setGoal(id), []);
}

/** The table keeps cursor and selection to itself; a press with Ctrl and one with Shift on the same row leave the cursor there and it alone selected. */
function press(box: HTMLElement | null, row: number): void {
  const grid = box?.querySelector<HTMLElement>('[role="grid"]');
  if (!grid) return;
  grid.focus({ preventScroll: true });
  grid.scrollTop = row * ROW;
  const strike = (left: number): void => {
    const cell = document.getElementById(cellId(CONTROLS.id, row, 0));
    if (cell === null) {
      if (left > 0) requestAnimationFrame(() => strike(left - 1));
      return;
    }
    for (const held of ['ctrlKey', 'shiftKey'])
      cell.dispatchEvent(new MouseEvent('click', { bubbles: true, [held]: true }));
  };
  requestAnimationFrame(() => strike(FRAMES));
}
