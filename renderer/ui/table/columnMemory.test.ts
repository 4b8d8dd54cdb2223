import { describe, expect, it } from 'vitest';
import { hiddenAt, movedColumn, readPrefs } from './columnMemory.ts';

const COLUMNS = [
  { id: 'time' },
  { id: 'actor' },
  { id: 'action' },
  { id: 'target' },
  { id: 'workspace', roomFrom: 860 },
  { id: 'recorded', roomFrom: Number.POSITIVE_INFINITY },
];
const defaults = readPrefs(null, COLUMNS);

describe('column memory', () => {
  it('falls back to the defaults on a damaged memory', () => {
    expect(defaults).toEqual({ order: COLUMNS.map(({ id }) => id), hidden: null, sizes: {} });
    expect(readPrefs('{"order":"time"}', COLUMNS)).toEqual(defaults);
    expect(readPrefs('not json', COLUMNS)).toEqual(defaults);
  });

  it('drops columns that are gone and appends those that are new', () => {
    const stored = JSON.stringify({
      order: ['shoe', 'target', 'time'],
      hidden: ['shoe'],
      sizes: { shoe: 90, time: 80 },
    });
    expect(readPrefs(stored, COLUMNS)).toEqual({
      order: ['target', 'time', 'actor', 'action', 'workspace', 'recorded'],
      hidden: [],
      sizes: { time: 80 },
    });
  });

  it('shows a column unasked where there is room for it, unless the user chose', () => {
    expect(hiddenAt(defaults, COLUMNS, 700)).toEqual(['workspace', 'recorded']);
    expect(hiddenAt(defaults, COLUMNS, 1000)).toEqual(['recorded']);
    expect(hiddenAt({ ...defaults, hidden: [] }, COLUMNS, 700)).toEqual([]);
  });

  it('moves a column past those shown, over hidden ones', () => {
    const shown = defaults.order.filter((id) => id !== 'action');
    const move = (id: string, by: number) => movedColumn(defaults.order, shown, id, by).slice(0, 4);
    expect(move('actor', 1)).toEqual(['time', 'action', 'target', 'actor']);
    expect(move('target', -2)).toEqual(['target', 'time', 'actor', 'action']);
    expect(movedColumn(defaults.order, shown, 'time', -1)).toEqual(defaults.order);
    expect(movedColumn(defaults.order, shown, 'shoe', 1)).toEqual(defaults.order);
  });
});
