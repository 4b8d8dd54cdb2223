import { clsx } from 'clsx';
import type { SlaMonthRow } from '../../shared/contract/sla.ts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { count, DASH } from '../ui/numbers.ts';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { moneyText } from './money.ts';
import { monthText, VERDICTS } from './slas.ts';

/** The last closed months under the terms that held; a month opens its report. */
export function Months({ orgId, id }: { readonly orgId: string; readonly id: string }) {
  const { data, error, slow, reload } = useQuery('sla.months', { orgId, id }, useRevision(orgId));
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <SkeletonRows rows={4} /> : null;
  if (data.length === 0)
    return <p className="text-dim">No month is closed yet. The first report comes with its end.</p>;
  return <MonthTable rows={data.toReversed()} action={({ month }) => setParams({ act: 'report', month })} />;
}

interface MonthTableProps {
  readonly rows: readonly SlaMonthRow[];
  /** What a press on a month does; absent: nothing. */
  readonly action?: (row: SlaMonthRow) => void;
  /** The same months under other terms, by their text. */
  readonly was?: ReadonlyMap<string, SlaMonthRow | null>;
}

/** Months with their figures; with `was` each verdict stands beside the one it was. */
export function MonthTable({ rows, action, was }: MonthTableProps) {
  // A column that would be empty is left out: the table stands in a panel.
  const credits = rows.some(({ creditMinor }) => creditMinor !== null);
  return (
    <table className="tnum w-full text-12">
      <thead className="text-11 text-dim">
        <tr>
          <th className="text-left font-normal">Month</th>
          {was !== undefined && <th className="pl-2 text-left font-normal">was</th>}
          <th className="pl-2 text-left font-normal">{was === undefined ? 'Standing' : 'would be'}</th>
          <th className="pl-2 text-right font-normal">Availability (%)</th>
          <th className="pl-2 text-right font-normal">Response (ms)</th>
          <th className="pl-2 text-right font-normal">Errors (%)</th>
          <th className="pl-2 text-right font-normal">Requests</th>
          {was === undefined && <th className="pl-2 text-right font-normal">Down (min)</th>}
          {credits && <th className="pl-2 text-right font-normal">Credit</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.month} className="border-t border-line">
            <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
              {action === undefined ? (
                monthText(row.month)
              ) : (
                <button type="button" className="rounded text-accent hover:underline" onClick={() => action(row)}>
                  {monthText(row.month)}
                </button>
              )}
            </th>
            {was !== undefined && (
              <td className="pl-2">
                <Standing verdict={was.get(row.month)?.verdict ?? null} />
              </td>
            )}
            <td className="pl-2">
              <Standing
                verdict={row.verdict}
                changed={was !== undefined && was.get(row.month)?.verdict !== row.verdict}
              />
            </td>
            <td className="pl-2 text-right">{bare(row.availability)}</td>
            <td className="pl-2 text-right">{count(row.responseMs === null ? null : Math.round(row.responseMs))}</td>
            <td className="pl-2 text-right">{bare(row.errorRate)}</td>
            <td className="pl-2 text-right">{count(row.requests)}</td>
            {was === undefined && <td className="pl-2 text-right">{row.downMinutes}</td>}
            {credits && (
              <td className="pl-2 text-right whitespace-nowrap">
                {row.creditMinor === null || row.currency === null ? DASH : moneyText(row.creditMinor, row.currency)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Standing({
  verdict,
  changed = false,
}: {
  readonly verdict: SlaMonthRow['verdict'] | null;
  readonly changed?: boolean;
}) {
  if (verdict === null) return <span className="text-dim">{DASH}</span>;
  const { tone, word } = VERDICTS[verdict];
  return (
    <Verdict tone={tone} className={clsx(changed && 'outline outline-1 outline-current')}>
      {word}
    </Verdict>
  );
}

/** A share as text without its sign, which stands in the head of the column. */
function bare(percent: string | null): string {
  return percent === null ? DASH : percent.replace(/ %$/, '');
}
