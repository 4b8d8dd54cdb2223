/** The arithmetic of a chart over time: axis, hatched bands, cursor. Pure. */

export interface ChartPoint {
  readonly at: number;
  readonly value: number | null;
}

export interface ChartTarget {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

export interface Domain {
  readonly low: number;
  readonly high: number;
  /** False: the axis is cut, and the chart says where it begins. */
  readonly fromZero: boolean;
}

/**
 * Bounds of a value axis. `floor`: from zero to a little above the largest. `ceiling`: what lives just under `top` (a share of 1) is drawn from
 * where the lowest value or three times the budget below the target is, whichever is lower; a chart that began at zero would show a flat line.
 */
export function domainOf(
  points: readonly ChartPoint[],
  targets: readonly ChartTarget[],
  kind: 'floor' | 'ceiling',
  top = 1,
): Domain {
  const values = [
    ...points.flatMap(({ value }) => (value === null ? [] : [value])),
    ...targets.map(({ value }) => value),
  ];
  if (kind === 'floor') return { low: 0, high: Math.max(1e-9, ...values) * 1.1, fromZero: true };
  const budget = Math.max(0, ...targets.map(({ value }) => top - value));
  const lowest = Math.min(top, ...values, top - 3 * budget);
  const low = Math.max(0, lowest - (top - lowest) * 0.05);
  return { low: low === top ? Math.max(0, top - 0.01) : low, high: top, fromZero: low === 0 };
}

/** Stretches of neighbouring steps that pass, as bands. `step` in milliseconds closes the last one. */
export function bandsWhere<T extends { readonly at: number }>(
  points: readonly T[],
  step: number,
  passes: (point: T) => boolean,
): { from: number; to: number }[] {
  const bands: { from: number; to: number }[] = [];
  for (const [i, point] of points.entries()) {
    if (!passes(point)) continue;
    const to = points[i + 1]?.at ?? point.at + step;
    const last = bands.at(-1);
    if (last !== undefined && last.to === point.at) last.to = to;
    else bands.push({ from: point.at, to });
  }
  return bands;
}

/** Where a key moves the cursor; null for a key that moves none. */
export function cursorTarget(key: string, from: number, last: number): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    PageUp: from - 10,
    PageDown: from + 10,
    Home: 0,
    End: last,
  };
  const to = moves[key];
  return to === undefined ? null : Math.max(0, Math.min(last, to));
}
