/** Service credits: money in minor units, as whole numbers. */
import type { SlaTerms } from '../entities/sla.ts';
import { isBelow, truncated } from './fraction.ts';
import type { Availability, CreditLine } from './model.ts';

/**
 * What a month of an availability earns: of the tiers it is below, the lowest one counts (compared in whole numbers); credit = fee × percent /
 * 100, rounded half up to the minor unit, once, here. A credit below the minimum is computed and waived. Null without credit terms, without data,
 * and where no tier is met.
 */
export function creditOf(
  terms: Pick<SlaTerms, 'credits'>,
  { good, total }: Pick<Availability, 'good' | 'total'>,
): CreditLine | null {
  const availability = truncated(good, total, 6);
  if (terms.credits === null || availability === null) return null;
  const { currency, monthly_fee_minor, minimum_minor, tiers } = terms.credits;
  const met = tiers
    .filter(({ below }) => isBelow(total - good, total, below))
    .sort((a, b) => a.below - b.below || b.percent - a.percent)[0];
  if (met === undefined) return null;
  const credit = (BigInt(monthly_fee_minor) * BigInt(met.percent) + 50n) / 100n;
  return {
    availability,
    below: met.below,
    percent: met.percent,
    feeMinor: BigInt(monthly_fee_minor).toString(),
    creditMinor: credit.toString(),
    currency,
    waived: credit < BigInt(minimum_minor) ? `less than the minimum of ${BigInt(minimum_minor)} minor units` : null,
  };
}

/** What is paid out of a line, in minor units. */
export function paidMinor(line: CreditLine | null): string {
  return line === null || line.waived !== null ? '0' : line.creditMinor;
}
