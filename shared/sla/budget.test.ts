import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOf } from '../../test/support/slaWorld.ts';
import { DEFAULT_BURN_RULES } from '../entities/sla.ts';
import { type BudgetInput, budgetOf, burnRate, burnsFaster, burnThreshold } from './budget.ts';
import type { Span } from './calendar.ts';
import { monthSpan } from './calendar.ts';
import { DAY, HOUR } from './model.ts';
import { lengthOf } from './spans.ts';

const share = (bad: number, valid: number) => ({ bad: BigInt(bad), valid: BigInt(valid) });
const MONTH = monthSpan('2026-11', 'UTC');

describe('burn rates', () => {
  it.each([
    [28, [13.44, 5.6, 2.8, 0.93]],
    [30, [14.4, 6, 3, 1]],
    [31, [14.88, 6.2, 3.1, 1.03]],
  ])('derive the published thresholds for windows of %i days', (days, thresholds) => {
    const derived = DEFAULT_BURN_RULES.map((rule) => burnThreshold(rule, days * DAY));
    expect(derived.map((rate) => Math.round(rate * 100) / 100)).toEqual(thresholds);
  });

  it('of a week are those of a week, not of a month', () => {
    expect(burnThreshold(DEFAULT_BURN_RULES[0]!, 7 * DAY)).toBeCloseTo(3.36, 12);
  });

  it('are the share of bad ones over what may be bad', () => {
    expect(burnRate(share(144, 10_000), 0.999)).toBeCloseTo(14.4, 12);
    expect(burnRate(share(0, 5), 0.999)).toBe(0);
    expect(burnRate(share(5, 5), 0)).toBe(1);
    expect(burnRate(share(0, 0), 0.999)).toBeNull();
    expect(burnRate(share(1, 5), 1)).toBeNull();
    expect(burnsFaster(share(5, 5), 1, DEFAULT_BURN_RULES[0]!, 30 * DAY)).toBe(false);
  });

  it('are compared exactly: at the threshold no rule fires, one bad request more and it does', () => {
    const rule = DEFAULT_BURN_RULES[0]!;
    expect(burnsFaster(share(144_000, 10_000_000), 0.999, rule, 30 * DAY)).toBe(false);
    expect(burnsFaster(share(144_001, 10_000_000), 0.999, rule, 30 * DAY)).toBe(true);
  });

  it('fire as the quotients say wherever those are not at the border', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e12 }),
        fc.nat(),
        fc.integer({ min: 0, max: 999_999 }),
        fc.constantFrom(...DEFAULT_BURN_RULES),
        fc.integer({ min: 1, max: 92 }),
        (valid, n, target, rule, days) => {
          const bad = n % (valid + 1);
          const rate = bad / valid / (1 - target / 1e6);
          const threshold = burnThreshold(rule, days * DAY);
          fc.pre(Math.abs(rate - threshold) > 1e-9 * threshold);
          expect(burnsFaster(share(bad, valid), target / 1e6, rule, days * DAY)).toBe(rate > threshold);
        },
      ),
    );
  });
});

describe('budgets', () => {
  const input = (fields: Partial<BudgetInput>): BudgetInput => ({
    ...{
      terms: termsOf({ target_availability: 0.999 }),
      share: share(0, 0),
      window: MONTH,
      excluded: [],
      now: MONTH.to,
    },
    ...fields,
  });

  it.each([
    ['2026-02', [403.2, 201.6, 40.32, 20.16]],
    ['2026-11', [432, 216, 43.2, 21.6]],
    ['2026-12', [446.4, 223.2, 44.64, 22.32]],
  ])('of %s in minutes of downtime are the published ones', (month, minutes) => {
    const window = monthSpan(month, 'UTC');
    const valid = share(0, window.to - window.from);
    const allowed = [0.99, 0.995, 0.999, 0.9995].map((target_availability) => {
      const terms = termsOf({ target_availability, availability_basis: 'time' });
      return budgetOf(input({ terms, share: valid, window, now: window.to })).allowed / 60_000;
    });
    expect(allowed.map((one) => Math.round(one * 1e6) / 1e6)).toEqual(minutes);
  });

  it('of a closed window are what may fail of what came', () => {
    expect(budgetOf(input({ share: share(250, 1_000_000) }))).toEqual({
      ...{ allowed: 1_000, spent: 250, remaining: 0.75, projected: false, exhaustedAt: null },
    });
    expect(budgetOf(input({ share: share(3_000, 1_000_000) })).remaining).toBe(-2);
  });

  it('of a month under way are on what is to be expected by its end, by judged time, and say so', () => {
    const now = MONTH.from + 10 * DAY;
    const budget = budgetOf(input({ share: share(100, 200_000), now }));
    expect(budget).toMatchObject({ projected: true, spent: 100, remaining: 1 - 100 / 600 });
    expect(budget.allowed).toBeCloseTo(600, 9);
    // The last ten days are excluded: a third less is to come.
    const excluded = [{ from: MONTH.from + 20 * DAY, to: MONTH.to }];
    expect(budgetOf(input({ share: share(100, 200_000), now, excluded })).allowed).toBeCloseTo(400, 9);
  });

  it('by time expect what was observed and all judged time to come', () => {
    const now = MONTH.from + 10 * DAY;
    const terms = termsOf({ target_availability: 0.99, availability_basis: 'time' });
    expect(budgetOf(input({ terms, share: share(0, 4 * DAY), now }))).toMatchObject({
      projected: true,
      allowed: (24 * DAY) / 100,
    });
  });

  it('are used up after remaining × period / burn rate at the pace of the last day', () => {
    const now = MONTH.from + 10 * DAY;
    const half = input({ share: share(300, 200_000), now });
    const paced = (bad: number, fields: Partial<BudgetInput> = {}) =>
      budgetOf({ ...half, lastDay: share(bad, 20_000), ...fields }).exhaustedAt;
    expect(paced(20)).toBe(now + 15 * DAY);
    expect(paced(30)).toBe(now + 10 * DAY);
    // At burn rate 0.7 it lasts beyond the month; without a failure for ever; without a day nobody can say.
    expect([paced(14), paced(0), budgetOf(half).exhaustedAt]).toEqual([null, null, null]);
    expect(paced(20, { share: share(600, 200_000) })).toBe(now);
    expect(paced(20, { share: share(900, 200_000) })).toBe(now);
    expect(paced(20, { now: MONTH.to })).toBeNull();
  });

  it('of a rolling window look ahead by its length', () => {
    const terms = termsOf({ target_availability: 0.999, window: { kind: 'rolling', days: 30 } });
    const rolling = (bad: number) =>
      budgetOf(input({ terms, share: share(300, 600_000), lastDay: share(bad, 20_000) }));
    expect(rolling(20)).toMatchObject({ projected: false, exhaustedAt: MONTH.to + 15 * DAY });
    expect(rolling(9).exhaustedAt).toBeNull();
  });

  it('are not spent in excluded time: exhaustion is counted on past it', () => {
    const now = MONTH.from + 10 * DAY;
    const excluded: Span[] = [{ from: now + DAY, to: now + 6 * DAY }];
    const budget = budgetOf(input({ share: share(0, 200_000), now, excluded, lastDay: share(100, 20_000) }));
    const judged = MONTH.to - MONTH.from - lengthOf(excluded);
    expect(budget.exhaustedAt).toBe(now + 5 * DAY + judged / 5);
  });

  it('of a target of 1 or of nothing do not exist', () => {
    const terms = termsOf({ target_availability: 1 });
    for (const fields of [{ terms, share: share(1, 10) }, { share: share(0, 0) }, { now: MONTH.from }])
      expect(budgetOf(input({ ...fields, lastDay: share(1, 2) }))).toMatchObject({
        remaining: null,
        exhaustedAt: null,
      });
  });

  it('expect nothing before the window has begun', () => {
    expect(budgetOf(input({ now: MONTH.from, lastDay: share(1, 2) }))).toEqual({
      ...{ allowed: 0, spent: 0, remaining: null, projected: true, exhaustedAt: null },
    });
  });

  it('last to within a millisecond as long as spending at that pace takes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 29 * 24 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.nat(500),
        (hours, bad, spent) => {
          const now = MONTH.from + hours * HOUR;
          const perHour = 1_000;
          const lastDay = share(bad, 24 * perHour);
          const valid = hours * perHour;
          const budget = budgetOf(input({ share: share(Math.min(spent, valid), valid), now, lastDay }));
          const left = 720 * perHour * 0.001 - Math.min(spent, valid);
          const at = left <= 0 ? now : now + (left / (bad / 24)) * HOUR;
          if (at > MONTH.to + 1) expect(budget.exhaustedAt).toBeNull();
          else if (at < MONTH.to - 1) expect(Math.abs(budget.exhaustedAt! - at)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
