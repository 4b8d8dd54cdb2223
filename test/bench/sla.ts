/**
 * Service levels: a 31-day month of one busy service, 44,640 minutes of 300 requests each in 20 to 40 sketch bins, merged from its bytes.
 * Baselines in the same run: the same chunks decoded into maps a minute and merged map by map; every response time sorted. Medians of 5.
 */
import { ChunkBuilder, decodeChunk, mergeInto, mergeRollup, noSums, rollupOf } from '../../shared/sla/chunk.ts';
import type { HourChunk } from '../../shared/sla/model.ts';
import { monthsOf } from '../../shared/sla/months.ts';
import { type MetricSource, rollupsOf } from '../../shared/sla/source.ts';
import { termsOf, utc } from '../support/slaWorld.ts';
import type { BenchRow } from './main.ts';

const HOURS = 744;
const A_MINUTE = 300;

/** Uniform in (0, 1), the same each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function median(work: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[2]!;
}

/** Response times around 80 ms, lognormal, with an hour of trouble a day. */
function month(): { chunks: Uint8Array[]; samples: Float64Array } {
  const next = random(7);
  const samples = new Float64Array(HOURS * 60 * A_MINUTE);
  let at = 0;
  const chunks = Array.from({ length: HOURS }, (_, hour) => {
    const builder = new ChunkBuilder();
    for (let i = 0; i < 60 * A_MINUTE; i++) {
      const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
      const us = Math.round(80_000 * Math.exp(0.15 * normal) * (hour % 24 === 13 ? 4 : 1));
      builder.addSample(Math.floor(i / A_MINUTE), us, next() < 0.001);
      samples[at++] = us;
    }
    return builder.encode();
  });
  return { chunks, samples };
}

/** As one would without the bytes: objects a minute, merged map by map. */
function throughMaps(chunks: readonly Uint8Array[]): number {
  const all = new Map<number, number>();
  for (const bytes of chunks)
    for (const { bins } of decodeChunk(bytes).values())
      for (const [bin, n] of bins) all.set(bin, (all.get(bin) ?? 0) + n);
  return [...all.values()].reduce((sum, n) => sum + n, 0);
}

function merged(chunks: readonly Uint8Array[], merge: typeof mergeRollup): number {
  const sums = noSums();
  for (const bytes of chunks) merge(bytes, sums);
  return sums.sketch.quantile(0.99)!;
}

/** One series that has the same busy month over and over; roll-ups stored beside the chunks, or made of them each time. */
function sourceOf(chunks: readonly Uint8Array[], rollups: readonly Uint8Array[] | null): MetricSource {
  const place = (hour: number): number => (hour / 3_600_000) % HOURS;
  function* hours(series: number, from: number, to: number): Generator<HourChunk> {
    for (let hour = from; hour < to; hour += 3_600_000) yield { series, hour, bytes: chunks[place(hour)]! };
  }
  return {
    series: () => [{ id: 1, workspace_id: null, service: 'api' }],
    hours,
    *hourTotals(series, from, to) {
      if (rollups === null) yield* rollupsOf(hours(series, from, to));
      else for (let hour = from; hour < to; hour += 3_600_000) yield { hour, bytes: rollups[place(hour)]! };
    },
    states: () => [],
  };
}

/** "What would the last twelve months have been?" of one busy service. */
function twelveMonths(source: MetricSource): void {
  const scope = { id: 'api', workspace_id: null, service: null };
  monthsOf(source, scope, termsOf({ time_zone: 'Europe/Berlin' }), [], utc('2026-11-15T12:00'), 12);
}

export async function run(): Promise<readonly BenchRow[]> {
  const { chunks, samples } = month();
  const rollups = chunks.map(rollupOf);
  const row = (figure: string, ours: number, baseline: number, unit: string): BenchRow => ({
    ...{ figure, ours, baseline, ratio: baseline / ours, unit },
  });
  const maps = median(() => throughMaps(chunks));
  const sorting = median(() => samples.slice().sort());
  const bins = chunks.reduce((sum, bytes) => {
    for (const bucket of decodeChunk(bytes).values()) sum += bucket.bins.size;
    return sum;
  }, 0);
  const exact = samples.slice().sort()[Math.floor(0.99 * (samples.length - 1))]! / 1_000;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return [
    row(
      'month of 44,640 minutes from bytes, beside maps',
      median(() => merged(chunks, mergeInto)),
      maps,
      'ms',
    ),
    row(
      'the same, beside its limit of 50 ms',
      median(() => merged(chunks, mergeInto)),
      50,
      'ms (limit)',
    ),
    row(
      'the same from 744 roll-ups, beside sorting every time',
      median(() => merged(rollups, mergeRollup)),
      sorting,
      'ms',
    ),
    row(
      'twelve closed months under other terms, beside from minutes',
      median(() => twelveMonths(sourceOf(chunks, rollups))),
      median(() => twelveMonths(sourceOf(chunks, null))),
      'ms',
    ),
    row(
      'roll-ups made of 744 chunks',
      median(() => chunks.map(rollupOf)),
      maps,
      'ms',
    ),
    { figure: 'bins a minute, mean', ours: bins / (HOURS * 60), baseline: null, ratio: null, unit: 'bins' },
    row('size of a minute, beside a float64 a request', bytes / (HOURS * 60), A_MINUTE * 8, 'bytes'),
    row('p99 of the month, beside the exact one', merged(chunks, mergeInto), exact, 'ms'),
  ];
}
