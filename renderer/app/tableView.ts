import { useCallback, useMemo } from 'react';
import type { TableSpec, TableView } from '../ui/table/columns.ts';
import { setParams, useRoute } from './router.ts';

/** A table's filter text and order, kept in the address (`q` and `sort`, with a minus for descending); an unknown column gives the table's own order. */
export function useTableView<Row>(
  table: Pick<TableSpec<Row>, 'columns' | 'sort'>,
): [view: TableView, change: (changes: Partial<TableView>) => void] {
  const text = useRoute((route) => route.params.get('q') ?? '');
  const order = useRoute((route) => route.params.get('sort') ?? '');
  const view = useMemo(() => {
    const desc = order.startsWith('-');
    const id = desc ? order.slice(1) : order;
    return { text, sort: table.columns.some((column) => column.id === id) ? { id, desc } : table.sort };
  }, [text, order, table]);
  const change = useCallback((changes: Partial<TableView>) => {
    const { text: q, sort } = changes;
    setParams(
      {
        ...(q === undefined ? {} : { q: q || null }),
        ...(sort === undefined ? {} : { sort: `${sort.desc ? '-' : ''}${sort.id}` }),
      },
      { replace: true },
    );
  }, []);
  return [view, change];
}
