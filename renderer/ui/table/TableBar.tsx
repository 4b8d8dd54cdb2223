import { Copy, Download, Search } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useOrg } from '../../app/orgs.ts';
import { Button, IconButton } from '../Button.tsx';
import { Kbd } from '../Kbd.tsx';
import { count } from '../numbers.ts';
import { ColumnsMenu } from './ColumnsMenu.tsx';
import type { Column } from './columns.ts';
import { copyRows } from './copyRows.ts';
import type { Table } from './defineTable.ts';
import { exportRows } from './exportRows.ts';
import type { TableRows } from './useTableState.ts';

interface TableBarProps<Row> {
  readonly table: Table<Row>;
  readonly state: TableRows<Row>;
  readonly shownColumns: readonly Column<Row>[];
  /** Rows before any filter; null while loading. */
  readonly all: number | null;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly findRef: RefObject<HTMLInputElement | null>;
  readonly gridRef: RefObject<HTMLElement | null>;
  readonly chips: ReactNode;
}

/** Filter box, chips, the count of what they leave, and the tools: copy, export, columns. */
export function TableBar<Row>(props: TableBarProps<Row>) {
  const { table, state, shownColumns, all, chips } = props;
  const { selectedRows } = state;
  const org = useOrg();
  const many = selectedRows.length;
  const shown = counted(table, state.shown);
  return (
    <div
      role="toolbar"
      aria-label="Filters"
      className="flex shrink-0 flex-wrap items-center gap-x-1.5 gap-y-2 border-b border-line bg-bg px-[18px] py-2"
    >
      <FindBox {...props} />
      {chips}
      <div className="ml-auto flex items-center gap-1">
        {many > 0 && (
          <>
            <Button
              small
              kind="quiet"
              icon={Copy}
              onClick={() => copyRows(shownColumns, selectedRows, undefined, undefined)}
            >
              Copy rows
            </Button>
            <Button small kind="quiet" onClick={() => state.selectAll(false)}>
              Clear selection
            </Button>
          </>
        )}
        <p role="status" className="tnum mr-1 whitespace-nowrap text-dim">
          {many > 0 && <span className="text-accent">{count(many)} selected · </span>}
          {all === null ? (
            'counting'
          ) : (
            <>
              <b className="font-bold text-text">{count(shown)}</b> of {count(all)} {table.noun[all === 1 ? 0 : 1]}
            </>
          )}
        </p>
        <IconButton
          small
          icon={Download}
          label={`Export ${count(shown)} ${table.noun[shown === 1 ? 0 : 1]} as CSV`}
          disabled={state.shown.length === 0}
          onClick={() =>
            void exportRows(table.ofSeveral ? null : (org?.orgId ?? null), table.id, state.columns, state.shown)
          }
        />
        <ColumnsMenu columns={state.columns} shown={shownColumns} memory={table.memory} />
      </div>
    </div>
  );
}

/** How many of the rows are things that count. */
export function counted<Row>({ counts }: Pick<Table<Row>, 'counts'>, rows: readonly Row[]): number {
  return counts === undefined ? rows.length : rows.filter(counts).length;
}

function FindBox<Row>({ table, text, onText, findRef, gridRef }: TableBarProps<Row>) {
  return (
    <label className="flex h-[26px] w-[220px] items-center gap-1.5 rounded border border-line bg-panel px-2 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent hover:bg-hover">
      <Search size={15} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
      <input
        ref={findRef}
        type="search"
        aria-label={`Filter ${table.noun[1]}`}
        placeholder={`Filter ${table.noun[1]}`}
        value={text}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') gridRef.current?.focus();
          else if (event.key === 'Escape' && text !== '') onText('');
          else if (event.key === 'Escape') gridRef.current?.focus();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      <Kbd>/</Kbd>
    </label>
  );
}
