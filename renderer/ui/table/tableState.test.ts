import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAD_ROW } from './gridKeys.ts';
import { cursorRow, movedTo, START, type TableState, toggledRow } from './tableState.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const at = (keys: readonly string[]) => new Map(keys.map((key, row) => [key, row]));
const go = (state: TableState, row: number, extend = false) => movedTo(state, KEYS, { row, col: 0 }, extend);

describe('table state', () => {
  it('keeps the cursor on its row wherever the row goes, and in its place when the row is gone', () => {
    const { cursor } = go(START, 3);
    expect(cursorRow(cursor, at(KEYS))).toBe(3);
    expect(cursorRow(cursor, at(['d', 'a', 'b']))).toBe(0);
    expect(cursorRow(cursor, at(['a', 'b', 'c', 'e', 'f']))).toBe(3);
    expect(cursorRow(cursor, at(['a', 'b']))).toBe(1);
    expect(cursorRow(cursor, at([]))).toBe(HEAD_ROW);
    expect(cursorRow(go(START, HEAD_ROW).cursor, at(KEYS))).toBe(HEAD_ROW);
  });

  it('selects from the anchor with Shift in either direction, and lets go without', () => {
    const down = go(go(START, 1), 3, true);
    expect([...down.selected]).toEqual(['b', 'c', 'd']);
    expect([...go(down, 0, true).selected]).toEqual(['a', 'b']);
    expect(go(down, 4).selected.size).toBe(0);
    // The first key of all is Shift with J: the cursor stood on the first row.
    expect([...go(START, 1, true).selected]).toEqual(['a', 'b']);
  });

  it('toggles rows one by one, and extends from the one toggled last', () => {
    const two = toggledRow(toggledRow(START, 'e'), 'c');
    expect([...two.selected].sort()).toEqual(['c', 'e']);
    expect([...toggledRow(two, 'e').selected]).toEqual(['c']);
    expect([...go(two, 0, true).selected]).toEqual(['a', 'b', 'c']);
    expect([...go(go(two, 4), 0).selected].sort()).toEqual(['c', 'e']);
    expect(go(toggledRow(toggledRow(two, 'e'), 'c'), 1).selected.size).toBe(0);
  });

  it('stays within the rows after any moves', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: -9, max: 20 }), fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(moves, (steps) => {
        const end = steps.reduce<TableState>((state, [row, extend]) => go(state, row, extend), START);
        const row = cursorRow(end.cursor, at(KEYS));
        expect(row >= HEAD_ROW && row < KEYS.length).toBe(true);
        const selected = KEYS.map((key) => end.selected.has(key));
        // One stretch without a hole.
        expect(
          selected
            .join()
            .replaceAll(/(true,?)+/g, 'x')
            .split('x').length,
        ).toBeLessThanOrEqual(2);
      }),
    );
  });
});
