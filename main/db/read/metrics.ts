/** Metrics and definitions of service levels, read where they lie: for the thread that judges. */
import type { EntityKind } from '../../../shared/entities/index.ts';
import { mergeRollup } from '../../../shared/sla/chunk.ts';
import { HourMarks } from '../../../shared/sla/marks.ts';
import type { HourChunk, StateSpan } from '../../../shared/sla/model.ts';
import type { HourRollup } from '../../../shared/sla/source.ts';
import type { Connection, Statement } from '../connect.ts';
import { hourAt, placeOf } from '../metricPlace.ts';
import { readMeta } from './meta.ts';

const MINUTE = 60_000;
const EDGE = 'SELECT place, rollup AS bytes FROM metric_hour WHERE place >= ? AND place < ? ORDER BY place';

/** First instant of what is here of a series, and the end of it. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

type Name = 'chunks' | 'hours' | 'spans' | 'days' | 'first' | 'last' | 'spanExtent' | 'entities' | 'stamp' | 'entity';

/** Series, hours and instants are those of the mirror's tables; hours are asked for by whole UTC hours. */
export class MetricStore {
  private readonly db: Connection;
  private readonly statements: Readonly<Record<Name, Statement>>;

  constructor(db: Connection) {
    this.db = db;
    this.statements = {
      chunks: db.prepare('SELECT place, bytes FROM metric_chunk WHERE place >= ? AND place < ? ORDER BY place'),
      hours: db.prepare('SELECT place, rollup AS bytes FROM metric_hour WHERE place >= ? AND place < ? ORDER BY place'),
      spans: db.prepare(
        `SELECT from_ms AS "from", to_ms AS "to", up FROM metric_span
         WHERE series = ? AND to_ms > ? AND from_ms < ? ORDER BY from_ms`,
      ),
      days: db.prepare('SELECT day, version FROM metric_day WHERE series = ?'),
      first: db.prepare(`${EDGE} LIMIT 1`),
      last: db.prepare(`${EDGE} DESC LIMIT 1`),
      spanExtent: db.prepare('SELECT min(from_ms) AS first, max(to_ms) AS last FROM metric_span WHERE series = ?'),
      entities: db.prepare('SELECT data FROM entity WHERE kind = ? ORDER BY id').pluck(),
      entity: db.prepare('SELECT data FROM entity WHERE kind = ? AND id = ?').pluck(),
      stamp: db.prepare('SELECT count(*) AS n, coalesce(max(version), 0) AS version FROM entity WHERE kind = ?'),
    };
  }

  /** Runs with one unchanging view of the file, whatever a sync writes meanwhile. */
  within<T>(read: () => T): T {
    return this.db.transaction(read).deferred();
  }

  cursor(): number {
    return readMeta(this.db, 'metricCursor') ?? 0;
  }

  /** When the stream was last here to its end; null where it never was. */
  wholeAt(): number | null {
    return readMeta(this.db, 'metricsWholeAt');
  }

  /** Another text whenever an entity of the kind came, changed or went. */
  stamp(kind: EntityKind): string {
    const { n, version } = this.statements.stamp.get(kind) as { n: number; version: number };
    return `${n}.${version}`;
  }

  /** JSON of every entity of a kind. */
  entities(kind: EntityKind): string[] {
    return this.statements.entities.all(kind) as string[];
  }

  entity(kind: EntityKind, id: string): string | null {
    return (this.statements.entity.get(kind, id) as string | undefined) ?? null;
  }

  /** Newest version of each UTC day of a series. */
  days(series: number): Map<number, number> {
    const rows = this.statements.days.all(series) as { day: number; version: number }[];
    return new Map(rows.map(({ day, version }) => [day, version]));
  }

  /** Null where nothing is here of the series. */
  extent(series: number): Extent | null {
    const places = [placeOf(series, 0), placeOf(series + 1, 0)];
    const edges = [this.statements.first.get(...places), this.statements.last.get(...places)] as (Row | undefined)[];
    const minutes = edges.flatMap((row) =>
      row === undefined ? [] : activeMinutes(row.bytes).map((minute) => hourAt(row.place) + minute * MINUTE),
    );
    const spans = this.statements.spanExtent.get(series) as { first: number | null; last: number | null };
    const first = [minutes[0], spans.first].filter((at) => typeof at === 'number');
    const last = [minutes.length === 0 ? null : minutes.at(-1)! + MINUTE, spans.last].filter((at) => at !== null);
    return first.length === 0 ? null : { first: Math.min(...first), last: Math.max(...last) };
  }

  /** Chunks of the hours in [from, to). */
  chunks(series: number, from: number, to: number): HourChunk[] {
    const rows = this.statements.chunks.all(placeOf(series, from), placeOf(series, to)) as Row[];
    return rows.map(({ place, bytes }) => ({ series, hour: hourAt(place), bytes }));
  }

  /** Roll-ups of the hours in [from, to). */
  rollups(series: number, from: number, to: number): HourRollup[] {
    const rows = this.statements.hours.all(placeOf(series, from), placeOf(series, to)) as Row[];
    return rows.map(({ place, bytes }) => ({ hour: hourAt(place), bytes }));
  }

  /** Spans that touch [from, to). */
  spans(series: number, from: number, to: number): StateSpan[] {
    const rows = this.statements.spans.all(series, from, to) as { from: number; to: number; up: number }[];
    return rows.map(({ from: begin, to: end, up }) => ({ from: begin, to: end, up: up === 1 }));
  }
}

interface Row {
  readonly place: number;
  readonly bytes: Uint8Array;
}

const NO_SKETCH = { addBin: (): void => {} };

function activeMinutes(rollup: Uint8Array): number[] {
  const marks = new HourMarks();
  mergeRollup(rollup, { totals: { count: 0, errors: 0, timed: 0, sumUs: 0 }, sketch: NO_SKETCH, marks });
  return Array.from({ length: 60 }, (_, minute) => minute).filter((minute) => marks.isActive(minute));
}
