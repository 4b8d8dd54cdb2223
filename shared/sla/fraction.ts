/** Exact arithmetic of fractions: counts are compared in whole numbers, nothing is rounded up to a target. OPERATIONS, Availability. */

/** Targets have at most six decimals. */
const SCALE = 1_000_000;
const SCALE_BIG = 1_000_000n;

/** A fraction of at most six decimals as millionths. */
export function toMillionths(fraction: number): number {
  return Math.round(fraction * SCALE);
}

/** True when good/total is below the target: bad × 10^6 > (10^6 − target) × total, in whole numbers. A total of 0 is below nothing. */
export function isBelow(bad: bigint, total: bigint, target: number): boolean {
  return bad * SCALE_BIG > (SCALE_BIG - BigInt(toMillionths(target))) * total;
}

/** True when bad/total is above the limit, likewise. */
export function isAbove(bad: bigint, total: bigint, limit: number): boolean {
  return bad * SCALE_BIG > BigInt(toMillionths(limit)) * total;
}

function decimals(scaled: bigint, digits: number): string {
  const text = scaled.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * part/whole with `digits` decimals as text, cut off, never rounded: 0.99999 with 3 digits is `0.999`. Null where whole is 0.
 * For what should be high: with at least six digits it shows below a target exactly where it is below.
 */
export function truncated(part: bigint, whole: bigint, digits: number): string | null {
  return whole === 0n ? null : decimals((part * 10n ** BigInt(digits)) / whole, digits);
}

/**
 * part/whole with `digits` decimals as text, raised where anything was cut off. Null where whole is 0. For what should be low (error rates):
 * it shows above a limit exactly where it is above, and error rate and availability of the same requests add up to 1 in every digit.
 */
export function raised(part: bigint, whole: bigint, digits: number): string | null {
  return whole === 0n ? null : decimals((part * 10n ** BigInt(digits) + whole - 1n) / whole, digits);
}
