/** Monthly reports made ready for a bundle: checked before anything is written. */
import { slaFaults } from '../../shared/bundle/slaFaults.ts';
import { readMonthReport, type SlaIndexRow } from '../../shared/bundle/slaReport.ts';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import type { MonthReport } from '../../shared/sla/model.ts';
import { sha256 } from '../crypto.ts';
import type { SourceReport } from './source.ts';

export interface Level {
  readonly text: string;
  readonly report: MonthReport;
  readonly row: SlaIndexRow;
}

/** By SLA and month. Throws INTERNAL for a report that its verifier would refuse: such a bundle is worse than none. */
export function levelsOf(reports: readonly SourceReport[]): Level[] {
  const levels = reports.map(({ text, issued }): Level => {
    const report = readMonthReport(text);
    const { sla, month } = report;
    const [fault] = slaFaults(report);
    if (fault !== undefined)
      throw new AppError('INTERNAL', `The report of ${month} does not hold: ${fault}`, { id: sla.id, month });
    const digest = toHex(sha256(toUtf8(text)));
    const comparison = issued === null ? 'not_issued' : issued.digest === digest ? 'equal' : 'differs';
    const row = { sla: sla.id, name: sla.name, month, digest, comparison } as const;
    return { text, report, row: { ...row, issue: issued?.issue ?? null, issued_digest: issued?.digest ?? null } };
  });
  const place = ({ row }: Level): string => `${row.sla} ${row.month}`;
  return levels.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
