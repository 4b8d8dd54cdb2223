import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CreditTerms } from '../entities/sla.ts';
import { creditOf, paidMinor } from './credits.ts';

const credits: CreditTerms = {
  currency: 'USD',
  monthly_fee_minor: '123450',
  minimum_minor: '100',
  tiers: [
    { below: 0.99, percent: 25 },
    { below: 0.999, percent: 10 },
    { below: 0.95, percent: 100 },
  ],
};
const credit = (bad: number, total: number, fields: Partial<CreditTerms> = {}) =>
  creditOf({ credits: { ...credits, ...fields } }, { good: BigInt(total - bad), total: BigInt(total) });

describe('credits', () => {
  it.each([
    ['at the promise nothing is earned', 1, 1_000, null],
    ['below the first tier', 2, 1_000, 10],
    ['at the border of the second tier the first counts', 10, 1_000, 10],
    ['one request below it the second', 11, 1_000, 25],
    ['and at the worst all of it', 51, 1_000, 100],
    ['0.98999999 is below 0.99', 1_000_001, 100_000_000, 25],
  ])('%s', (_what, bad, total, percent) => {
    expect(credit(bad, total)?.percent ?? null).toBe(percent);
  });

  it('show the arithmetic: fee × percent, rounded half up once', () => {
    expect(credit(2, 1_000)).toEqual({
      ...{ availability: '0.998000', below: 0.999, percent: 10, feeMinor: '123450', creditMinor: '12345' },
      ...{ currency: 'USD', waived: null },
    });
    const of = (fee: string, percent: number) =>
      credit(1, 1, { monthly_fee_minor: fee, minimum_minor: '0', tiers: [{ below: 0.9, percent }] })!.creditMinor;
    expect([of('50', 1), of('49', 1), of('150', 1), of('149', 1), of('007', 100)]).toEqual(['1', '0', '2', '1', '7']);
    expect(of('999999999999999', 33)).toBe('330000000000000');
  });

  it('round as exact decimals do, over any fee', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.integer({ min: 1, max: 100 }), (fee, percent) => {
        const tiers = [{ below: 1, percent }];
        const line = credit(1, 2, { monthly_fee_minor: fee.toString(), minimum_minor: '0', tiers })!;
        const exact = fee * BigInt(percent);
        const rest = exact % 100n;
        expect(BigInt(line.creditMinor)).toBe(exact / 100n + (rest >= 50n ? 1n : 0n));
      }),
    );
  });

  it('below the minimum are computed and waived', () => {
    const small = credit(2, 1_000, { monthly_fee_minor: '990' });
    expect(small).toMatchObject({ creditMinor: '99', waived: 'less than the minimum of 100 minor units' });
    expect([paidMinor(small), paidMinor(credit(2, 1_000)), paidMinor(null)]).toEqual(['0', '12345', '0']);
    expect(credit(2, 1_000, { monthly_fee_minor: '1000' })!.waived).toBeNull();
  });

  it('are none without terms, and none without data', () => {
    expect(creditOf({ credits: null }, { good: 0n, total: 5n })).toBeNull();
    expect(credit(0, 0)).toBeNull();
  });

  it('of two tiers with one border take the higher', () => {
    const tiers = [
      { below: 0.99, percent: 10 },
      { below: 0.99, percent: 30 },
    ];
    expect(credit(1, 2, { tiers })!.percent).toBe(30);
  });
});
