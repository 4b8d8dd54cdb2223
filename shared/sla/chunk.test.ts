import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import {
  ChunkBuilder,
  COUNT_MAX,
  decodeChunk,
  encodeChunk,
  type MinuteBucket,
  mergeInto,
  mergeRollup,
  noSums,
  rollupOf,
  SUM_US_MAX,
  sliceChunk,
} from './chunk.ts';
import { HourMarks } from './marks.ts';
import { BINS, binOf, US_MAX } from './sketch.ts';

/** A minute that requests could have made: bins first, the sum within what they allow. */
const bucket: fc.Arbitrary<MinuteBucket> = fc
  .record({
    bins: fc.uniqueArray(fc.tuple(fc.integer({ min: -1, max: BINS - 1 }), fc.integer({ min: 1, max: 9_000 })), {
      selector: ([bin]) => bin,
      maxLength: 40,
    }),
    untimed: fc.nat(1_000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    sum: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ bins, untimed, share, sum }) => {
    const timed = bins.reduce((all, [, n]) => all + n, 0);
    const count = timed + untimed + (timed + untimed === 0 ? 1 : 0);
    const sumUs = Math.floor(sum * Math.min(timed * US_MAX, SUM_US_MAX));
    return { count, errors: Math.floor(share * count), timed, sumUs, bins: new Map(bins) };
  });
const hour = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 59 }), bucket), { selector: ([minute]) => minute });
const sorted = (minutes: ReadonlyMap<number, MinuteBucket>) =>
  [...minutes]
    .sort((a, b) => a[0] - b[0])
    .map(([minute, { bins, ...totals }]) => [minute, totals, [...bins].sort((a, b) => a[0] - b[0])]);
const one = (fields: Partial<MinuteBucket> = {}): ReadonlyMap<number, MinuteBucket> =>
  new Map([[7, { count: 1, errors: 0, timed: 1, sumUs: 5, bins: new Map([[binOf(5), 1]]), ...fields }]]);
const refused = expect.objectContaining({ code: 'INPUT_INVALID' });

/** Sums by plain loops over objects. */
function slowly(minutes: ReadonlyMap<number, MinuteBucket>, from: number, to: number) {
  const all = noSums();
  const marks = new HourMarks();
  for (const [minute, { bins, ...totals }] of minutes) {
    if (minute < from || minute >= to) continue;
    all.totals.count += totals.count;
    all.totals.errors += totals.errors;
    all.totals.timed += totals.timed;
    all.totals.sumUs += totals.sumUs;
    for (const [bin, n] of bins) all.sketch.addBin(bin, n);
    marks.add(minute, totals.errors < totals.count);
  }
  return { totals: all.totals, bins: [...all.sketch.bins()], halves: marks.halves() };
}
const seen = (sums: ReturnType<typeof noSums>, marks: HourMarks) => ({
  ...{ totals: sums.totals, bins: [...sums.sketch.bins()], halves: marks.halves() },
});

describe('chunk', () => {
  it('gives back every minute, whatever order they came in', () => {
    fc.assert(
      fc.property(hour, (minutes) => {
        const bytes = encodeChunk(new Map(minutes));
        expect(sorted(decodeChunk(bytes))).toEqual(sorted(new Map(minutes)));
        expect(encodeChunk(new Map([...minutes].reverse()))).toEqual(bytes);
        expect(new ChunkBuilder(bytes).encode()).toEqual(bytes);
      }),
    );
  });

  it('merges any stretch of minutes as loops over objects do, from chunk, slice and roll-up', () => {
    fc.assert(
      fc.property(hour, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (minutes, from, to) => {
        const bytes = encodeChunk(new Map(minutes));
        const expected = slowly(new Map(minutes), from, to);
        const sums = noSums();
        const marks = new HourMarks();
        mergeInto(bytes, { ...sums, marks }, from, to);
        expect(seen(sums, marks)).toEqual(expected);
        const again = noSums();
        const againMarks = new HourMarks();
        mergeRollup(rollupOf(sliceChunk(bytes, from, to)), { ...again, marks: againMarks });
        expect(seen(again, againMarks)).toEqual(expected);
        const unmarked = noSums();
        mergeRollup(rollupOf(bytes), unmarked);
        mergeInto(bytes, unmarked);
        expect(unmarked.totals.count).toBe(2 * slowly(new Map(minutes), 0, 60).totals.count);
      }),
    );
  });

  it('has no bytes but the canonical ones: what decodes at all encodes to itself', () => {
    const valid = hour.map((minutes) => encodeChunk(new Map(minutes)));
    const flipped = fc.tuple(valid, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([bytes, at, value]) => {
      const changed = bytes.slice();
      changed[at % changed.length] = value;
      return changed;
    });
    const cut = fc.tuple(valid, fc.nat()).map(([bytes, at]) => bytes.slice(0, at % (bytes.length + 1)));
    const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from([1, ...bytes]));
    fc.assert(
      fc.property(fc.oneof(flipped, cut, noise), (bytes) => {
        let minutes: Map<number, MinuteBucket>;
        try {
          minutes = decodeChunk(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toEqual(refused);
          expect(() => mergeInto(bytes, noSums())).toThrow(AppError);
          return;
        }
        expect(encodeChunk(minutes)).toEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, number[], string]>([
    ['nothing', [], 'ends early'],
    ['another version', [2], 'version'],
    ['a minute 60', [1, 60, 1, 0, 0, 0, 0], 'order'],
    ['a minute twice', [1, 3, 1, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0], 'order'],
    ['a minute without requests', [1, 3, 0, 0, 0, 0, 0], 'count'],
    ['more failed than counted', [1, 3, 1, 2, 0, 0, 0], 'more failed'],
    ['more timed than counted', [1, 3, 1, 0, 2, 0, 0], 'more failed'],
    ['a sum without timed requests', [1, 3, 1, 0, 0, 1, 0], 'sum'],
    ['bins without timed requests', [1, 3, 1, 0, 0, 0, 1, 0], 'differ'],
    ['timed requests without bins', [1, 3, 1, 0, 1, 1, 0], 'differ'],
    ['a bin beyond the last', [1, 3, 1, 0, 1, 1, 1, 3, 0xff, 0xff, 3], 'bin'],
    ['a number in a longer form', [1, 3, 0x81, 0, 0, 0, 0, 0], 'shortest'],
    ['a number beyond 2^53', [1, 3, ...Array<number>(7).fill(255), 127, 0, 0, 0, 0], 'range'],
    ['a number without end', [1, 3, ...Array<number>(20).fill(255)], 'range'],
    ['a cut number', [1, 3, 0x81], 'ends early'],
    ['a cut bucket', [1, 3, 1], 'ends early'],
  ])('refuses %s', (_what, bytes, why) => {
    expect(() => decodeChunk(Uint8Array.from(bytes))).toThrow(refused);
    expect(() => decodeChunk(Uint8Array.from(bytes))).toThrow(why);
  });

  it('refuses to encode what cannot be', () => {
    for (const fields of [
      { count: COUNT_MAX + 1 },
      { count: 0.5 },
      { errors: -1 },
      { errors: 2 },
      { timed: 0 },
      { sumUs: US_MAX + 1 },
      { count: COUNT_MAX, timed: COUNT_MAX, sumUs: SUM_US_MAX + 1, bins: new Map([[BINS - 1, COUNT_MAX]]) },
      { bins: new Map([[BINS, 1]]) },
      { bins: new Map([[-2, 1]]) },
      { bins: new Map([[0, 0]]) },
      { bins: new Map([[0, 2]]) },
    ])
      expect(() => encodeChunk(one(fields)), JSON.stringify(fields)).toThrow(refused);
    expect(() => encodeChunk(new Map([[60, one().get(7)!]]))).toThrow(refused);
    const most = one({ count: COUNT_MAX, timed: COUNT_MAX, sumUs: SUM_US_MAX, bins: new Map([[BINS - 1, COUNT_MAX]]) });
    expect(sorted(decodeChunk(encodeChunk(most)))).toEqual(sorted(most));
  });

  it('leaves out minutes without requests', () => {
    expect(encodeChunk(one({ count: 0 }))).toEqual(Uint8Array.of(1));
    expect(rollupOf(Uint8Array.of(1))).toEqual(Uint8Array.of(2));
    const sums = noSums();
    mergeRollup(Uint8Array.of(2), sums);
    expect(sums.totals.count).toBe(0);
  });

  it('refuses a roll-up whose minutes or bytes cannot be', () => {
    const good = rollupOf(encodeChunk(one()));
    for (const bytes of [
      [2, 0, 0, 0, 0, ...good.slice(7)],
      [2, 0x80, 1, 0, 0x81, 1, 0, ...good.slice(7)],
      [2, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, ...good.slice(7)],
      [...good, 0],
      [1, ...good.slice(1)],
      [2, 0x80],
    ])
      expect(() => mergeRollup(Uint8Array.from(bytes), noSums())).toThrow(refused);
  });
});

describe('a growing chunk', () => {
  it('adds samples and buckets to what is there: a bucket that arrives late counts as if it had been in time', () => {
    const samples = fc.array(
      fc.record({
        minute: fc.integer({ min: 0, max: 59 }),
        us: fc.option(fc.integer({ min: 0, max: US_MAX })),
        failed: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(samples, hour, (list, buckets) => {
        // With room for the samples below the bound of a minute's sum.
        const late = buckets.map(
          ([minute, one]) => [minute, { ...one, sumUs: Math.floor(one.sumUs / 2) }] as [number, MinuteBucket],
        );
        const whole = new ChunkBuilder();
        for (const { minute, us, failed } of list) whole.addSample(minute, us, failed);
        for (const [minute, added] of late) whole.addBucket(minute, added);
        const half = new ChunkBuilder();
        for (const [minute, added] of [...late].reverse()) half.addBucket(minute, added);
        const grown = new ChunkBuilder(half.encode());
        for (const { minute, us, failed } of [...list].reverse()) grown.addSample(minute, us, failed);
        expect(grown.encode()).toEqual(whole.encode());
        const sums = noSums();
        mergeInto(whole.encode(), sums);
        expect(whole.totals()).toEqual(sums.totals);
      }),
    );
  });

  it('keeps times within zero and an hour, in whole microseconds', () => {
    const builder = new ChunkBuilder();
    builder.addSample(0, -3, false);
    builder.addSample(0, 1.6, true);
    builder.addSample(0, US_MAX * 2, false);
    builder.addSample(1, null, true);
    expect(sorted(decodeChunk(builder.encode()))).toEqual([
      [
        0,
        { count: 3, errors: 1, timed: 3, sumUs: US_MAX + 2 },
        [
          [-1, 1],
          [binOf(2), 1],
          [BINS - 1, 1],
        ],
      ],
      [1, { count: 1, errors: 1, timed: 0, sumUs: 0 }, []],
    ]);
  });

  it.each([-1, 60, 1.5, Number.NaN])('refuses minute %s', (minute) => {
    expect(() => new ChunkBuilder().addSample(minute, 1, false)).toThrow(refused);
  });

  it('refuses a minute that overflows only when it is encoded', () => {
    const builder = new ChunkBuilder();
    for (let i = 0; i < 2; i++) builder.addBucket(0, { count: COUNT_MAX, errors: 0, timed: 0, sumUs: 0, bins: [] });
    expect(() => builder.encode()).toThrow(refused);
  });
});

describe('marks', () => {
  it('count and slice as sets of minutes do', () => {
    const marks = fc.array(fc.tuple(fc.integer({ min: 0, max: 59 }), fc.boolean()), { maxLength: 80 });
    fc.assert(
      fc.property(marks, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (list, from, to) => {
        const hourMarks = new HourMarks();
        for (const [minute, good] of list) hourMarks.add(minute, good);
        const minutes = Array.from({ length: 60 }, (_, i) => i);
        const inside = (minute: number) => minute >= from && minute < to;
        const active = (minute: number) => list.some(([m]) => m === minute);
        const failed = (minute: number) => active(minute) && !list.some(([m, good]) => m === minute && good);
        expect(minutes.filter((minute) => hourMarks.isActive(minute))).toEqual(minutes.filter(active));
        expect(minutes.filter((minute) => hourMarks.isFailed(minute))).toEqual(minutes.filter(failed));
        expect(hourMarks.active).toBe(minutes.filter(active).length);
        expect(hourMarks.failed).toBe(minutes.filter(failed).length);
        const part = hourMarks.slice(from, to);
        expect(part.active).toBe(minutes.filter((m) => active(m) && inside(m)).length);
        expect(part.failed).toBe(minutes.filter((m) => failed(m) && inside(m)).length);
        expect(HourMarks.of(hourMarks.halves())).toEqual(hourMarks);
      }),
    );
  });

  it('refuses what is no minute', () => {
    for (const minute of [-1, 60, Number.NaN]) expect(() => new HourMarks().add(minute, true)).toThrow(RangeError);
  });
});
