import type { ReactNode } from 'react';
import type { CallError } from '../../bridge.ts';
import { type ColumnMemory, columnMemory } from './columnMemory.ts';
import type { TableSpec, TableView } from './columns.ts';

export interface Table<Row> extends TableSpec<Row> {
  readonly memory: ColumnMemory;
}

/** A table with its memory. Outside any component, once. */
export function defineTable<Row>(spec: TableSpec<Row>): Table<Row> {
  return { ...spec, memory: columnMemory(`mc.table.${spec.id}`, spec.columns) };
}

export interface DataTableProps<Row> {
  readonly table: Table<Row>;
  /** Accessible name of the grid. */
  readonly label: string;
  /** Null while loading. */
  readonly rows: readonly Row[] | null;
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
  /** Enter, or a press on a row (with `openOn` a double one). */
  readonly onOpen?: (row: Row) => void;
  readonly openOn?: 'press' | 'double press';
  /** Key of the row whose detail is on show; while there is one, moving the cursor opens the row it comes to. */
  readonly openKey?: string | null;
  /** Changed here and not confirmed yet: drawn with a dotted edge. */
  readonly isPending?: (row: Row) => boolean;
  /** Single keys (`s`, `Shift+d`) that act on the active row, wherever the focus is. */
  readonly commands?: Readonly<Record<string, (row: Row) => void>>;
  /** The selected rows whenever they change; keep the function's identity. */
  readonly onSelection?: (rows: readonly Row[]) => void;
  /** Filter chips, after the filter box. */
  readonly chips?: ReactNode;
  /** What stands in place of the rows where there are none at all. */
  readonly empty: ReactNode;
  readonly error?: CallError | null;
  readonly onRetry?: () => void;
}
