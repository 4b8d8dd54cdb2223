/** Stretches of time [from, to), milliseconds since 1970: lists of them rise and do not overlap. */

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where both lists have time. */
export function overlap(a: readonly Span[], b: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i]!.from, b[j]!.from);
    const to = Math.min(a[i]!.to, b[j]!.to);
    if (from < to) found.push({ from, to });
    if (a[i]!.to < b[j]!.to) i++;
    else j++;
  }
  return found;
}

/** The time of any of the lists, adjoining stretches joined. */
export function union(lists: readonly (readonly Span[])[]): Span[] {
  const all = lists.flat().sort((a, b) => a.from - b.from);
  const joined: Span[] = [];
  for (const span of all) {
    const last = joined.at(-1);
    if (last === undefined || span.from > last.to) joined.push(span);
    else if (span.to > last.to) joined[joined.length - 1] = { from: last.from, to: span.to };
  }
  return joined;
}

/** Milliseconds of a list. */
export function total(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}
