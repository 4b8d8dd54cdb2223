/** Which columns are shown, in which order and how wide: remembered on this machine. */
import { z } from 'zod';
import { create } from 'zustand';
import { COLUMNS, type ColumnId } from './cells.ts';

const KEY = 'mc.audit.columns';
const Id = z.enum(COLUMNS.map((column) => column.id) as [ColumnId, ...ColumnId[]]);
const Prefs = z.strictObject({
  order: z.array(Id).max(20),
  /** Null: as fits the width. */
  hidden: z.array(Id).max(20).nullable(),
  sizes: z.partialRecord(Id, z.number().min(40).max(1200)),
});
export type ColumnPrefs = z.infer<typeof Prefs>;

const DEFAULTS: ColumnPrefs = { order: COLUMNS.map((column) => column.id), hidden: null, sizes: {} };
/** Least width of the list, px, at which Workspace is shown unasked. */
const ROOM_FOR_WORKSPACE = 860;

/** Preferences from their stored text; a damaged or older text gives the defaults, unknown columns go to the end. */
export function readPrefs(stored: string | null): ColumnPrefs {
  try {
    const prefs = Prefs.parse(JSON.parse(stored ?? 'null'));
    const order = [...new Set([...prefs.order, ...DEFAULTS.order])];
    return { ...prefs, order };
  } catch {
    return DEFAULTS;
  }
}

/** Columns left out at a list width, px. */
export function hiddenAt(prefs: ColumnPrefs, width: number): readonly ColumnId[] {
  return prefs.hidden ?? (width < ROOM_FOR_WORKSPACE ? ['recorded', 'workspace'] : ['recorded']);
}

/** The order with one column moved a place left (-1) or right (1) among those shown. */
export function movedColumn(prefs: ColumnPrefs, shown: readonly ColumnId[], id: ColumnId, by: 1 | -1): ColumnId[] {
  const neighbour = shown[shown.indexOf(id) + by];
  if (neighbour === undefined) return prefs.order;
  const order = prefs.order.filter((other) => other !== id);
  order.splice(order.indexOf(neighbour) + (by === 1 ? 1 : 0), 0, id);
  return order;
}

export const useColumnPrefs = create<ColumnPrefs>()(() => readPrefs(localStorage.getItem(KEY)));

export function setColumnPrefs(changes: Partial<ColumnPrefs>): void {
  useColumnPrefs.setState(changes);
  const { order, hidden, sizes } = useColumnPrefs.getState();
  localStorage.setItem(KEY, JSON.stringify({ order, hidden, sizes }));
}

export function resetColumnPrefs(): void {
  setColumnPrefs(DEFAULTS);
}
