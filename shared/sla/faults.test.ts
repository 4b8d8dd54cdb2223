import { describe, expect, it } from 'vitest';
import { termsOf } from '../../test/support/slaWorld.ts';
import type { CreditTerms, SlaTerms } from '../entities/sla.ts';
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
