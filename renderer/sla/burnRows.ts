/** The error budget over a window as rows of a chart. Pure. */
import type { Output } from '../../shared/contract/index.ts';

export interface BurnRow {
  readonly at: number;
  /** Measured. */
  readonly left: number | null;
  /** Forecast. */
  readonly ahead: number | null;
}

/** Below this the chart is cut: a budget overspent many times says no more by being drawn to scale. */
const LOWEST = -1;

/** Rows, measured first and then forecast, which ends where the chart does; and where the axis begins. */
export function burnRows({ points, forecast }: Pick<Output<'sla.burndown'>, 'points' | 'forecast'>): {
  readonly rows: readonly BurnRow[];
  readonly low: number;
} {
  const beyond = forecast.findIndex(({ remaining }) => remaining < LOWEST);
  const drawn = beyond === -1 ? forecast : forecast.slice(0, beyond + 1);
  const lowest = Math.min(0, ...points.map(({ remaining }) => remaining), ...drawn.map(({ remaining }) => remaining));
  return {
    rows: [
      ...points.map(({ at, remaining }) => ({ at, left: remaining, ahead: null })),
      ...drawn.map(({ at, remaining }) => ({ at, left: null, ahead: remaining })),
    ],
    low: lowest < 0 ? LOWEST : 0,
  };
}
