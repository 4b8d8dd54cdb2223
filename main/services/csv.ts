/** Audit rows as CSV and JSON lines, and tables of screens as CSV. */
import { stringify } from 'csv-stringify/sync';
import type { AuditRow } from '../../shared/contract/audit.ts';

/** What a spreadsheet takes for the start of a formula (OWASP "CSV injection"), full-width forms included. */
const FORMULA = /^[\s\0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n\0]/;

/** A text cell that no spreadsheet runs: a leading apostrophe makes it text. JSON lines carry the exact value. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

const COLUMNS = [
  ...['seq', 'occurred_at', 'recorded_at', 'actor_type', 'actor_id', 'actor_name', 'action', 'outcome'],
  ...['target_type', 'target_id', 'target_name', 'workspace_id', 'workspace_name'],
] as const;

const instant = (ms: number): string => new Date(ms).toISOString();

function cells(row: AuditRow): string[] {
  const texts = [
    ...[row.actor.type, row.actor.id, row.actor.name, row.action, row.outcome],
    ...[row.target?.type, row.target?.id, row.target?.name, row.workspace?.id, row.workspace?.name],
  ];
  return [
    String(row.seq),
    instant(row.occurredAt),
    instant(row.recordedAt),
    ...texts.map((text) => guardFormula(text ?? '')),
  ];
}

/** RFC 4180: header line, CRLF, quotes where needed. */
export const csvHeader = (): string => stringify([[...COLUMNS]], { record_delimiter: 'windows' });
export const csvRows = (rows: readonly AuditRow[]): string =>
  stringify(rows.map(cells), { record_delimiter: 'windows' });
/** Lines of any table: numbers as they are, texts guarded, nothing for a missing value. */
export const csvTable = (lines: readonly (readonly (string | number | boolean | null)[])[]): string =>
  stringify(
    lines.map((line) => line.map((cell) => (typeof cell === 'string' ? guardFormula(cell) : String(cell ?? '')))),
    { record_delimiter: 'windows' },
  );
export const ndjsonRows = (rows: readonly AuditRow[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
