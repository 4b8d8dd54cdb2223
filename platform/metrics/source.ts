/** Metrics for the arithmetic of `shared/sla`, which reads as if all lay in memory: what it asks for is learnt by asking it, then loaded. */
import type { Span } from '../../shared/sla/calendar.ts';
import type { HourChunk, StateSpan } from '../../shared/sla/model.ts';
import type { HourRollup, MetricSeriesRef, MetricSource } from '../../shared/sla/source.ts';
import { lengthOf, subtract, union } from '../../shared/sla/spans.ts';
import type { Tx } from '../db/database.ts';

/** What is asked after the first answer follows from the data; it ends, because all there is comes to be loaded. */
const ROUNDS_MAX = 10;

type Kind = 'hours' | 'totals' | 'states';
const KINDS: readonly Kind[] = ['hours', 'totals', 'states'];

interface Row {
  readonly series: number;
}
interface HourRow extends Row {
  readonly hour: number;
  readonly bytes: Uint8Array;
}
interface SpanRow extends Row, StateSpan {}

/** First index whose key is at least `at`, in rows of rising keys. */
function from<T>(rows: readonly T[], key: (row: T) => number, at: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key(rows[middle]!) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

const within = (rows: readonly HourRow[] | undefined, begin: number, end: number): readonly HourRow[] =>
  rows === undefined
    ? []
    : rows.slice(
        from(rows, ({ hour }) => hour, begin),
        from(rows, ({ hour }) => hour, end),
      );

/** Stretches of one kind of data of each series: loaded ones and those asked for besides. */
class Coverage {
  readonly loaded = new Map<number, Span[]>();
  readonly wanted = new Map<number, Span[]>();

  ask(series: number, begin: number, end: number): void {
    const missing = subtract(union([{ from: begin, to: end }]), this.loaded.get(series) ?? []);
    if (missing.length > 0) this.wanted.set(series, union([...(this.wanted.get(series) ?? []), ...missing]));
  }

  settle(): void {
    for (const [series, spans] of this.wanted)
      this.loaded.set(series, union([...(this.loaded.get(series) ?? []), ...spans]));
    this.wanted.clear();
  }
}

class LoadedSource implements MetricSource {
  private readonly refs: readonly MetricSeriesRef[];
  private readonly coverage: Readonly<Record<Kind, Coverage>> = {
    hours: new Coverage(),
    totals: new Coverage(),
    states: new Coverage(),
  };
  private readonly rows = {
    hours: new Map<number, HourRow[]>(),
    totals: new Map<number, HourRow[]>(),
    states: new Map<number, SpanRow[]>(),
  };

  constructor(refs: readonly MetricSeriesRef[]) {
    this.refs = refs;
  }

  series(): readonly MetricSeriesRef[] {
    return this.refs;
  }

  hours(series: number, begin: number, end: number): readonly HourChunk[] {
    this.coverage.hours.ask(series, begin, end);
    return within(this.rows.hours.get(series), begin, end);
  }

  hourTotals(series: number, begin: number, end: number): readonly HourRollup[] {
    this.coverage.totals.ask(series, begin, end);
    return within(this.rows.totals.get(series), begin, end);
  }

  states(series: number, begin: number, end: number): readonly StateSpan[] {
    this.coverage.states.ask(series, begin, end);
    const rows = this.rows.states.get(series) ?? [];
    return rows.slice(
      from(rows, (span) => span.to, begin + 1),
      from(rows, (span) => span.from, end),
    );
  }

  get complete(): boolean {
    return KINDS.every((kind) => this.coverage[kind].wanted.size === 0);
  }

  /** Loads what was asked for. */
  async load(tx: Tx): Promise<void> {
    await this.fetch<HourRow>(tx, 'hours', this.rows.hours, HOURS, 'm.bytes');
    await this.fetch<HourRow>(tx, 'totals', this.rows.totals, HOURS, 'm.rollup AS bytes');
    await this.fetch<SpanRow>(tx, 'states', this.rows.states, SPANS, 'm.up');
  }

  private async fetch<T extends Row>(
    tx: Tx,
    kind: Kind,
    rows: Map<number, T[]>,
    { table, key, columns, inside }: Place,
    value: string,
  ): Promise<void> {
    const coverage = this.coverage[kind];
    const wanted = [...coverage.wanted].filter(([, spans]) => lengthOf(spans) > 0);
    if (wanted.length === 0) return;
    // What was loaded of a series is loaded anew with the rest: a second question is rare, and rows stay in order.
    coverage.settle();
    const asked = wanted.flatMap(([s]) => coverage.loaded.get(s)!.map((span) => ({ s, f: span.from, t: span.to })));
    const found = await tx.query<T>(
      `SELECT DISTINCT ON (m.series, m.${key}) m.series, ${columns}, ${value} FROM jsonb_to_recordset($1::jsonb) AS w(s int, f bigint, t bigint)
       JOIN ${table} m ON m.series = w.s AND ${inside} ORDER BY m.series, m.${key}`,
      [JSON.stringify(asked)],
    );
    for (const [series] of wanted) rows.set(series, []);
    for (const row of found) rows.get(row.series)!.push(row);
  }
}

/** Where rows of one kind lie, and which of them a wanted stretch `w` reaches. */
interface Place {
  readonly table: string;
  readonly key: string;
  readonly columns: string;
  readonly inside: string;
}
const HOURS: Place = {
  table: 'metric_chunks',
  key: 'hour',
  columns: 'm.hour',
  inside: 'm.hour >= w.f AND m.hour < w.t',
};
const SPANS: Place = {
  table: 'metric_spans',
  key: 'from_ms',
  columns: 'm.from_ms AS "from", m.to_ms AS "to"',
  inside: 'm.to_ms > w.f AND m.from_ms < w.t',
};

/**
 * Answers a question about the organization's metrics. `ask` is pure and is called again until all it reads is loaded; what it gave, or threw,
 * before that is dropped. The transaction must be under the tenant's role.
 */
export async function askMetrics<T>(tx: Tx, ask: (source: MetricSource) => T): Promise<T> {
  const refs = await tx.query<MetricSeriesRef>('SELECT id, workspace_id, service FROM metric_series ORDER BY id');
  const source = new LoadedSource(refs);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let answer: { readonly value: T } | { readonly error: unknown };
    try {
      answer = { value: ask(source) };
    } catch (error) {
      answer = { error };
    }
    if (source.complete) {
      if ('error' in answer) throw answer.error;
      return answer.value;
    }
    await source.load(tx);
  }
  throw new Error('a question of metrics does not come to an end');
}

/** Newest version of the metrics of these series within a span; 0 where there are none. Whoever judged at it need not judge again. */
export async function newestMetric(tx: Tx, series: readonly number[], { from: begin, to: end }: Span): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    `SELECT greatest(
       coalesce((SELECT max(version) FROM metric_chunks WHERE series = ANY (w.ids) AND hour >= $2::bigint - 3599999 AND hour < $3), 0),
       coalesce((SELECT max(version) FROM metric_spans WHERE series = ANY (w.ids) AND to_ms > $2 AND from_ms < $3), 0),
       coalesce((SELECT max(version) FROM metric_cuts WHERE series = ANY (w.ids) AND to_ms > $2 AND from_ms < $3), 0)) AS version
     FROM (SELECT string_to_array($1, ',')::int[] AS ids) w`,
    [series.join(','), begin, end],
  );
  return rows[0]!.version;
}
