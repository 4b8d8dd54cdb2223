/** Which columns of a table are shown, in which order and how wide: remembered on this machine. */
import { z } from 'zod';
import { create } from 'zustand';
import type { HeadColumn } from './columns.ts';

const Id = z.string().max(64);
const Stored = z.strictObject({
  order: z.array(Id).max(100),
  hidden: z.array(Id).max(100).nullable(),
  sizes: z.record(Id, z.number().min(40).max(1200)),
});

export interface ColumnPrefs {
  readonly order: readonly string[];
  /** Null: as fits the width. */
  readonly hidden: readonly string[] | null;
  /** Widths the user gave, px. */
  readonly sizes: Readonly<Record<string, number>>;
}

type Known = readonly Pick<HeadColumn, 'id' | 'roomFrom'>[];

/** Preferences from their stored text: a damaged text gives the defaults, a column that is gone is dropped, a new one goes to the end. */
export function readPrefs(stored: string | null, columns: Known): ColumnPrefs {
  const ids = columns.map(({ id }) => id);
  const known = (id: string): boolean => ids.includes(id);
  try {
    const prefs = Stored.parse(JSON.parse(stored ?? 'null'));
    return {
      order: [...new Set([...prefs.order.filter(known), ...ids])],
      hidden: prefs.hidden?.filter(known) ?? null,
      sizes: Object.fromEntries(Object.entries(prefs.sizes).filter(([id]) => known(id))),
    };
  } catch {
    return { order: ids, hidden: null, sizes: {} };
  }
}

/** Columns left out at a width of the table, px. */
export function hiddenAt(prefs: ColumnPrefs, columns: Known, width: number): readonly string[] {
  return prefs.hidden ?? columns.filter(({ roomFrom }) => (roomFrom ?? 0) > width).map(({ id }) => id);
}

/** The order with a column moved some places left (negative) or right among those shown; hidden ones are passed over. */
export function movedColumn(
  order: readonly string[],
  shown: readonly string[],
  id: string,
  by: number,
): readonly string[] {
  const at = shown.indexOf(id);
  const neighbour = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  if (at === -1 || neighbour === undefined || neighbour === id) return order;
  const rest = order.filter((other) => other !== id);
  rest.splice(rest.indexOf(neighbour) + (by > 0 ? 1 : 0), 0, id);
  return rest;
}

export interface ColumnMemory {
  /** The preferences, as a hook. */
  readonly use: () => ColumnPrefs;
  readonly get: () => ColumnPrefs;
  readonly set: (changes: Partial<ColumnPrefs>) => void;
  readonly reset: () => void;
}

/** The memory of one table under a key of its own. Make it once, outside any component. */
export function columnMemory(key: string, columns: Known): ColumnMemory {
  const store = create<ColumnPrefs>()(() => readPrefs(localStorage.getItem(key), columns));
  const set = (changes: Partial<ColumnPrefs>): void => {
    store.setState(changes);
    localStorage.setItem(key, JSON.stringify(store.getState()));
  };
  return { use: () => store(), get: store.getState, set, reset: () => set(readPrefs(null, columns)) };
}
