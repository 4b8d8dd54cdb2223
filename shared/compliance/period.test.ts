import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { atLeast, formatPeriod, longest, parsePeriod, periodWords, shift, shortest } from './period.ts';

const period = fc.record({ months: fc.integer({ min: 0, max: 240 }), days: fc.integer({ min: 0, max: 5_000 }) });

describe('periods', () => {
  it('read and write ISO 8601, and refuse what is none', () => {
    fc.assert(
      fc.property(period, (one) => {
        expect(parsePeriod(formatPeriod(one))).toEqual(one);
      }),
    );
    for (const text of ['', 'P', '6Y', 'P6', 'P1W', 'PT1H', 'P-1D', 'P1D1Y', 'P1.5Y']) {
      expect(() => parsePeriod(text)).toThrow(/Not a period/);
    }
    expect(['P6Y', 'P18M', 'P365D', 'P0D', 'P1Y1M1D'].map((text) => periodWords(parsePeriod(text)))).toEqual([
      '6 years',
      '1 year 6 months',
      '365 days',
      '0 days',
      '1 year 1 month 1 day',
    ]);
  });

  it('are added as Temporal adds them', () => {
    const instant = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2090, 0) });
    fc.assert(
      fc.property(instant, period, fc.boolean(), (at, { months, days }, ahead) => {
        const start = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC');
        // Months, then days: Temporal's own order, also where it goes back.
        const moved = ahead ? start.add({ months, days }) : start.subtract({ months, days });
        expect(shift(at, { months, days }, ahead ? 1 : -1)).toBe(moved.epochMilliseconds);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['P1825D', 'P6Y', 'never'],
    ['P2190D', 'P6Y', 'never'],
    ['P2191D', 'P6Y', 'sometimes'],
    ['P2192D', 'P6Y', 'always'],
    ['P730D', 'P24M', 'sometimes'],
    ['P731D', 'P24M', 'always'],
    ['P365D', 'P1Y', 'sometimes'],
    ['P366D', 'P1Y', 'always'],
    ['P6Y', 'P72M', 'always'],
    ['P12M', 'P1Y', 'always'],
    ['P7Y', 'P2555D', 'always'],
    ['P30D', 'P1M', 'sometimes'],
  ])('%s against %s: %s', (a, b, wanted) => {
    expect(atLeast(parsePeriod(a), parsePeriod(b))).toBe(wanted);
  });

  it('name the longest and the shortest', () => {
    const all = ['P365D', 'P6Y', 'P730D', 'P2555D'].map(parsePeriod);
    expect(longest(all)).toEqual(parsePeriod('P2555D'));
    expect(shortest(all)).toEqual(parsePeriod('P365D'));
    expect([longest([]), shortest([])]).toEqual([null, null]);
  });
});
