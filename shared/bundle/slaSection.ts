/** Service levels in report.html. */
import type { MonthReport } from '../sla/model.ts';
import { escapeHtml } from './html.ts';
import type { SlaIndexRow } from './slaReport.ts';

export interface SlaLine {
  readonly row: SlaIndexRow;
  readonly report: MonthReport;
}

export const COMPARISON_WORDS: Readonly<Record<SlaIndexRow['comparison'], string>> = {
  equal: 'the platform issued the same',
  differs: 'the platform issued another',
  not_issued: 'not issued by the platform',
};
export const VERDICT_WORDS: Readonly<Record<MonthReport['verdict'], string>> = {
  compliant: 'kept',
  breached: 'breached',
  no_data: 'no data',
};

/** A fraction of six decimals as percent, exactly: `0.971333` is `97.1333 %`. */
export function percentOf(fraction: string | null): string {
  if (fraction === null) return 'no data';
  const digits = fraction.replace('.', '').padStart(7, '0');
  return `${BigInt(digits.slice(0, -4))}.${digits.slice(-4)} %`;
}

/** What is paid for a month, in words. */
export function creditText({ credit }: MonthReport): string {
  if (credit === null) return 'none';
  return credit.waived === null ? amount(credit.creditMinor, credit.currency) : 'waived';
}

/** An amount of minor units, as they are counted: `125000 EUR minor units`. */
export const amount = (minor: string, currency: string): string => `${minor} ${currency} minor units`;

/** The section; the empty text without reports. The same input gives the same text. */
export function slaSection(lines: readonly SlaLine[]): string {
  if (lines.length === 0) return '';
  const rows = lines.map(({ row, report }) => {
    const cells = [
      percentOf(report.availability),
      `<code>${row.month}</code> ${VERDICT_WORDS[report.verdict]}`,
      COMPARISON_WORDS[row.comparison],
      creditText(report),
    ];
    return `<tr><th scope="row">${escapeHtml(row.name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['SLA', 'Availability', 'Month', 'Comparison', 'Credit'].map((text) => `<th scope="col">${text}</th>`);
  return `<section><h2>Service levels</h2><table><thead><tr>${head.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table><p>Each report is in <code>data/sla</code> as JSON, CSV and PDF, computed by the console from its mirror of the measurements. They are signed by the console, not part of the log.</p></section>`;
}
