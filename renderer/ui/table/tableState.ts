/**
 * Cursor and selection of a table whose rows are all here. Both hold row keys, so that rows may be filtered, sorted and renewed beneath
 * them: pure transitions, held by `useTableState`.
 */
import { HEAD_ROW } from './gridKeys.ts';

export interface Cursor {
  /** Key of the active row; null on the head and before any move. */
  readonly key: string | null;
  /** Where that row stood last: the cursor stays there when the row goes. */
  readonly row: number;
  readonly col: number;
}

export interface TableState {
  readonly cursor: Cursor;
  readonly selected: ReadonlySet<string>;
  /** Key of the row a Shift selection starts at. */
  readonly anchor: string | null;
  /** Rows were taken one by one: the cursor then goes on without letting go of them. */
  readonly picked: boolean;
}

export const NONE: ReadonlySet<string> = new Set();
export const START: TableState = { cursor: { key: null, row: 0, col: 0 }, selected: NONE, anchor: null, picked: false };

/** Row of the cursor among the rows on show; {@link HEAD_ROW} on the head or without rows. `at`: position by key. */
export function cursorRow(cursor: Cursor, at: ReadonlyMap<string, number>): number {
  if (cursor.row === HEAD_ROW || at.size === 0) return HEAD_ROW;
  const found = cursor.key === null ? undefined : at.get(cursor.key);
  return found ?? Math.min(cursor.row, at.size - 1);
}

/**
 * The cursor at a row and column, clamped. With `extend` the selection becomes the rows from the anchor, else from where the cursor was, to
 * there; without, the anchor comes along, and a selection goes unless its rows were taken one by one.
 */
export function movedTo(
  state: TableState,
  keys: readonly string[],
  to: { readonly row: number; readonly col: number },
  extend: boolean,
): TableState {
  const row = Math.max(HEAD_ROW, Math.min(to.row, keys.length - 1));
  const key = keys[row] ?? null;
  const cursor = { key, row, col: Math.max(0, to.col) };
  if (!extend) return { ...state, cursor, selected: state.picked ? state.selected : NONE, anchor: key };
  const from = state.anchor === null ? -1 : keys.indexOf(state.anchor);
  const start = from === -1 ? Math.max(0, Math.min(state.cursor.row, keys.length - 1)) : from;
  const range = keys.slice(Math.min(start, Math.max(0, row)), Math.max(start, row) + 1);
  return { cursor, selected: new Set(range), anchor: keys[start] ?? null, picked: false };
}

/** A row taken in or out of the selection. */
export function toggledRow(state: TableState, key: string): TableState {
  const selected = new Set(state.selected);
  if (!selected.delete(key)) selected.add(key);
  return { ...state, selected, anchor: key, picked: selected.size > 0 };
}
