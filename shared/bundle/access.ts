/** The access section: tables of members, workspaces and roles, as JSON and as CSV. */
import { canonicalize, type Json } from '../json/index.ts';

export interface AccessTable {
  readonly name: 'members' | 'workspaces' | 'roles';
  readonly columns: readonly string[];
  /** Each row has exactly the columns. */
  readonly rows: readonly { readonly [column: string]: Json }[];
}

/** RFC 8785 array of rows. */
export function accessJson(rows: readonly { readonly [column: string]: Json }[]): string {
  return `${canonicalize(rows as Json)}\n`;
}

/**
 * One CSV cell (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe before it; the JSON beside it
 * has the exact value.
 */
function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  let text = typeof value === 'string' ? value : canonicalize(value);
  if (typeof value === 'string' && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV with a header line, CRLF line ends. */
export function accessCsv(columns: readonly string[], rows: readonly { readonly [column: string]: Json }[]): string {
  const lines = [
    columns.map((column) => cell(column)),
    ...rows.map((row) => columns.map((column) => cell(row[column]))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
