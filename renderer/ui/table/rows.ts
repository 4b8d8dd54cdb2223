/** Filtering and sorting of rows that are all here: pure. */
import type { Column, Sort, Value } from './columns.ts';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The text a row is found by: its words, not its figures, lower case, one value a line so that no match spans two cells. */
export function searchText<Row>(columns: readonly Column<Row>[], row: Row): string {
  return columns
    .map((column) => column.value?.(row))
    .filter((value) => typeof value === 'string')
    .join('\n')
    .toLocaleLowerCase('en');
}

/** Positions of the rows in whose text every word of the filter stands. */
export function matching(texts: readonly string[], filter: string): number[] {
  const words = filter.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
  const found: number[] = [];
  texts.forEach((text, at) => {
    if (words.every((word) => text.includes(word))) found.push(at);
  });
  return found;
}

function compareValues(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return Number(a) - Number(b);
}

/** The rows in the order asked for. Stable; missing values last in either direction; an unknown or unsortable column changes nothing. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort): readonly Row[] {
  const column = columns.find(({ id }) => id === sort.id);
  if (column === undefined) return rows;
  const sign = sort.desc ? -1 : 1;
  const { compare, value } = column;
  if (compare) return rows.toSorted((a, b) => sign * compare(a, b));
  if (!value) return rows;
  return rows
    .map((row) => ({ row, key: value(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compareValues(a.key, b.key);
    })
    .map(({ row }) => row);
}
