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

/**
 * part/whole with `digits` decimals as text, cut off, never rounded: 0.99999 with 3 digits is `0.999`. Null where whole is 0.
 */
export function truncated(part: bigint, whole: bigint, digits: number): string | null {
  if (whole === 0n) return null;
  const scaled = (part * 10n ** BigInt(digits)) / whole;
  const text = scaled.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
