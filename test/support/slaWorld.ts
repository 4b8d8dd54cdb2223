/** Metrics in memory, and SLAs to judge them by, for tests of shared/sla. */
import { type Sla, type SlaExclusion, type SlaRevision, SlaTerms } from '../../shared/entities/sla.ts';
import { ChunkBuilder } from '../../shared/sla/chunk.ts';
import type { HourChunk, StateSpan } from '../../shared/sla/model.ts';
import { type HourRollup, type MetricSeriesRef, type MetricSource, rollupsOf } from '../../shared/sla/source.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

export class MemoryMetrics implements MetricSource {
  private readonly refs: MetricSeriesRef[] = [];
  private readonly builders = new Map<string, ChunkBuilder>();
  private readonly spans = new Map<number, StateSpan[]>();
  /** What was asked for, to see what is read from where. */
  readonly asked: string[] = [];

  add(id: number, service = 'api', workspace_id: string | null = null): this {
    this.refs.push({ id, service, workspace_id });
    this.spans.set(id, []);
    return this;
  }

  private hourOf(series: number, at: number): ChunkBuilder {
    const key = `${series}/${Math.floor(at / HOUR) * HOUR}`;
    const builder = this.builders.get(key) ?? new ChunkBuilder();
    this.builders.set(key, builder);
    return builder;
  }

  /** Requests at an instant, each of so many milliseconds (null: not known). */
  requests(series: number, at: number, count: number, { failed = 0, ms = 100 as number | null } = {}): this {
    for (let i = 0; i < count; i++)
      this.hourOf(series, at).addSample(Math.floor((at % HOUR) / MINUTE), ms === null ? null : ms * 1_000, i < failed);
    return this;
  }

  /** A whole minute, counted elsewhere; `us` is every request's time. */
  minute(series: number, at: number, count: number, errors: number, us: number, bin: number): this {
    const bins: [number, number][] = [[bin, count]];
    const bucket = { count, errors, timed: count, sumUs: count * us, bins };
    this.hourOf(series, at).addBucket(Math.floor((at % HOUR) / MINUTE), bucket);
    return this;
  }

  state(series: number, from: number, to: number, up: boolean): this {
    this.spans.get(series)!.push({ from, to, up });
    this.spans.get(series)!.sort((a, b) => a.from - b.from);
    return this;
  }

  series(): readonly MetricSeriesRef[] {
    return this.refs;
  }

  *hours(series: number, from: number, to: number): Generator<HourChunk> {
    this.asked.push(`hours ${series} ${(to - from) / HOUR}`);
    for (let hour = from; hour < to; hour += HOUR) {
      const builder = this.builders.get(`${series}/${hour}`);
      if (builder !== undefined) yield { series, hour, bytes: builder.encode() };
    }
  }

  *hourTotals(series: number, from: number, to: number): Generator<HourRollup> {
    this.asked.push(`rollups ${series} ${(to - from) / HOUR}`);
    for (let hour = from; hour < to; hour += HOUR) {
      const builder = this.builders.get(`${series}/${hour}`);
      if (builder !== undefined) yield* rollupsOf([{ series, hour, bytes: builder.encode() }]);
    }
  }

  states(series: number, from: number, to: number): readonly StateSpan[] {
    return this.spans.get(series)!.filter((span) => span.from < to && span.to > from);
  }
}

export const utc = (text: string): number => Date.parse(`${text}Z`);

export function termsOf(fields: Partial<SlaTerms> = {}): SlaTerms {
  return SlaTerms.parse({ time_zone: 'UTC', ...fields });
}

export function revisionOf(revision: number, effective_from: string, terms: SlaTerms): SlaRevision {
  return { revision, terms, effective_from, made_at: effective_from, made_by: 'user:ann', reason: '' };
}

export function slaOf(terms: SlaTerms, fields: Partial<Sla> = {}): Sla {
  const since = '2020-01-01T00:00:00.000Z';
  return {
    id: 'api',
    org_id: 'acme',
    name: 'API',
    description: '',
    workspace_id: null,
    service: null,
    revisions: [revisionOf(1, since, terms)],
    created_at: since,
    updated_at: since,
    ended_at: null,
    version: 1,
    ...fields,
  };
}

export function exclusionOf(from: number, to: number, fields: Partial<SlaExclusion> = {}): SlaExclusion {
  return {
    id: `x${from}`,
    org_id: 'acme',
    sla_id: null,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    reason: 'database upgrade',
    retroactive: false,
    created_at: '2026-01-01T00:00:00.000Z',
    created_by: 'user:ann',
    version: 1,
    ...fields,
  };
}
