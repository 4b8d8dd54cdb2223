import { describe, expect, it } from 'vitest';
import { burnRows } from './burnRows.ts';
import { RANGES, readDay, readRange, STEP_MS, spanOf } from './ranges.ts';

const of = (text: string): URLSearchParams => new URLSearchParams(text);

describe('periods of the charts', () => {
  it('end on whole steps with what is known, and ask for a bounded number of points', () => {
    const asOf = Date.parse('2026-11-25T05:34:56Z');
    for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
      const { from, to, step } = spanOf(name, asOf);
      expect(to).toBeGreaterThanOrEqual(asOf);
      expect(to - asOf).toBeLessThan(STEP_MS[step]);
      expect([to % STEP_MS[step], from % STEP_MS[step]]).toEqual([0, 0]);
      expect((to - from) / STEP_MS[step]).toBeLessThanOrEqual(1_000);
    }
    expect([readRange(of('range=month')), readRange(of('range=nonsense')), readRange(of(''))]).toEqual([
      ...['month', 'week', 'week'],
    ]);
  });

  it('read a day of the heat map, and nothing else', () => {
    expect(readDay(of('from=1&to=2'))).toEqual({ from: 1, to: 2 });
    for (const text of ['', 'from=1', 'from=2&to=1', 'from=a&to=2', 'from=-1&to=2'])
      expect(readDay(of(text))).toBeNull();
  });
});

describe('rows of the burn-down', () => {
  const at = (time: number, remaining: number) => ({ at: time, remaining });

  it('put what was measured before the forecast, which ends where the chart is cut', () => {
    const { rows, low } = burnRows({ points: [at(0, 1), at(1, 0.4)], forecast: [at(1, 0.4), at(2, -2), at(3, -5)] });
    expect(rows).toEqual([
      { at: 0, left: 1, ahead: null },
      { at: 1, left: 0.4, ahead: null },
      { at: 1, left: null, ahead: 0.4 },
      { at: 2, left: null, ahead: -2 },
    ]);
    expect(low).toBe(-1);
  });

  it('begin at zero where the budget holds', () => {
    expect(burnRows({ points: [at(0, 1)], forecast: [at(1, 0.2)] }).low).toBe(0);
    expect(burnRows({ points: [], forecast: [] })).toEqual({ rows: [], low: 0 });
  });
});
