/** One organization as the SLA thread knows it: definitions parsed once for each state of the mirror, hours read once for each question. */
import type { z } from 'zod';
import {
  type EntityKind,
  MetricSeries,
  Sla,
  SlaAlert,
  SlaBreach,
  SlaExclusion,
  type SlaRevision,
  Workspace,
} from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Span } from '../../shared/sla/calendar.ts';
import { evaluate } from '../../shared/sla/evaluate.ts';
import { gather } from '../../shared/sla/gather.ts';
import {
  type Evaluation,
  HOUR,
  type HourChunk,
  type MonthReport,
  type StateSpan,
  type WindowData,
} from '../../shared/sla/model.ts';
import { monthReport } from '../../shared/sla/report.ts';
import { type HourRollup, type MetricSeriesRef, type MetricSource, seriesOf } from '../../shared/sla/source.ts';
import { monthTerms } from '../../shared/sla/terms.ts';
import { sha256 } from '../crypto.ts';
import { dayOf } from '../db/metricPlace.ts';
import type { MetricStore } from '../db/read/metrics.ts';
import type { DayFigures } from './days.ts';
import { Held } from './held.ts';

/** What a service level is measured by and promised as: an SLA there is, or one that is being thought about. */
export type Scope = Pick<Sla, 'id' | 'name' | 'workspace_id' | 'service' | 'revisions' | 'ended_at' | 'created_at'>;

interface Definitions {
  readonly slas: ReadonlyMap<string, Sla>;
  readonly exclusions: readonly SlaExclusion[];
  readonly series: readonly MetricSeriesRef[];
  readonly sources: ReadonlyMap<number, string>;
  readonly workspaces: ReadonlyMap<string, string>;
}

const KINDS: readonly EntityKind[] = ['sla', 'sla_exclusion', 'metric_series', 'workspace'];
/** Remembered days: 100 SLAs of 13 months. */
const DAYS_MAX = 40_000;

const hourFloor = (at: number): number => Math.floor(at / HOUR) * HOUR;
const hourCeil = (at: number): number => Math.ceil(at / HOUR) * HOUR;

/** A stretch judged for itself, whatever window it is part of. */
export const judged = (data: WindowData, { terms }: SlaRevision): Evaluation =>
  evaluate(data, terms, { now: data.window.to, window: data.window });

export class LevelModel implements MetricSource {
  readonly orgId: string;
  readonly store: MetricStore;
  private stamp = '';
  private cursor = -1;
  private made: Definitions | null = null;
  private end: number | null = null;
  private versions = new Map<number, ReadonlyMap<number, number>>();
  private readonly days = new Map<string, { readonly stamp: string; readonly figures: DayFigures }>();
  private readonly lists = new Map<EntityKind, { readonly stamp: string; readonly list: readonly unknown[] }>();
  private held = new Held();

  constructor(store: MetricStore, orgId: string) {
    this.store = store;
    this.orgId = orgId;
  }

  /** Answers one question from one state of the mirror. */
  asked<T>(answer: () => T): T {
    return this.store.within(() => {
      this.refresh();
      try {
        return answer();
      } finally {
        this.held = new Held();
      }
    });
  }

  private refresh(): void {
    const stamp = KINDS.map((kind) => this.store.stamp(kind)).join(' ');
    const cursor = this.store.cursor();
    if (stamp !== this.stamp) {
      this.made = null;
      this.days.clear();
    }
    if (stamp === this.stamp && cursor === this.cursor) return;
    this.stamp = stamp;
    this.cursor = cursor;
    this.versions.clear();
    const ends = this.definitions().series.flatMap(({ id }) => this.store.extent(id)?.last ?? []);
    this.end = ends.length === 0 ? null : Math.max(...ends);
  }

  /** What this console cannot read is of a newer platform, and left out. */
  read<T>(kind: EntityKind, schema: z.ZodType<T>): T[] {
    return this.store.entities(kind).flatMap((text) => {
      const read = schema.safeParse(JSON.parse(text));
      return read.success ? [read.data] : [];
    });
  }

  definitions(): Definitions {
    this.made ??= this.define();
    return this.made;
  }

  private define(): Definitions {
    const series = this.read('metric_series', MetricSeries).filter(({ id }) => /^\d{1,10}$/.test(id));
    return {
      slas: new Map(this.read('sla', Sla).map((sla) => [sla.id, sla])),
      exclusions: this.read('sla_exclusion', SlaExclusion),
      series: series.map(({ id, workspace_id, service }) => ({ id: Number(id), workspace_id, service })),
      sources: new Map(series.map(({ id, source }) => [Number(id), source])),
      workspaces: new Map(this.read('workspace', Workspace).map(({ id, name }) => [id, name])),
    };
  }

  /** Throws NOT_FOUND. */
  sla(id: string): Sla {
    const found = this.definitions().slas.get(id);
    if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such SLA in the mirror.', { id });
    return found;
  }

  breaches(): readonly SlaBreach[] {
    return this.kept('sla_breach', SlaBreach);
  }

  alerts(): readonly SlaAlert[] {
    return this.kept('sla_alert', SlaAlert);
  }

  /** Thousands over the years: read again only when one came or changed. */
  private kept<T>(kind: EntityKind, schema: z.ZodType<T>): readonly T[] {
    const stamp = this.store.stamp(kind);
    const known = this.lists.get(kind);
    if (known?.stamp === stamp) return known.list as readonly T[];
    const list = this.read(kind, schema);
    this.lists.set(kind, { stamp, list });
    return list;
  }

  /** The end of what the mirror has, `now` at the latest; null where nothing is measured. */
  asOf(now: number): number | null {
    return this.end === null ? null : Math.min(this.end, now);
  }

  /** The instant up to which nothing is missing: of the last measurement, or of the last sync that read the stream to its end. */
  knownTo(now: number): number {
    return Math.min(now, Math.max(this.end ?? 0, this.store.wholeAt() ?? 0));
  }

  /** The report of a local month: cut to the end of what the mirror has where it goes on. Null where the SLA was not in force in it. */
  report(scope: Scope, month: string, now: number): MonthReport | null {
    const whole = monthTerms(scope, month)?.whole;
    if (whole === undefined) return null;
    const until = whole.to <= this.knownTo(now) ? Number.POSITIVE_INFINITY : (this.asOf(now) ?? now);
    this.hold(scope, whole, true);
    return monthReport(this, scope, month, this.exclusionsOf(scope), this.orgId, sha256, until);
  }

  exclusionsOf({ id }: Pick<Sla, 'id'>): SlaExclusion[] {
    return this.definitions().exclusions.filter(({ sla_id }) => sla_id === null || sla_id === id);
  }

  /** Reads the hours of a window ahead, so that its many parts are found in memory. */
  hold(scope: Pick<Sla, 'workspace_id' | 'service'>, { from, to }: Span, minutes = false): void {
    const [begin, end] = [hourFloor(from), hourCeil(to)];
    for (const { id } of seriesOf(this, scope)) {
      this.held.rollups.put(id, begin, end, this.store.rollups(id, begin, end));
      this.held.spans.put(id, begin, end, this.store.spans(id, begin, end));
      if (minutes) this.held.chunks.put(id, begin, end, this.store.chunks(id, begin, end));
    }
  }

  data(scope: Scope, revision: SlaRevision, window: Span): WindowData {
    return gather(this, scope, revision, this.exclusionsOf(scope), window);
  }

  /** Judges a window that is over, or what is seen of one. */
  judge(scope: Scope, revision: SlaRevision, seen: Span): Evaluation {
    return judged(this.data(scope, revision, seen), revision);
  }

  /** Remembers figures of a local day that is over, for as long as definitions and data of the day stay as they are. */
  remembered(scope: Scope, revision: SlaRevision, day: Span, make: () => DayFigures): DayFigures {
    const key = `${scope.id} ${revision.revision} ${day.from} ${day.to}`;
    const stamp = this.dayStamp(scope, day);
    const known = this.days.get(key);
    if (known?.stamp === stamp) return known.figures;
    const figures = make();
    if (this.days.size >= DAYS_MAX) this.days.clear();
    this.days.set(key, { stamp, figures });
    return figures;
  }

  private dayStamp(scope: Scope, { from, to }: Span): string {
    let stamp = '';
    for (const { id } of seriesOf(this, scope)) {
      let versions = this.versions.get(id);
      if (versions === undefined) {
        versions = this.store.days(id);
        this.versions.set(id, versions);
      }
      for (let day = dayOf(from); day <= dayOf(to - 1); day++) stamp += ` ${versions.get(day) ?? 0}`;
    }
    return stamp;
  }

  series(): readonly MetricSeriesRef[] {
    return this.definitions().series;
  }

  hours(series: number, from: number, to: number): readonly HourChunk[] {
    return this.held.chunks.get(series, from, to) ?? this.store.chunks(series, from, to);
  }

  hourTotals(series: number, from: number, to: number): readonly HourRollup[] {
    return this.held.rollups.get(series, from, to) ?? this.store.rollups(series, from, to);
  }

  states(series: number, from: number, to: number): readonly StateSpan[] {
    return this.held.spans.get(series, from, to) ?? this.store.spans(series, from, to);
  }
}
