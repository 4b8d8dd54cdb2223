import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fraction } from '../entities/sla.ts';
import { isAbove, isBelow, raised, toMillionths, truncated } from './fraction.ts';

/** Exact rationals: a/b < c/d by cross multiplication, written out apart from the code under test. */
const less = (a: bigint, b: bigint, c: bigint, d: bigint) => a * d < c * b;
const counts = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 10n ** 18n }))
  .map(([total, part]) => ({ total, bad: part % (total + 1n) }));
const millionths = fc.integer({ min: 0, max: 1_000_000 });

describe('fractions', () => {
  it('are millionths, exactly, over every fraction of six decimals', () => {
    for (let i = 0; i <= 1_000_000; i += 1) if (toMillionths(i / 1e6) !== i) throw new Error(`${i}`);
    // What has more decimals would be rounded: no target has.
    expect([0.9999995, 0.9999999, 0.98999999].map((x) => Fraction.safeParse(x).success)).toEqual([false, false, false]);
    expect([0, 1, 0.99, 0.999999].map((x) => Fraction.safeParse(x).success)).toEqual([true, true, true, true]);
  });

  it('compares as rationals do', () => {
    fc.assert(
      fc.property(counts, millionths, ({ total, bad }, m) => {
        expect(isBelow(bad, total, m / 1e6)).toBe(less(total - bad, total, BigInt(m), 1_000_000n));
        expect(isAbove(bad, total, m / 1e6)).toBe(less(BigInt(m), 1_000_000n, bad, total));
      }),
    );
  });

  it('nothing at all is neither below nor above', () => {
    expect(isBelow(0n, 0n, 1)).toBe(false);
    expect(isAbove(0n, 0n, 0)).toBe(false);
    expect(truncated(0n, 0n, 6)).toBeNull();
    expect(raised(0n, 0n, 6)).toBeNull();
  });

  it('truncates and never rounds up to a target', () => {
    expect(truncated(98_999_999n, 100_000_000n, 6)).toBe('0.989999');
    expect(isBelow(1_000_001n, 100_000_000n, 0.99)).toBe(true);
    expect(truncated(9_999_995n, 10_000_000n, 6)).toBe('0.999999');
    expect(isBelow(5n, 10_000_000n, 1)).toBe(true);
    expect(truncated(2n, 3n, 0)).toBe('0');
    expect(truncated(3n, 3n, 3)).toBe('1.000');
    expect(raised(1n, 3n, 0)).toBe('1');
    expect(raised(1n, 10_000_000n, 6)).toBe('0.000001');
    expect(raised(0n, 10n, 6)).toBe('0.000000');
  });

  it('shows a figure on the side of its target that it is on', () => {
    fc.assert(
      fc.property(counts, millionths, fc.integer({ min: 6, max: 9 }), ({ total, bad }, m, digits) => {
        expect(Number(truncated(total - bad, total, digits)) < m / 1e6).toBe(isBelow(bad, total, m / 1e6));
        expect(Number(raised(bad, total, digits)) > m / 1e6).toBe(isAbove(bad, total, m / 1e6));
      }),
    );
  });

  it('good and bad of the same requests add up to 1 in every digit', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 12 }), ({ total, bad }, digits) => {
        const [good, failed] = [truncated(total - bad, total, digits)!, raised(bad, total, digits)!];
        const scaled = (text: string) => BigInt(text.replace('.', ''));
        expect(scaled(good) + scaled(failed)).toBe(10n ** BigInt(digits));
      }),
    );
  });
});
