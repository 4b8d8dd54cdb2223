/** The worklist as rows: a head for each holder and its items under it. Pure. */
import type { AccessReviewItem } from '../../shared/entities/index.ts';
import { groupItems, type ItemGroup, type Show, shownItems } from './reviews.ts';

export type WorkRow =
  | { readonly kind: 'head'; readonly holder: ItemGroup['holder']; readonly left: number; readonly items: number }
  | { readonly kind: 'item'; readonly item: AccessReviewItem };

/** A decision made here that the mirror does not show yet. */
export interface Decided {
  readonly decision: AccessReviewItem['decision'];
  readonly reason: string;
}

/** The items with the decisions made here laid over them. */
export function withDecisions(
  items: readonly AccessReviewItem[],
  decided: ReadonlyMap<string, Decided>,
): readonly AccessReviewItem[] {
  if (decided.size === 0) return items;
  return items.map((item) => ({ ...item, ...decided.get(item.id) }));
}

/** Heads say how many of all items of the holder are left, also where the list shows only some. */
export function workRows(items: readonly AccessReviewItem[], show: Show): readonly WorkRow[] {
  const shown = new Set(shownItems(items, show).map(({ id }) => id));
  return groupItems(items).flatMap(({ holder, items: all }): WorkRow[] => {
    const some = all.filter(({ id }) => shown.has(id));
    if (some.length === 0) return [];
    const left = all.filter(({ decision }) => decision === null).length;
    return [
      { kind: 'head', holder, left, items: all.length },
      ...some.map((item) => ({ kind: 'item', item }) as const),
    ];
  });
}

export function itemIds(rows: readonly WorkRow[]): readonly string[] {
  return rows.flatMap((row) => (row.kind === 'item' ? [row.item.id] : []));
}
