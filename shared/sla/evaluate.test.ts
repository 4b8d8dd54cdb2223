import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryMetrics, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import type { SlaTerms } from '../entities/sla.ts';
import { evaluate, verdictOf } from './evaluate.ts';
import { gather } from './gather.ts';
import { HOUR, MINUTE, type WindowData } from './model.ts';
import { Sketch } from './sketch.ts';

const FROM = utc('2026-10-01T00:00');
const WINDOW = { from: FROM, to: FROM + HOUR };

function dataOf(count: number, errors: number, fields: Partial<WindowData> = {}): WindowData {
  return {
    window: WINDOW,
    totals: { count, errors, timed: 0, sumUs: 0 },
    sumUs: 0n,
    sketch: new Sketch(),
    minutesWithRequests: 0,
    hours: [],
    states: [],
    excluded: [],
    ...fields,
  };
}
const judged = (data: WindowData, terms: Partial<SlaTerms> = {}) =>
  evaluate(data, termsOf(terms), { now: WINDOW.to, window: WINDOW });
const verdicts = (data: WindowData, terms: Partial<SlaTerms> = {}) =>
  judged(data, terms).metrics.map(({ verdict }) => verdict);
const metric = (data: WindowData, terms: Partial<SlaTerms>, name: string) =>
  judged(data, terms).metrics.find((one) => one.metric === name)!;

describe('verdicts', () => {
  it('zero traffic is no data: neither kept nor broken', () => {
    const evaluation = judged(dataOf(0, 0));
    expect(evaluation.verdict).toBe('no_data');
    expect(evaluation.metrics.map(({ verdict, actual }) => [verdict, actual])).toEqual(
      Array(3).fill(['no_data', null]),
    );
    expect(evaluation.responseMs).toBeNull();
    expect(evaluation.budget.remaining).toBeNull();
  });

  it('time that nobody observed is no data, with bounds from all down to all up', () => {
    const evaluation = judged(dataOf(0, 0), { availability_basis: 'time' });
    expect(evaluation.verdict).toBe('no_data');
    expect(evaluation.availability).toEqual({
      ...{ good: 0n, total: 0n, unobservedMs: HOUR, bounds: { low: 0, high: 1 } },
    });
    const none = judged(dataOf(0, 0, { excluded: [WINDOW] }), { availability_basis: 'time' });
    expect(none.availability).toEqual({ good: 0n, total: 0n, unobservedMs: 0, bounds: null });
  });

  it('one request: good keeps every promise, failed breaks availability and not yet the error rate', () => {
    expect(verdicts(dataOf(1, 0))).toEqual(['compliant', 'no_data', 'compliant']);
    expect(verdicts(dataOf(1, 1))).toEqual(['breached', 'no_data', 'compliant']);
    expect(verdicts(dataOf(1, 1), { min_bad_events: 1 })).toEqual(['breached', 'no_data', 'breached']);
    expect(verdicts(dataOf(1, 1), { min_bad_events: 0 })[2]).toBe('breached');
  });

  it.each<[string, number, number, number, string, string]>([
    ['0.98999999 is below 0.99', 100_000_000, 1_000_001, 0.99, 'breached', '0.98999999'],
    ['0.99 is not', 100_000_000, 1_000_000, 0.99, 'compliant', '0.99'],
    ['0.9999995 is below 0.999999 never, below 1 always', 10_000_000, 5, 1, 'breached', '0.9999995'],
    ['0.9999995 keeps 0.999999', 10_000_000, 5, 0.999999, 'compliant', '0.9999995'],
    ['one of 10^15 breaks a target of 1 though no double tells them apart', 1e15, 1, 1, 'breached', '0.999999999'],
    ['everything good keeps 1', 1e15, 0, 1, 'compliant', '1'],
    ['everything failed keeps 0', 5, 5, 0, 'compliant', '0'],
  ])('%s', (_what, count, errors, target, verdict, actual) => {
    const result = metric(dataOf(count, errors), { target_availability: target }, 'availability');
    expect([result.verdict, String(result.actual)]).toEqual([verdict, actual]);
    expect(result.breachPercent === null).toBe(verdict === 'compliant');
  });

  it('a figure shows on the side of its target that the verdict says', () => {
    const counts = fc
      .tuple(fc.integer({ min: 1, max: 2 ** 45 }), fc.nat())
      .map(([count, n]) => [count, n % (count + 1)] as const);
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 1_000_000 }), ([count, errors], m) => {
        const terms = { target_availability: m / 1e6, max_error_rate: m / 1e6, min_bad_events: 0 };
        const [availability, , rate] = judged(dataOf(count, errors), terms).metrics;
        expect(availability!.actual! < m / 1e6).toBe(availability!.verdict === 'breached');
        expect(rate!.actual! > m / 1e6).toBe(rate!.verdict === 'breached');
        expect(availability!.verdict === 'breached').toBe(
          BigInt(count - errors) * 1_000_000n < BigInt(m) * BigInt(count),
        );
      }),
    );
  });

  it('names how far below the target it is, as a share of the target', () => {
    expect(metric(dataOf(100, 10), { target_availability: 0.96 }, 'availability').breachPercent).toBeCloseTo(
      0.0625,
      12,
    );
  });

  it('availability decides where nothing is broken', () => {
    const of = (availability: 'compliant' | 'no_data', rate: 'compliant' | 'breached' | 'no_data') =>
      verdictOf([
        { metric: 'availability', verdict: availability },
        { metric: 'error_rate', verdict: rate },
      ]);
    expect([of('compliant', 'no_data'), of('no_data', 'compliant'), of('no_data', 'breached')]).toEqual([
      ...['compliant', 'no_data', 'breached'],
    ]);
    expect(verdictOf([])).toBe('no_data');
  });
});

describe('response times', () => {
  const timed = (us: readonly number[]): WindowData => {
    const sketch = new Sketch();
    for (const one of us) sketch.add(one / 1_000);
    const sum = us.reduce((all, one) => all + one, 0);
    const totals = { count: us.length, errors: 0, timed: us.length, sumUs: sum };
    return dataOf(us.length, 0, { totals, sumUs: BigInt(sum), sketch });
  };

  it('by mean are compared to the microsecond and never shown as kept when they are not', () => {
    const at = (us: number[]) => metric(timed(us), { max_response_time_ms: 1_000 }, 'response_time');
    expect(at([1_000_000, 1_000_000])).toMatchObject({ verdict: 'compliant', actual: 1_000 });
    expect(at([1_000_000, 1_000_000, 1_000_001])).toMatchObject({ verdict: 'breached', actual: 1_000.001 });
  });

  it('by mean are weighted by requests, not a mean of means', () => {
    const source = new MemoryMetrics().add(1);
    source.requests(1, FROM, 99, { ms: 10 });
    source.requests(1, FROM + MINUTE, 1, { ms: 1_010 });
    const sla = slaOf(termsOf());
    const data = gather(source, sla, sla.revisions[0]!, [], WINDOW);
    expect(judged(data).responseMs!.mean).toBe(20);
  });

  it('by percentile are those of all requests together', () => {
    const us = [...Array<number>(98).fill(10_000), 900_000, 900_000];
    const measure = (percentile: number) => ({
      ...{ max_response_time_ms: 500, response_measure: { kind: 'percentile', percentile } as const },
    });
    expect(metric(timed(us), measure(0.5), 'response_time')).toMatchObject({ verdict: 'compliant' });
    const high = metric(timed(us), measure(0.99), 'response_time');
    expect(high.verdict).toBe('breached');
    expect(Math.abs(high.actual! - 900)).toBeLessThanOrEqual(9);
    const { responseMs } = judged(timed(us));
    expect(Math.abs(responseMs!.p50 - 10)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(responseMs!.p95 - 10)).toBeLessThanOrEqual(0.1);
    expect(responseMs!.p99).toBe(high.actual);
  });
});

describe('by time', () => {
  it('overlapping incidents of two series count once, and unknown time on neither side', () => {
    const up = (from: number, to: number, yes = true) => ({
      from: FROM + from * MINUTE,
      to: FROM + to * MINUTE,
      up: yes,
    });
    const states = [
      [up(0, 10), up(10, 20, false), up(20, 40)],
      [up(0, 15), up(15, 30, false)],
    ];
    const evaluation = judged(dataOf(0, 0, { states }), { availability_basis: 'time', target_availability: 0.5 });
    expect(evaluation.availability).toEqual({
      good: BigInt(20 * MINUTE),
      total: BigInt(40 * MINUTE),
      unobservedMs: 20 * MINUTE,
      bounds: { low: 0.333333333, high: 0.666666666 },
    });
    expect(evaluation.verdict).toBe('compliant');
    expect(evaluation.budget).toEqual({
      ...{ allowed: 20 * MINUTE, spent: 20 * MINUTE, remaining: 0, projected: false, exhaustedAt: null },
    });
  });
});
