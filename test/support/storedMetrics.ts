/** An organization's metrics as its tables hold them, read whole: what the arithmetic may ask in tests. */
import type { Tx } from '../../platform/db/database.ts';
import type { HourChunk, StateSpan } from '../../shared/sla/model.ts';
import type { HourRollup, MetricSeriesRef, MetricSource } from '../../shared/sla/source.ts';

interface HourRow extends HourChunk {
  readonly rollup: Uint8Array;
}

export async function storedMetrics(tx: Tx): Promise<MetricSource> {
  const refs = await tx.query<MetricSeriesRef>('SELECT id, workspace_id, service FROM metric_series ORDER BY id');
  const hours = await tx.query<HourRow>('SELECT series, hour, bytes, rollup FROM metric_chunks ORDER BY hour');
  const spans = await tx.query<StateSpan & { series: number }>(
    'SELECT series, from_ms AS "from", to_ms AS "to", up FROM metric_spans ORDER BY from_ms',
  );
  const within = (id: number, from: number, to: number): HourRow[] =>
    hours.filter(({ series, hour }) => series === id && hour >= from && hour < to);
  return {
    series: () => refs,
    hours: within,
    hourTotals: (id, from, to): HourRollup[] =>
      within(id, from, to).map(({ hour, rollup }) => ({ hour, bytes: rollup })),
    states: (id, from, to): StateSpan[] =>
      spans
        .filter((span) => span.series === id && span.to > from && span.from < to)
        .map(({ from: begin, to: end, up }) => ({ from: begin, to: end, up })),
  };
}
