/** Copying cells and rows out of the explorer. */
import type { AuditRow } from '../../shared/contract/audit.ts';
import { asCallError, call } from '../bridge.ts';
import { copyText } from '../ui/clipboard.ts';
import { count, plural } from '../ui/numbers.ts';
import { type Selection, selectedCount } from '../ui/table/selection.ts';
import { toast } from '../ui/toasts.ts';
import { type ColumnSpec, copyCell, toTsv } from './cells.ts';
import { rowAt, useExplorer } from './explorer.ts';

/** Most rows the clipboard takes; more are for "Export rows". */
const MAX_ROWS = 10_000;
const ASK = 1000;

/** Copy the selected rows, or the active cell where none are selected (as JSON: the active row). */
export async function copyFromGrid(columns: readonly ColumnSpec[], as: 'table' | 'json'): Promise<void> {
  const { active, selection, view } = useExplorer.getState();
  const many = selectedCount(selection);
  const row = rowAt(active.row);
  if (many === 0) {
    const column = columns[Math.min(active.col, columns.length - 1)];
    if (row === undefined || column === undefined) return;
    if (as === 'json') await copyText(JSON.stringify(row, null, 2), 'Row as JSON');
    else await copyText(copyCell(row, column.id, view.filter.basis), column.head);
    return;
  }
  if (many > MAX_ROWS) {
    toast({ text: `${count(many)} rows are too many to copy (${count(MAX_ROWS)}). Export them instead.`, tone: 'bad' });
    return;
  }
  try {
    const rows = await rowsOf(selection);
    const text = as === 'json' ? JSON.stringify(rows, null, 2) : toTsv(rows, columns, view.filter.basis);
    await copyText(text, plural(rows.length, 'row'));
  } catch (thrown) {
    const { message, code } = asCallError(thrown);
    toast({ text: `${message} (${code})`, tone: 'bad' });
  }
}

async function rowsOf(selection: Selection): Promise<readonly AuditRow[]> {
  const { orgId, view } = useExplorer.getState();
  const { filter, sort, direction } = view;
  const rows: AuditRow[] = [];
  for (const [start, end] of selection) {
    for (let offset = start; offset <= end; offset += ASK) {
      const limit = Math.min(ASK, end - offset + 1);
      rows.push(...(await call('audit.query', { orgId: orgId ?? '', filter, sort, direction, offset, limit })).rows);
    }
  }
  return rows;
}
