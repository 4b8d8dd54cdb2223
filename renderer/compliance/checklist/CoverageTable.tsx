import { clsx } from 'clsx';
import { CONTROL_STATUSES } from '../../../shared/compliance/controlStatus.ts';
import { count } from '../../ui/numbers.ts';
import { ScrollRegion } from '../../ui/ScrollRegion.tsx';
import { type GroupCoverage, wholeOf } from './coverage.ts';
import { STATUS } from './words.ts';

interface TableProps {
  readonly groups: readonly GroupCoverage[];
  readonly onGroup: (id: string) => void;
}

/** What the coverage chart shows, as a table: every group with its controls by status. */
export function CoverageTable({ groups, onGroup }: TableProps) {
  const whole = wholeOf(groups);
  const cells = (counts: GroupCoverage['counts'], total: number) => (
    <>
      {CONTROL_STATUSES.map((status) => (
        <td key={status} className={clsx('px-2 py-0.5 text-right', counts[status] === 0 && 'text-dim')}>
          {count(counts[status])}
        </td>
      ))}
      <td className="px-2 py-0.5 text-right font-medium">{count(total)}</td>
    </>
  );
  return (
    <ScrollRegion
      label="Coverage by group, as a table"
      className="max-h-56 overflow-auto rounded border border-line bg-panel"
    >
      <table className="tnum w-full text-12">
        <thead className="sticky top-0 bg-panel text-dim">
          <tr>
            <th className="px-2 py-1 text-left font-medium">Group</th>
            {CONTROL_STATUSES.map((status) => (
              <th key={status} className="px-2 py-1 text-right font-medium">
                {STATUS[status].word}
              </th>
            ))}
            <th className="px-2 py-1 text-right font-medium">controls</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ id, ref, title, counts, total }) => (
            <tr key={id} className="border-t border-line">
              <th scope="row" className="px-2 py-0.5 text-left font-normal">
                <button type="button" onClick={() => onGroup(id)} className="rounded text-left hover:underline">
                  {ref && <span className="mr-1.5 font-mono text-dim">{ref}</span>}
                  {title}
                </button>
              </th>
              {cells(counts, total)}
            </tr>
          ))}
          <tr className="border-t border-line font-medium">
            <th scope="row" className="px-2 py-0.5 text-left font-medium">
              All
            </th>
            {cells(
              whole,
              groups.reduce((sum, { total }) => sum + total, 0),
            )}
          </tr>
        </tbody>
      </table>
    </ScrollRegion>
  );
}
