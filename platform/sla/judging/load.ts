/** Metrics out of the tables, as the judging thread takes them. Under the tenant's role. */
import type { Span } from '../../../shared/sla/calendar.ts';
import { HOUR, type HourChunk, type StateSpan } from '../../../shared/sla/model.ts';
import type { MetricSeriesRef } from '../../../shared/sla/source.ts';
import { only, type Tx } from '../../db/database.ts';
import type { Delta, Wanted } from './memory.ts';
import { type Packed, pack } from './pack.ts';

/** What the thread was handed of an organization. */
export interface Held {
  /** Version of the metrics. */
  readonly version: number;
  readonly from: number;
}

/** More changed hours than these are read series by series, as at first. */
const CHANGED_MAX = 2_000;

interface SpanRow extends StateSpan {
  readonly series: number;
}

/** Every series of the organization, by rising id. */
export async function readSeries(tx: Tx): Promise<MetricSeriesRef[]> {
  return await tx.query<MetricSeriesRef>('SELECT id, workspace_id, service FROM metric_series ORDER BY id');
}

/** Hours of series in the span, one series a statement: no statement is long. */
async function readHours(
  tx: Tx,
  series: readonly number[],
  { from, to }: Span,
  column: 'bytes' | 'rollup',
): Promise<HourChunk[]> {
  const rows: HourChunk[] = [];
  for (const id of series) {
    const found = await tx.query<HourChunk>(
      `SELECT series, hour, ${column} AS bytes FROM metric_chunks WHERE series = $1 AND hour > $2 AND hour < $3 ORDER BY hour`,
      [id, from - HOUR, to],
    );
    for (const row of found) rows.push(row);
  }
  return rows;
}

async function readStates(tx: Tx, series: readonly number[], { from, to }: Span): Promise<Delta['states']> {
  const rows = await tx.query<SpanRow>(
    `SELECT series, from_ms AS "from", to_ms AS "to", up FROM metric_spans
     WHERE series = ANY (string_to_array($1, ',')::int[]) AND to_ms > $2 AND from_ms < $3 ORDER BY series, from_ms`,
    [series.join(','), from, to],
  );
  const by = Map.groupBy(rows, (row) => row.series);
  return series.map((id) => ({
    series: id,
    spans: (by.get(id) ?? []).map(({ from: begin, to: end, up }) => ({ from: begin, to: end, up })),
  }));
}

/** Everything of the series within the span: roll-ups, states and, for reports, minutes. */
export async function loadWhole(tx: Tx, series: readonly MetricSeriesRef[], span: Span): Promise<Delta> {
  const ids = series.map(({ id }) => id);
  return {
    whole: true,
    from: span.from,
    series,
    rollups: pack(await readHours(tx, ids, span, 'rollup')),
    states: await readStates(tx, ids, span),
  };
}

export async function loadMinutes(tx: Tx, series: readonly MetricSeriesRef[], span: Span): Promise<Packed> {
  const ids = series.map(({ id }) => id);
  return pack(await readHours(tx, ids, span, 'bytes'));
}

const FOREVER = Number.MAX_SAFE_INTEGER;

/** What changed since it was handed over last, and which series it is of; whole where it was not, or where more of the past is needed. */
export async function loadDelta(
  tx: Tx,
  held: Held | null,
  from: number,
): Promise<{ readonly delta: Delta; readonly held: Held; readonly changed: ReadonlySet<number> }> {
  const { version } = only(await tx.query<{ version: number }>('SELECT metric_version AS version FROM org_state'));
  const series = await readSeries(tx);
  const whole = async () => ({
    delta: await loadWhole(tx, series, { from, to: FOREVER }),
    held: { version, from },
    changed: new Set(series.map(({ id }) => id)),
  });
  if (held === null || from < held.from) return await whole();
  const rollups = await tx.query<HourChunk>(
    `SELECT series, hour, rollup AS bytes FROM metric_chunks WHERE version > $1 AND hour > $2 ORDER BY version LIMIT $3`,
    [held.version, from - HOUR, CHANGED_MAX + 1],
  );
  if (rollups.length > CHANGED_MAX) return await whole();
  const moved = await tx.query<{ series: number }>(
    `SELECT series FROM metric_spans WHERE version > $1 UNION SELECT series FROM metric_cuts WHERE version > $1 ORDER BY 1`,
    [held.version],
  );
  const states = await readStates(
    tx,
    moved.map(({ series: id }) => id),
    { from, to: FOREVER },
  );
  return {
    delta: { whole: false, from, series, rollups: pack(rollups), states },
    held: { version, from },
    changed: new Set([...rollups, ...moved].map(({ series: id }) => id)),
  };
}

/** Minutes the thread asked for. */
export async function loadWanted(tx: Tx, { series, hours }: Wanted): Promise<Packed> {
  const rows = await tx.query<HourChunk>(
    `SELECT c.series, c.hour, c.bytes FROM metric_chunks c
     JOIN unnest(string_to_array($1, ',')::int[], string_to_array($2, ',')::bigint[]) AS w(series, hour)
       ON w.series = c.series AND w.hour = c.hour`,
    [series.join(','), hours.join(',')],
  );
  return pack(rows);
}
