import { type KeyboardEvent, useMemo, useState } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { cursorTarget } from '../ui/chart/timeChart.ts';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { axisMarks, zoneOffset } from '../ui/timeAxis.ts';
import { useTime } from '../ui/zone.ts';
import { type BurnRow, burnRows } from './burnRows.ts';
import { budgetWords, percentText } from './slas.ts';

const HEIGHT = 120;

interface BurnDownProps {
  readonly orgId: string;
  readonly id: string;
  readonly asTable: boolean;
}

/** Error budget of the window under way: what was left at each time, and where the pace of the last day leads. */
export function BurnDown({ orgId, id, asTable }: BurnDownProps) {
  const time = useTime();
  const { data, error, slow, reload } = useQuery('sla.burndown', { orgId, id, month: null }, useRevision(orgId));
  const { rows, low } = useMemo(() => burnRows(data ?? { points: [], forecast: [] }), [data]);
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <Skeleton className="h-28 w-full" /> : <div className="h-28" />;
  const { window, budget } = data;
  if (data.points.length === 0) return <p className="text-dim">Nothing was measured in this window yet.</p>;
  const ends =
    budget.exhaustedAt === null ? '' : ` At the pace of the last day it is gone ${time.minute(budget.exhaustedAt)}.`;
  const summary = `${budgetWords(budget)}.${ends}`;
  if (asTable) return <BurnTable rows={rows} />;
  return (
    <>
      <BurnChart rows={rows} low={low} window={window} />
      <p className="text-11 text-dim">{summary} Dashed: where the pace of the last day leads.</p>
    </>
  );
}

interface BurnChartProps {
  readonly rows: readonly BurnRow[];
  readonly low: number;
  readonly window: { readonly from: number; readonly to: number };
}

/** The curve, with a cursor by arrow keys that is read out. */
function BurnChart({ rows, low, window }: BurnChartProps) {
  const time = useTime();
  const [cursor, setCursor] = useState<number | null>(null);
  const last = rows.length - 1;
  const row = rows[Math.min(cursor ?? last, last)]!;
  const said = `${time.minute(row.at)} ${time.label}: ${percentText(row.left ?? row.ahead ?? 0, 1)} left, ${row.left === null ? 'forecast' : 'measured'}`;
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = cursorTarget(event.key, cursor ?? last, last);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    setCursor(next);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Error budget left"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={Math.min(cursor ?? last, last)}
      aria-valuetext={said}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
    >
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <ComposedChart
          data={rows as BurnRow[]}
          accessibilityLayer={false}
          margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            domain={[window.from, window.to]}
            ticks={axisMarks(window.from, window.to, 6, zoneOffset(time.zone))}
            tickFormatter={(at: number) => time.date(at).replace(/ \d+$/, '')}
            tick={{ fill: 'var(--dim)', fontSize: 11 }}
            stroke="var(--line)"
            tickLine={false}
            height={20}
          />
          <YAxis
            domain={[low, 1]}
            tickFormatter={(value: number) => percentText(value, 0)}
            tick={{ fill: 'var(--dim)', fontSize: 11 }}
            stroke="none"
            ticks={low === 0 ? [0, 0.5, 1] : [low, 0, 1]}
            allowDataOverflow
            width={56}
          />
          <ReferenceLine
            y={0}
            stroke="var(--bad)"
            label={{ value: 'spent', position: 'insideBottomLeft', fill: 'var(--bad)', fontSize: 11 }}
          />
          <Area
            dataKey="left"
            type="stepAfter"
            stroke="var(--accent)"
            fill="var(--accent)"
            fillOpacity={0.12}
            strokeWidth={1.5}
            isAnimationActive={false}
            connectNulls={false}
          />
          <Line
            dataKey="ahead"
            type="linear"
            stroke="var(--dim)"
            strokeDasharray="4 4"
            strokeWidth={1.5}
            dot={false}
            isAnimationActive={false}
            connectNulls={false}
          />
          {cursor !== null && <ReferenceLine x={row.at} stroke="var(--dim)" />}
        </ComposedChart>
      </ResponsiveContainer>
      <p className="tnum h-4 truncate text-11 text-dim" aria-hidden>
        {cursor !== null && said}
      </p>
    </div>
  );
}

function BurnTable({ rows }: { readonly rows: readonly BurnRow[] }) {
  const time = useTime();
  return (
    <section
      aria-label="Error budget, as a table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      className="max-h-40 overflow-y-auto rounded border border-line"
    >
      <table className="tnum w-full text-12">
        <thead className="sticky top-0 bg-panel text-dim">
          <tr>
            <th className="px-2 py-1 text-left font-medium">Time ({time.label})</th>
            <th className="px-2 py-1 text-right font-medium">Budget left (%)</th>
            <th className="px-2 py-1 text-left font-medium">Kind</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, left, ahead }) => (
            <tr key={`${at} ${left === null}`} className="border-t border-line">
              <td className="px-2 py-0.5">{time.minute(at)}</td>
              <td className="px-2 py-0.5 text-right">{percentText(left ?? ahead ?? 0, 1)}</td>
              <td className="px-2 py-0.5 text-dim">{left === null ? 'forecast' : 'measured'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
