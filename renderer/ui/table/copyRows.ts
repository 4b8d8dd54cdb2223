import { copyText } from '../clipboard.ts';
import { plural } from '../numbers.ts';
import { type Column, exactValue } from './columns.ts';
import { toTsv } from './tsv.ts';

/** Copy the selected rows as a table with heads, or the active cell where none are selected. */
export function copyRows<Row>(
  columns: readonly Column<Row>[],
  selected: readonly Row[],
  active: Row | undefined,
  column: Column<Row> | undefined,
): void {
  if (selected.length > 0) {
    const valued = columns.filter(({ value }) => value !== undefined);
    const cells = selected.map((row) => valued.map((one) => exactValue(one, row)));
    void copyText(
      toTsv(
        valued.map(({ head }) => head),
        cells,
      ),
      plural(selected.length, 'row'),
    );
  } else if (active !== undefined && column?.value !== undefined) {
    void copyText(String(exactValue(column, active) ?? ''), column.head);
  }
}
