import { beforeAll, describe, expect, it } from 'vitest';

let prefs: typeof import('./columnPrefs.ts');
beforeAll(async () => {
  // The module reads what is remembered when it loads; outside a browser nothing is.
  globalThis.localStorage ??= { getItem: () => null, setItem: () => {} } as unknown as Storage;
  prefs = await import('./columnPrefs.ts');
});

describe('column preferences', () => {
  it('falls back to the defaults on a damaged memory', () => {
    const defaults = prefs.readPrefs(null);
    expect(defaults.order[0]).toBe('time');
    expect(prefs.readPrefs('{"order":["time","shoe"]}')).toEqual(defaults);
    expect(prefs.readPrefs('not json')).toEqual(defaults);
  });

  it('appends columns that are newer than the memory', () => {
    const read = prefs.readPrefs(JSON.stringify({ order: ['seq', 'time'], hidden: [], sizes: { seq: 90 } }));
    expect(read.order.slice(0, 3)).toEqual(['seq', 'time', 'actor']);
    expect(read.order).toHaveLength(8);
  });

  it('hides Workspace where there is no room, unless the user chose', () => {
    const defaults = prefs.readPrefs(null);
    expect(prefs.hiddenAt(defaults, 700)).toEqual(['recorded', 'workspace']);
    expect(prefs.hiddenAt(defaults, 1000)).toEqual(['recorded']);
    expect(prefs.hiddenAt({ ...defaults, hidden: [] }, 700)).toEqual([]);
  });

  it('moves a column past the next one shown, over hidden ones', () => {
    const defaults = prefs.readPrefs(null);
    const shown = defaults.order.filter((id) => id !== 'action');
    expect(prefs.movedColumn(defaults, shown, 'actor', 1).slice(0, 4)).toEqual(['time', 'action', 'target', 'actor']);
    expect(prefs.movedColumn(defaults, shown, 'time', -1)).toEqual(defaults.order);
  });
});
