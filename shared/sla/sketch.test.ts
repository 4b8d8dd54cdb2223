import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPHA, BINS, binOf, binValue, Sketch, US_MAX } from './sketch.ts';

const QUANTILES = [0, 0.001, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** Exact quantiles of whole microseconds by sorting, as the sketch defines the rank. */
function hold(samples: readonly number[], parts = 1): void {
  const sorted = Float64Array.from(samples).sort();
  const sketch = new Sketch();
  for (let part = 0; part < parts; part++) {
    const piece = new Sketch();
    for (let i = part; i < samples.length; i += parts) piece.add(samples[i]! / 1_000);
    sketch.merge(piece);
  }
  expect(sketch.count).toBe(samples.length);
  for (const q of QUANTILES) {
    const exact = sorted[Math.floor(q * (sorted.length - 1))]! / 1_000;
    expect(Math.abs(sketch.quantile(q)! - exact), `q ${q}`).toBeLessThanOrEqual(exact * (ALPHA + 1e-9));
  }
}

/** Uniform in (0, 1), the same each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}
const N = 100_000;
const next = random(42);
const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
const times = (make: (i: number) => number) =>
  Array.from({ length: N }, (_, i) => Math.min(Math.max(0, Math.round(make(i))), US_MAX));

describe('sketch', () => {
  it.each<[string, readonly number[]]>([
    [
      'like real requests: lognormal with an incident',
      times((i) => 60_000 * Math.exp(0.5 * normal()) * (i % 50 === 0 ? 9 : 1)),
    ],
    ['constant', times(() => 123_457)],
    ['bimodal', times((i) => (i % 2 === 0 ? 900 : 2_500_000))],
    ['bimodal exactly at the 99th percentile', times((i) => (i % 100 === 0 ? 30_000_000 : 1_000))],
    ['heavy tail: Pareto of index 0.7', times(() => 500 / next() ** (1 / 0.7))],
    ['all zero', times(() => 0)],
    ['zeros and the longest', times((i) => (i % 3 === 0 ? US_MAX : 0))],
    ['one sample', [777]],
    ['two samples', [1, US_MAX]],
    ['every order of magnitude', times((i) => 10 ** ((i / N) * 9.5))],
    ['at the borders of bins', times((i) => Math.floor(1.0202020202020203 ** (i % BINS)) + (i % 2))],
    ['rising and falling', times((i) => Math.abs(i - N / 2) * 50)],
  ])('stays within one percent of the exact quantile: %s', (_what, samples) => {
    hold(samples);
    hold(samples, 744);
  });

  it('is within 1 % of any whole microseconds', () => {
    const us = fc.oneof(fc.nat(20), fc.nat(100_000), fc.integer({ min: 0, max: US_MAX }));
    fc.assert(fc.property(fc.array(us, { minLength: 1, maxLength: 300 }), (samples) => hold(samples, 3)));
  });

  it('puts every time of an hour into a bin that stands for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: US_MAX }), (us) => {
        const bin = binOf(us);
        expect(bin).toBeGreaterThanOrEqual(0);
        expect(bin).toBeLessThan(BINS);
        expect(Math.abs(binValue(bin) - us)).toBeLessThanOrEqual(us * (ALPHA + 1e-9));
      }),
      { numRuns: 5_000 },
    );
    expect([binOf(0), binOf(0.99), binOf(-5), binOf(Number.NaN), binOf(1)]).toEqual([-1, -1, -1, -1, 0]);
    expect(binOf(US_MAX * 10)).toBe(binOf(US_MAX));
    expect(binOf(US_MAX)).toBe(BINS - 1);
    expect(binValue(-1)).toBe(0);
  });

  it('has nothing to say when empty, and no other bins', () => {
    expect(new Sketch().quantile(0.5)).toBeNull();
    expect([...new Sketch().bins()]).toEqual([]);
    for (const bin of [-2, BINS, Number.NaN]) expect(() => new Sketch().addBin(bin, 1)).toThrow(RangeError);
  });

  it('gives back its bins in order', () => {
    const sketch = new Sketch();
    sketch.add(5);
    sketch.add(0, 3);
    sketch.add(5, 2);
    expect([...sketch.bins()]).toEqual([
      [-1, 3],
      [binOf(5_000), 3],
    ]);
  });
});
