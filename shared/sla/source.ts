/** Where metrics are read from: the platform's tables, the console's mirror. All in order of time; nothing of it is the judge's to change. */
import type { Sla } from '../entities/sla.ts';
import { rollupOf } from './chunk.ts';
import type { HourChunk, StateSpan } from './model.ts';

/** One measured series. `id` is `MetricSeries.id` as a number. */
export interface MetricSeriesRef {
  readonly id: number;
  readonly workspace_id: string | null;
  readonly service: string;
}

/** A UTC hour as `rollupOf` its chunk. */
export interface HourRollup {
  /** First instant, ms. */
  readonly hour: number;
  readonly bytes: Uint8Array;
}

/** Hours are asked for by whole UTC hours: `from` and `to` are multiples of one. */
export interface MetricSource {
  /** Every series of the organization. */
  series(): readonly MetricSeriesRef[];
  /** Chunks of hours in [from, to). */
  hours(series: number, from: number, to: number): Iterable<HourChunk>;
  /** Roll-ups of hours in [from, to); a source that stores none answers `rollupsOf(this.hours(...))`. */
  hourTotals(series: number, from: number, to: number): Iterable<HourRollup>;
  /** Spans that touch [from, to); they may reach beyond it, do not overlap, and neighbours may have the same state. */
  states(series: number, from: number, to: number): readonly StateSpan[];
}

/** Roll-ups made from chunks as they are asked for. */
export function* rollupsOf(chunks: Iterable<HourChunk>): Generator<HourRollup> {
  for (const { hour, bytes } of chunks) yield { hour, bytes: rollupOf(bytes) };
}

/** The service under which the platform measures itself. */
export const OWN_SERVICE = 'mission-control-api';

/**
 * Series an SLA is measured by, by rising id. Every service means every one of the organization's own: the platform that measures itself is
 * another's, and counts where it is named.
 */
export function seriesOf(
  source: Pick<MetricSource, 'series'>,
  scope: Pick<Sla, 'workspace_id' | 'service'>,
): MetricSeriesRef[] {
  return source
    .series()
    .filter(
      ({ workspace_id, service }) =>
        (scope.workspace_id === null || scope.workspace_id === workspace_id) &&
        (scope.service === null ? service !== OWN_SERVICE : scope.service === service),
    )
    .sort((a, b) => a.id - b.id);
}
