/** The explorer's columns at a time style, and their memory. */
import type { AuditFilter } from '../../shared/contract/audit.ts';
import { columnMemory } from '../ui/table/columnMemory.ts';
import { COLUMNS, type ColumnSpec } from './cells.ts';

export const memory = columnMemory('mc.audit.columns', COLUMNS);

/** How much of a time is shown in a column: the width follows. */
export type TimeStyle = 'clock' | 'day' | 'full';
const TIME_WIDTH: Readonly<Record<TimeStyle, number>> = { clock: 126, day: 168, full: 204 };

/** The columns with the zone of their times noted, as wide as the times are long. */
export function columnsFor(style: TimeStyle, basis: AuditFilter['basis'], zone: string): readonly ColumnSpec[] {
  return COLUMNS.map((column) => {
    if (column.id === 'time') {
      return { ...column, size: TIME_WIDTH[style], head: basis === 'recorded' ? 'Recorded' : 'Time', note: zone };
    }
    return column.id === 'recorded' ? { ...column, size: TIME_WIDTH[style], note: zone } : column;
  });
}
