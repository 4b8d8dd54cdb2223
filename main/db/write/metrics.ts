/** Metrics of the mirror: a page of the stream and its cursor in one transaction, with the roll-ups of the hours it brings. */
import { AppError } from '../../../shared/errors.ts';
import { mergeRollup, noSums, rollupOf } from '../../../shared/sla/chunk.ts';
import type { Totals } from '../../../shared/sla/model.ts';
import type { MetricsApplied } from '../api.ts';
import type { Connection, Statement } from '../connect.ts';
import { dayOf, placeOf } from '../metricPlace.ts';
import { readMeta, writeMeta } from '../read/meta.ts';
import { type MetricChange, type MetricPage, readMetricPage } from './metricPage.ts';

type Chunk = Extract<MetricChange, { kind: 'chunk' }>;
type Stretch = Exclude<MetricChange, { kind: 'chunk' }>;

const DAYS_MAX = 40_000;

export class MetricWriter {
  private readonly db: Connection;
  private readonly statements: Readonly<Record<'chunk' | 'hour' | 'inside' | 'drop' | 'span' | 'day', Statement>>;

  constructor(db: Connection) {
    this.db = db;
    this.statements = {
      chunk: db.prepare(
        `INSERT INTO metric_chunk (place, version, bytes) VALUES (?, ?, ?)
         ON CONFLICT (place) DO UPDATE SET version = excluded.version, bytes = excluded.bytes`,
      ),
      hour: db.prepare(
        'INSERT INTO metric_hour (place, rollup) VALUES (?, ?) ON CONFLICT (place) DO UPDATE SET rollup = excluded.rollup',
      ),
      inside: db.prepare(
        'SELECT from_ms AS "from", to_ms AS "to", up FROM metric_span WHERE series = ? AND from_ms < ? AND to_ms > ?',
      ),
      drop: db.prepare('DELETE FROM metric_span WHERE series = ? AND from_ms < ? AND to_ms > ?'),
      span: db.prepare('INSERT INTO metric_span (series, from_ms, to_ms, up) VALUES (?, ?, ?, ?)'),
      day: db.prepare(
        `INSERT INTO metric_day (series, day, version) VALUES (?, ?, ?)
         ON CONFLICT (series, day) DO UPDATE SET version = max(version, excluded.version)`,
      ),
    };
  }

  /**
   * Takes over a page that was asked for after the version `after`, which must be the cursor. Throws PLATFORM_PROTOCOL for a line that does not
   * hold, CONFLICT when the cursor is elsewhere; then nothing of the page is there.
   */
  apply(body: Uint8Array, after: number, at: number): MetricsApplied {
    const page = readMetricPage(body, after);
    return this.db.transaction(() => this.write(page, after, at)).immediate();
  }

  private write(page: MetricPage, after: number, at: number): MetricsApplied {
    const cursor = readMeta(this.db, 'metricCursor') ?? 0;
    if (cursor !== after) throw new AppError('CONFLICT', 'The page does not follow what is here.', { after, cursor });
    for (const change of page.changes) {
      if (change.kind === 'chunk') this.chunk(change);
      else this.stretch(change);
    }
    writeMeta(this.db, 'metricCursor', page.next);
    if (!page.more) writeMeta(this.db, 'metricsWholeAt', at);
    return { next: page.next, more: page.more, changes: page.changes.length };
  }

  private chunk({ series, hour, version, bytes, totals }: Chunk): void {
    const place = placeOf(series, hour);
    this.statements.chunk.run(place, version, bytes);
    this.statements.hour.run(place, rollUp(series, hour, bytes, totals));
    this.statements.day.run(series, dayOf(hour), version);
  }

  /** A span takes the place of whatever was there: spans of a series never overlap. */
  private stretch(change: Stretch): void {
    const { series, from, to, version } = change;
    const { inside, drop, span, day } = this.statements;
    const before = inside.all(series, to, from) as { from: number; to: number; up: number }[];
    drop.run(series, to, from);
    for (const old of before) {
      if (old.from < from) span.run(series, old.from, from, old.up);
      if (old.to > to) span.run(series, to, old.to, old.up);
    }
    if (change.kind === 'span') span.run(series, from, to, change.up ? 1 : 0);
    const last = dayOf(to - 1);
    if (last - dayOf(from) > DAYS_MAX)
      throw new AppError('PLATFORM_PROTOCOL', 'A span is too long.', { series, from, to });
    for (let at = dayOf(from); at <= last; at++) day.run(series, at, version);
  }
}

/** The hour as one bucket. Throws PLATFORM_PROTOCOL when the bytes are no chunk, or do not add up to the totals that came with them. */
function rollUp(series: number, hour: number, bytes: Uint8Array, said: Totals): Uint8Array {
  try {
    const rollup = rollupOf(bytes);
    const { totals, sketch } = noSums();
    mergeRollup(rollup, { totals, sketch });
    const same = totals.count === said.count && totals.errors === said.errors;
    if (!same || totals.timed !== said.timed || totals.sumUs !== said.sumUs)
      throw new Error('other totals than its minutes have');
    return rollup;
  } catch (error) {
    const details = { series, hour, reason: String(error) };
    throw new AppError('PLATFORM_PROTOCOL', 'An hour of metrics does not hold in itself.', details, error);
  }
}
