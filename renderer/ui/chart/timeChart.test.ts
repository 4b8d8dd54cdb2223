import { describe, expect, it } from 'vitest';
import { bandsWhere, cursorTarget, domainOf } from './timeChart.ts';

const points = (...values: (number | null)[]) => values.map((value, i) => ({ at: i * 10, value }));
const target = (value: number) => [{ from: 0, to: 100, value }];

describe('the axis of a chart', () => {
  it('begins at zero and goes a little beyond the largest value or target', () => {
    expect(domainOf(points(1, null, 10), target(5), 'floor')).toEqual({ low: 0, high: 11, fromZero: true });
    expect(domainOf(points(1), target(50), 'floor').high).toBeCloseTo(55);
    expect(domainOf([], [], 'floor').high).toBeGreaterThan(0);
  });

  it('of a share near its top begins below the lowest value, or three budgets down', () => {
    const calm = domainOf(points(0.9999, 1), target(0.999), 'ceiling');
    expect(calm.high).toBe(1);
    expect(calm.low).toBeCloseTo(0.99685, 5);
    expect(calm.fromZero).toBe(false);
    expect(domainOf(points(0.5), target(0.999), 'ceiling').low).toBeCloseTo(0.475);
    expect(domainOf(points(0), target(0.9), 'ceiling')).toEqual({ low: 0, high: 1, fromZero: true });
    expect(domainOf(points(1), [], 'ceiling').low).toBeCloseTo(0.99);
  });
});

describe('bands', () => {
  it('join neighbouring steps, close the last by its step, and leave gaps', () => {
    const list = [0, 10, 20, 30, 40].map((at) => ({ at }));
    expect(bandsWhere(list, 10, ({ at }) => at !== 20)).toEqual([
      { from: 0, to: 20 },
      { from: 30, to: 50 },
    ]);
    expect(bandsWhere(list, 10, () => false)).toEqual([]);
  });
});

describe('the cursor', () => {
  it('moves by step, by ten and to the ends, never beyond them', () => {
    const keys = ['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End', 'x'];
    expect(keys.map((key) => cursorTarget(key, 12, 15))).toEqual([11, 13, 2, 15, 0, 15, null]);
    expect([cursorTarget('ArrowLeft', 0, 15), cursorTarget('ArrowRight', 15, 15)]).toEqual([0, 15]);
  });
});
