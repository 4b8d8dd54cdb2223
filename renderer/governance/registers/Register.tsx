import type { LucideIcon } from 'lucide-react';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RecordKind } from '../../../shared/commands/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { pendingKey, usePendingOf } from '../../access/pending.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import type { CallError } from '../../bridge.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import type { Table } from '../../ui/table/defineTable.ts';

interface RegisterViewProps<Row> {
  readonly orgId: string;
  readonly kind: RecordKind;
  readonly table: Table<Row>;
  readonly label: string;
  readonly rows: readonly Row[] | null;
  readonly error: CallError | null;
  readonly onRetry: () => void;
  readonly icon: LucideIcon;
  /** What would stand here. */
  readonly empty: string;
  /** The one action, and why it is not offered. */
  readonly action: string;
  readonly refusal: string | null;
  readonly idOf: (row: Row) => string;
  readonly form: (close: () => void) => ReactNode;
  /** Beside the list for the row that is chosen. */
  readonly panel: (id: string, close: () => void) => ReactNode;
}

/** A register: its table, the form that adds to it, and what is done about one line. */
export function RegisterView<Row>(props: RegisterViewProps<Row>) {
  const { orgId, kind, table, label, rows, error, onRetry, icon, empty, action, refusal, idOf, form, panel } = props;
  const params = useRoute((route) => route.params);
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(table);
  const open = params.get('open');
  const close = (): void => setParams({ open: null, act: null });
  const some = (rows?.length ?? 0) > 0;
  const add = (
    <GatedButton small={some} icon={Plus} refusal={refusal} onClick={() => setParams({ open: null, act: 'new' })}>
      {action}
    </GatedButton>
  );
  return (
    <SplitPane
      id={table.id}
      list={
        <DataTable
          table={table}
          label={label}
          rows={rows}
          view={view}
          onView={setView}
          openKey={open}
          onOpen={(row) => setParams({ act: null, open: idOf(row) }, { replace: open !== null })}
          isPending={(row) => pending.has(pendingKey(kind, idOf(row)))}
          error={error}
          onRetry={onRetry}
          chips={some && add}
          empty={
            <EmptyState icon={icon} action={add}>
              {empty}
            </EmptyState>
          }
        />
      }
      detail={params.get('act') === 'new' ? form(close) : open === null ? null : panel(open, close)}
    />
  );
}
