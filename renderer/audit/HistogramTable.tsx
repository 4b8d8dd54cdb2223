import type { AuditHistogram } from '../../shared/contract/audit.ts';
import { count } from '../ui/numbers.ts';
import { ScrollRegion } from '../ui/ScrollRegion.tsx';
import { buckets } from './buckets.ts';
import { bucketRange, type HistogramClock } from './Histogram.tsx';

interface TableProps {
  readonly histogram: AuditHistogram;
  readonly clock: HistogramClock;
  readonly onZoom: (from: number, to: number) => void;
}

/** The histogram's figures as a table; empty buckets are left out. A press on a range zooms to it. */
export function HistogramTable({ histogram, clock, onZoom }: TableProps) {
  const filled = buckets(histogram).filter((bucket) => bucket.total > 0);
  return (
    <ScrollRegion
      label="Events over time, as a table"
      className="h-40 overflow-y-auto rounded border border-line bg-panel"
    >
      <table className="tnum w-full text-12">
        <thead className="sticky top-0 bg-panel text-dim">
          <tr>
            <th className="px-2 py-1 text-left font-medium">Time</th>
            {['Events', 'Success', 'Failure', 'Denied'].map((head) => (
              <th key={head} className="px-2 py-1 text-right font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.map((bucket) => (
            <tr key={bucket.index} className="border-t border-line">
              <td className="px-2 py-0.5">
                <button
                  type="button"
                  className="rounded hover:text-accent"
                  onClick={() => onZoom(bucket.from, bucket.to)}
                >
                  {bucketRange(bucket, clock)}
                </button>
              </td>
              {[bucket.total, bucket.success, bucket.failure, bucket.denied].map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: four fixed columns
                <td key={column} className="px-2 py-0.5 text-right">
                  {count(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
