/** Hours of the demo's traffic: a small stock of hours, made once from the seed, from which every series takes. */
import { ChunkBuilder, rollupOf, sliceChunk } from '../../shared/sla/chunk.ts';
import { HOUR, MINUTE, type Totals } from '../../shared/sla/model.ts';
import type { HourRow } from '../metrics/chunks.ts';
import { SeededRandom } from './random.ts';

/** `errors`: a third of the hour fails in part. `burn`: a little fails all the time. `slow`: it takes five times as long. */
export type Mood = 'normal' | 'errors' | 'burn' | 'slow';

export interface HourKind {
  /** Requests of a busy minute, about. */
  readonly level: number;
  /** Minutes with requests: 60, or fewer where the past need not be told so closely. */
  readonly minutes: number;
  readonly mood: Mood;
  /** Response time of the middle request, microseconds. */
  readonly middleUs: number;
}

interface Stocked {
  readonly totals: Totals;
  readonly bytes: Uint8Array;
  readonly rollup: Uint8Array;
}

/** Different hours of one kind. */
const VARIANTS = 3;
const FAILS: Readonly<Record<Mood, number>> = { normal: 0.0006, errors: 0.35, burn: 0.02, slow: 0.002 };

function stock(builder: ChunkBuilder): Stocked {
  const bytes = builder.encode();
  return { totals: builder.totals(), bytes, rollup: rollupOf(bytes) };
}

function makeHour(random: SeededRandom, { level, minutes, mood, middleUs }: HourKind): Stocked {
  const builder = new ChunkBuilder();
  const step = 60 / minutes;
  for (let minute = 0; minute < 60; minute += step) {
    const requests = Math.max(1, Math.round(level * (0.7 + 0.6 * random.fraction())));
    const troubled = mood !== 'errors' || (minute >= 18 && minute < 38);
    const fails = troubled ? FAILS[mood] : FAILS.normal;
    for (let i = 0; i < requests; i++) {
      // A sum of four is near enough to normal: log-normal times, as services have them.
      const gauss = random.fraction() + random.fraction() + random.fraction() + random.fraction() - 2;
      const us = middleUs * Math.exp(1.1 * gauss) * (mood === 'slow' ? 5 : 1);
      builder.addSample(minute, us, random.chance(fails));
    }
  }
  return stock(builder);
}

export class TrafficStock {
  private readonly seed: string;
  private readonly hours = new Map<string, Stocked>();

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The hour that begins at `hour`, up to `end` where that lies in it. */
  at(hour: number, kind: HourKind, end: number): HourRow {
    const key = JSON.stringify([kind.level, kind.minutes, kind.mood, kind.middleUs, (hour / HOUR) % VARIANTS]);
    let found = this.hours.get(key);
    if (found === undefined) {
      found = makeHour(new SeededRandom(`${this.seed}/traffic/${key}`), kind);
      this.hours.set(key, found);
    }
    if (hour + HOUR <= end) return { hour, ...found };
    const builder = new ChunkBuilder(sliceChunk(found.bytes, 0, Math.max(1, Math.floor((end - hour) / MINUTE))));
    return { hour, ...stock(builder) };
  }
}
