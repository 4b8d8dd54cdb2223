/** Metrics of organizations as the judging thread remembers them: roll-ups of the windows, minutes only where they were asked for. */
import { mergeRollup, noSums } from '../../../shared/sla/chunk.ts';
import { HourMarks } from '../../../shared/sla/marks.ts';
import { HOUR, type HourChunk, MINUTE, type StateSpan } from '../../../shared/sla/model.ts';
import type { HourRollup, MetricSeriesRef, MetricSource } from '../../../shared/sla/source.ts';
import { type Packed, unpack } from './pack.ts';

/** What one organization's metrics have become since they were last handed over. */
export interface Delta {
  /** All that was remembered is void. */
  readonly whole: boolean;
  /** First instant that is to be remembered, ms; what lies before is forgotten. */
  readonly from: number;
  readonly series: readonly MetricSeriesRef[];
  readonly rollups: Packed;
  /** Every span from then on of the series named. */
  readonly states: readonly { readonly series: number; readonly spans: readonly StateSpan[] }[];
}

/** Hours of which minutes are needed. */
export interface Wanted {
  readonly series: number[];
  readonly hours: number[];
}

interface Hour {
  rollup: Uint8Array;
  /** Null: not handed over, or void since the roll-up is newer. */
  chunk: Uint8Array | null;
}

/** A fixed cost for each hour and span that is remembered, beside its bytes. */
const ENTRY_BYTES = 150;

export class OrgMetrics implements MetricSource {
  private refs: readonly MetricSeriesRef[] = [];
  private readonly kept = new Map<number, Map<number, Hour>>();
  private readonly spans = new Map<number, readonly StateSpan[]>();
  private wanted = new Map<string, readonly [series: number, hour: number]>();
  /** Bytes it takes, about. */
  size = 0;

  take({ whole, from, series, rollups, states }: Delta): void {
    if (whole) {
      this.kept.clear();
      this.spans.clear();
    }
    this.refs = series;
    for (const { series: id, hour, bytes } of unpack(rollups)) {
      let hours = this.kept.get(id);
      if (hours === undefined) {
        hours = new Map();
        this.kept.set(id, hours);
      }
      hours.set(hour, { rollup: bytes, chunk: null });
    }
    for (const { series: id, spans } of states) this.spans.set(id, spans);
    this.forget(from);
  }

  /** Takes minutes that were wanted. */
  takeMinutes(chunks: Packed): void {
    for (const { series, hour, bytes } of unpack(chunks)) {
      const known = this.kept.get(series)?.get(hour);
      if (known === undefined) continue;
      this.size += bytes.length - (known.chunk?.length ?? 0);
      known.chunk = bytes;
    }
  }

  private forget(from: number): void {
    this.size = 0;
    for (const hours of this.kept.values()) {
      for (const [hour, { rollup, chunk }] of hours) {
        if (hour + HOUR <= from) hours.delete(hour);
        else this.size += ENTRY_BYTES + rollup.length + (chunk?.length ?? 0);
      }
    }
    for (const spans of this.spans.values()) this.size += spans.length * ENTRY_BYTES;
  }

  /** True where something lies at an instant or after it: what a judgement up to then did not see, and the next will. */
  reaches(at: number): boolean {
    for (const spans of this.spans.values()) if (spans.some(({ to }) => to > at)) return true;
    const first = Math.floor(at / HOUR) * HOUR;
    for (const hours of this.kept.values()) {
      // Nothing is taken that lies further ahead than the next hour.
      if (hours.has(first + HOUR) || hours.has(first + 2 * HOUR)) return true;
      const known = hours.get(first);
      if (known === undefined) continue;
      const marks = new HourMarks();
      mergeRollup(known.rollup, { ...noSums(), marks });
      if (marks.slice((at - first) / MINUTE, 60).active > 0) return true;
    }
    return false;
  }

  /** What was asked for and is not here; forgets that it was asked. */
  missing(): Wanted {
    const all = [...this.wanted.values()];
    this.wanted = new Map();
    return { series: all.map(([series]) => series), hours: all.map(([, hour]) => hour) };
  }

  series(): readonly MetricSeriesRef[] {
    return this.refs;
  }

  *hours(series: number, from: number, to: number): Generator<HourChunk> {
    const hours = this.kept.get(series);
    for (let hour = from; hours !== undefined && hour < to; hour += HOUR) {
      const known = hours.get(hour);
      if (known === undefined) continue;
      if (known.chunk === null) this.wanted.set(`${series} ${hour}`, [series, hour]);
      else yield { series, hour, bytes: known.chunk };
    }
  }

  *hourTotals(series: number, from: number, to: number): Generator<HourRollup> {
    const hours = this.kept.get(series);
    for (let hour = from; hours !== undefined && hour < to; hour += HOUR) {
      const known = hours.get(hour);
      if (known !== undefined) yield { hour, bytes: known.rollup };
    }
  }

  states(series: number, from: number, to: number): readonly StateSpan[] {
    return (this.spans.get(series) ?? []).filter((span) => span.to > from && span.from < to);
  }
}

/** Organizations remembered, those asked for longest ago given up when all take too much. */
export class Memory {
  private readonly orgs = new Map<string, OrgMetrics>();
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Undefined where it was given up, or never handed over. */
  get(orgId: string): OrgMetrics | undefined {
    const known = this.orgs.get(orgId);
    if (known === undefined) return undefined;
    this.orgs.delete(orgId);
    this.orgs.set(orgId, known);
    return known;
  }

  open(orgId: string): OrgMetrics {
    const metrics = new OrgMetrics();
    this.orgs.set(orgId, metrics);
    return metrics;
  }

  /** Gives up what is too much; the one asked for last stays, whatever its size. */
  trim(): void {
    let size = 0;
    for (const metrics of this.orgs.values()) size += metrics.size;
    for (const [orgId, metrics] of this.orgs) {
      if (size <= this.bytesMax || this.orgs.size === 1) return;
      this.orgs.delete(orgId);
      size -= metrics.size;
    }
  }
}
