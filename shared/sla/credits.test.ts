import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOf } from '../../test/support/slaWorld.ts';
import type { CreditTerms, SlaTerms } from '../entities/sla.ts';
import { creditOf, paidMinor } from './credits.ts';
import { faultsOf } from './faults.ts';

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

describe('faults', () => {
  const faults = (fields: Partial<SlaTerms>) => faultsOf(termsOf(fields));
  const rule = { long_minutes: 60, short_minutes: 5, budget: 0.02, severity: 'page' } as const;

  it('there are none in the terms one gets by default', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ credits })).toEqual([]);
  });

  it('a rule whose rate even total failure does not reach', () => {
    // 0.02 × 31 d / 1 h = 14.88: out of reach from 1 - 1/14.88 down.
    expect(faults({ burn_rules: [rule], target_availability: 0.93 })).toEqual([
      'The burn rule of 60 and 5 minutes cannot fire: its burn rate of 14.88 is out of reach at a target of 0.93, even if everything fails.',
    ]);
    expect(faults({ burn_rules: [rule], target_availability: 0.9328 })).toEqual([]);
    expect(faults({ burn_rules: [rule], target_availability: 0.932795 })).toHaveLength(1);
    const week = { window: { kind: 'rolling', days: 7 } as const };
    expect(faults({ burn_rules: [rule], target_availability: 0.71, ...week })).toEqual([]);
    expect(faults({ burn_rules: [rule], target_availability: 0.7, ...week })).toHaveLength(1);
    expect(faults({ target_availability: 0 })).toHaveLength(4);
  });

  it('a rule that reaches its border only: at a burn rate of exactly 1 / (1 - target) nothing is faster', () => {
    const exact = { ...rule, budget: 0.05, long_minutes: 720 };
    expect(
      faults({ burn_rules: [exact], target_availability: 0.5, window: { kind: 'rolling', days: 20 } }),
    ).toHaveLength(1);
  });

  it('windows that are not in order, or longer than the budget lasts', () => {
    const [swapped] = faults({ burn_rules: [{ ...rule, short_minutes: 60 }] });
    expect(swapped).toContain('not shorter than its long one');
    const long = { ...rule, long_minutes: 3 * 1_440, short_minutes: 360 };
    expect(faults({ burn_rules: [long], window: { kind: 'rolling', days: 2 } })).toEqual([
      'The burn rule of 4320 and 360 minutes looks back further than the window of 2 days.',
    ]);
  });

  it('no share of the budget, no budget at all, and the same rule twice', () => {
    expect(faults({ burn_rules: [{ ...rule, budget: 0 }] })[0]).toContain('any failure would fire it');
    expect(faults({ target_availability: 1 })).toEqual([
      'A target of 1 has no error budget: its burn rules cannot fire.',
    ]);
    expect(faults({ target_availability: 1, burn_rules: [] })).toEqual([]);
    expect(faults({ burn_rules: [rule, { ...rule, budget: 0.05 }] })).toEqual([
      'Two burn rules have the same windows and severity.',
    ]);
  });

  it('credit tiers that never count', () => {
    const tiers = (...list: [number, number][]) =>
      faults({ credits: { ...credits, tiers: list.map(([below, percent]) => ({ below, percent })) } });
    expect(tiers([0.99, 10], [0.95, 10])).toEqual([
      'The credit tier below 0.95 gives no more than the one below 0.99.',
    ]);
    expect(tiers([0.99, 10], [0.99, 25])).toEqual(['Two credit tiers are both below 0.99.']);
    expect(tiers([0.99, 10], [0, 100])).toEqual(['A credit tier below 0 can never be met.']);
  });
});
