/** Selected rows as sorted, disjoint, inclusive ranges of positions: a million selected rows are one pair of numbers. */
export type Selection = readonly (readonly [number, number])[];

export const NOTHING: Selection = [];

export function isSelected(selection: Selection, index: number): boolean {
  return selection.some(([start, end]) => index >= start && index <= end);
}

export function selectedCount(selection: Selection): number {
  return selection.reduce((sum, [start, end]) => sum + end - start + 1, 0);
}

/** The selection with [a, b] (either order) added. */
export function withRange(selection: Selection, a: number, b: number): Selection {
  const start = Math.min(a, b);
  const end = Math.max(a, b);
  const apart = selection.filter(([s, e]) => e < start - 1 || s > end + 1);
  const touching = selection.filter(([s, e]) => !(e < start - 1 || s > end + 1));
  const merged: readonly [number, number] = [
    Math.min(start, ...touching.map(([s]) => s)),
    Math.max(end, ...touching.map(([, e]) => e)),
  ];
  return [...apart, merged].sort((x, y) => x[0] - y[0]);
}

/** The selection with one position taken in or out. */
export function toggled(selection: Selection, index: number): Selection {
  if (!isSelected(selection, index)) return withRange(selection, index, index);
  return selection.flatMap(([start, end]): readonly (readonly [number, number])[] => {
    if (index < start || index > end) return [[start, end]];
    const rest: (readonly [number, number])[] = [];
    if (start < index) rest.push([start, index - 1]);
    if (index < end) rest.push([index + 1, end]);
    return rest;
  });
}
