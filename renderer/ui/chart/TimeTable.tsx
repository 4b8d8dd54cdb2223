import { DASH } from '../numbers.ts';
import { ScrollRegion } from '../ScrollRegion.tsx';
import { useTime } from '../zone.ts';
import type { TimeChartProps } from './TimeChart.tsx';

/** What a chart shows, as a table: every step that has a value. */
export function TimeTable({ label, unit, points, targets, format, more }: TimeChartProps) {
  const time = useTime();
  const filled = points.map((point, index) => ({ ...point, index })).filter(({ value }) => value !== null);
  const targetAt = (at: number): string => {
    const target = targets.find(({ from, to }) => at >= from && at < to);
    return target === undefined ? DASH : format(target.value);
  };
  return (
    <ScrollRegion
      label={`${label}, as a table`}
      className="max-h-40 overflow-y-auto rounded border border-line bg-panel"
    >
      <table className="tnum w-full text-12">
        <thead className="sticky top-0 bg-panel text-dim">
          <tr>
            <th className="px-2 py-1 text-left font-medium">Time ({time.label})</th>
            <th className="px-2 py-1 text-right font-medium">
              {label} ({unit})
            </th>
            <th className="px-2 py-1 text-right font-medium">Target</th>
            {more !== undefined && <th className="px-2 py-1 text-right font-medium">Of</th>}
          </tr>
        </thead>
        <tbody>
          {filled.map(({ at, value, index }) => (
            <tr key={at} className="border-t border-line">
              <td className="px-2 py-0.5">{time.minute(at)}</td>
              <td className="px-2 py-0.5 text-right">{format(value!)}</td>
              <td className="px-2 py-0.5 text-right text-dim">{targetAt(at)}</td>
              {more !== undefined && <td className="px-2 py-0.5 text-right text-dim">{more(index)}</td>}
            </tr>
          ))}
          {filled.length === 0 && (
            <tr>
              <td className="px-2 py-1 text-dim" colSpan={4}>
                No step of this period has data.
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
