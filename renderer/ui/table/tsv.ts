/** Rows as tab-separated text for the clipboard. */
import type { Value } from './columns.ts';

/** Tabs and line breaks inside a value become spaces; a text that a spreadsheet would run as a formula gets an apostrophe. */
function tsvCell(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const flat = value.replaceAll(/[\t\r\n]+/g, ' ');
  return /^\s*[=+\-@]/.test(flat) ? `'${flat}` : flat;
}

/** A line of heads, then one line a row. */
export function toTsv(heads: readonly string[], rows: readonly (readonly Value[])[]): string {
  return [heads, ...rows].map((cells) => cells.map(tsvCell).join('\t')).join('\n');
}
