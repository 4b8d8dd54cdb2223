/** Where data may be. A region is a name such as `eu-central-1`; a set allows a region by its name or by what it begins with: `eu` allows every `eu-…`. */
import { z } from 'zod';

/** Name of one region. */
export const Region = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  .max(60);
/** Null: anywhere. */
export const Regions = z
  .array(Region)
  .max(100)
  .overwrite((list) => [...new Set(list)].sort())
  .nullable();
export type Regions = z.infer<typeof Regions>;

const within = (region: string, allowed: string): boolean => region === allowed || region.startsWith(`${allowed}-`);

/** Whether a region is in the set. A region that is not said (`any`, empty) is in none but "anywhere". */
export function allowsRegion(regions: Regions, region: string): boolean {
  return regions === null || regions.some((allowed) => within(region, allowed));
}

/** Regions that all sets allow: of two names of which one is within the other, the narrower. Empty: none. */
export function narrowest(sets: readonly Regions[]): string[] | null {
  return sets.reduce<string[] | null>((held, set) => {
    if (set === null) return held;
    if (held === null) return [...set];
    const both = held.flatMap((a) => set.flatMap((b) => (within(a, b) ? [a] : within(b, a) ? [b] : [])));
    return [...new Set(both)].sort();
  }, null);
}
