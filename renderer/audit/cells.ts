/** The columns of the explorer: text, filter value and clipboard form of each cell. */
import type { AuditFilter, AuditRow, AuditSortKey } from '../../shared/contract/audit.ts';
import type { HeadColumn } from '../ui/table/columns.ts';
import { toTsv as tsvText } from '../ui/table/tsv.ts';
import { type FIELDS, nameOf, targetText } from './words.ts';

export type ColumnId = 'time' | 'actor' | 'action' | 'target' | 'outcome' | 'workspace' | 'seq' | 'recorded';

export interface ColumnSpec extends HeadColumn {
  readonly id: ColumnId;
  readonly sort: AuditSortKey | null;
}

export const COLUMNS: readonly ColumnSpec[] = [
  { id: 'time', head: 'Time', size: 118, sort: 'time', sortable: true },
  { id: 'actor', head: 'Actor', size: 126, sort: 'actor', sortable: true, share: 0.9 },
  { id: 'action', head: 'Action', size: 154, sort: 'action', sortable: true, share: 1.3 },
  { id: 'target', head: 'Target', size: 92, sort: 'target', sortable: true, share: 1.4 },
  { id: 'outcome', head: 'Outcome', size: 88, sort: 'outcome', sortable: true },
  { id: 'workspace', head: 'Workspace', size: 120, sort: 'workspace', sortable: true, roomFrom: 860 },
  { id: 'seq', head: 'Seq', size: 88, sort: 'seq', sortable: true, numeric: true },
  { id: 'recorded', head: 'Recorded', size: 118, sort: null, roomFrom: Number.POSITIVE_INFINITY },
];

/** The time a row is sorted and shown by under a basis, ms UTC. */
export function rowTime(row: AuditRow, basis: AuditFilter['basis']): number {
  return basis === 'recorded' ? row.recordedAt : row.occurredAt;
}

/** A cell as copied: exact and without a display zone, so that pasted rows compare. Empty where there is nothing. */
export function copyCell(row: AuditRow, column: ColumnId, basis: AuditFilter['basis']): string {
  switch (column) {
    case 'time':
      return new Date(rowTime(row, basis)).toISOString();
    case 'recorded':
      return new Date(row.recordedAt).toISOString();
    case 'actor':
      return nameOf(row.actor);
    case 'target':
      return targetText(row);
    case 'workspace':
      return row.workspace === null ? '' : nameOf(row.workspace);
    case 'seq':
      return String(row.seq);
    default:
      return row[column];
  }
}

/** Rows as tab-separated text with a head. */
export function toTsv(rows: readonly AuditRow[], columns: readonly ColumnSpec[], basis: AuditFilter['basis']): string {
  return tsvText(
    columns.map((column) => column.head),
    rows.map((row) => columns.map((column) => copyCell(row, column.id, basis))),
  );
}

/** The filter narrowed to the value of one cell; null where the column has none to filter by (Seq). */
export function filterByCell(filter: AuditFilter, row: AuditRow, column: ColumnId): AuditFilter | null {
  switch (column) {
    case 'actor':
      return { ...filter, actors: [`${row.actor.type}:${row.actor.id}`] };
    case 'action':
      return { ...filter, actions: [row.action] };
    case 'target':
      return row.target === null ? null : { ...filter, targets: [`${row.target.type}:${row.target.id}`] };
    case 'outcome':
      return { ...filter, outcomes: [row.outcome] };
    case 'workspace':
      return { ...filter, workspaces: [row.workspace?.id ?? ''] };
    case 'time':
    case 'recorded': {
      const basis = column === 'recorded' ? 'recorded' : filter.basis;
      const hour = 3_600_000;
      const from = Math.floor(rowTime(row, basis) / hour) * hour;
      return { ...filter, basis, from, to: from + hour };
    }
    case 'seq':
      return null;
  }
}

/** How a filter value reads until its label is known: `u_81` for `user:u_81`, `outside any workspace` for the empty one. */
export function plainLabel(field: keyof typeof FIELDS, value: string): string {
  if (field === 'workspaces') return value === '' ? 'outside any workspace' : value;
  if (field === 'actors' || field === 'targets') return value.slice(value.indexOf(':') + 1);
  return value;
}
