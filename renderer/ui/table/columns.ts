/** What a table knows of its columns: how they are headed, sized, sorted, shown, copied and exported. */
import type { ReactNode } from 'react';
import { count, DASH } from '../numbers.ts';

/** What head, column menu and memory need of a column. */
export interface HeadColumn {
  readonly id: string;
  /** Title with the unit where there is one, e.g. "Mirror (MB)". */
  readonly head: string;
  /** Stands after the title on screen and nowhere else: the zone of the times on show, where copies and files have UTC. */
  readonly note?: string;
  /** First width, px. */
  readonly size: number;
  /** Part of the spare width it takes up until the user gives it a width of its own. Fixed when left out. */
  readonly share?: number;
  /** Right-aligned, tabular figures. */
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** Least width of the table, px, from which it is shown unasked; `Infinity` for a column that waits to be asked for. 0 when left out. */
  readonly roomFrom?: number;
  /** Cannot be hidden: the column that names the row. */
  readonly fixed?: boolean;
}

/** Null is missing: it sorts last in either direction, shows as a dash and is exported empty. An instant is ms UTC. */
export type Value = string | number | boolean | null;

export interface Column<Row> extends HeadColumn {
  /** What is sorted, filtered, copied and exported; a column without one is a picture or a control, and does none of these. */
  readonly value?: (row: Row) => Value;
  /** An instant's `value` is ms UTC: it is copied and exported as ISO 8601, and sorts newest first. */
  readonly instant?: boolean;
  /** Order, where that of `value` is not it (verdicts by gravity). */
  readonly compare?: (a: Row, b: Row) => number;
  /** What is shown; the value itself when left out. Controls in it take `tabIndex={-1}`: the grid has the focus (see `control`). */
  readonly cell?: (row: Row) => ReactNode;
  /** The cell holds a control, and Enter on it presses that instead of opening the row. */
  readonly control?: boolean;
}

/** A table of the product, written once beside its screen and handed to `DataTable`. */
export interface TableSpec<Row> {
  /** Names its memory on this machine; also the first part of an exported file's name. */
  readonly id: string;
  /** Whether rows are of several organizations; an export then needs the leave of each. */
  readonly ofSeveral?: true;
  /** What a row is: singular and plural. */
  readonly noun: readonly [one: string, many: string];
  readonly rowKey: (row: Row) => string;
  /** Whether a row is one of the things counted; the others gather them. Every row when left out. */
  readonly counts?: (row: Row) => boolean;
  readonly columns: readonly Column<Row>[];
  /** Order until the user chooses one. */
  readonly sort: Sort;
}

export interface Sort {
  readonly id: string;
  readonly desc: boolean;
}

/** What narrows and orders a table; screens keep it in the address (`useTableView`). */
export interface TableView {
  readonly text: string;
  readonly sort: Sort;
}

/** Columns with `sortable` as follows from what they are, and the zone of their times where the table shows these itself. */
export function completed<Row>(columns: readonly Column<Row>[], zone: string): readonly Column<Row>[] {
  return columns.map((column) => ({
    ...column,
    ...(column.instant && !column.cell ? { note: zone } : {}),
    sortable: column.sortable ?? (column.value !== undefined || column.compare !== undefined),
  }));
}

/** The value of a cell in a form other programs read: instants as ISO 8601 UTC. */
export function exactValue<Row>(column: Column<Row>, row: Row): Value {
  const value = column.value?.(row) ?? null;
  return column.instant && typeof value === 'number' ? new Date(value).toISOString() : value;
}

/** A cell's own text as shown where the column does not say how. */
export function plainText(value: Value): string {
  if (value === null || value === '') return DASH;
  if (typeof value === 'number') return count(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value;
}
