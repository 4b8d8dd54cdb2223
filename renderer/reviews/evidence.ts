/** What one item of a review gives its holder, out of everything the holder holds. Pure. */
import type { EffectiveGrant } from '../../shared/contract/access.ts';
import type { AccessReviewItem } from '../../shared/entities/index.ts';

export interface Evidence {
  /** Permissions held through the item, those used last first, then those never used. */
  readonly through: readonly EffectiveGrant[];
  /** Of these, how many were ever used. */
  readonly used: number;
  readonly lastUsedAt: number | null;
}

/** A role gives what comes through the role and those it inherits from; a grant what comes through it. */
export function evidence(
  { source, grant }: Pick<AccessReviewItem, 'source' | 'grant'>,
  held: readonly EffectiveGrant[],
): Evidence {
  const through = held
    .filter(({ paths }) => paths.some((path) => path.source === source && (source === 'role' || path.grant === grant)))
    .toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0));
  const times = through.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
  return { through, used: times.length, lastUsedAt: times.length === 0 ? null : Math.max(...times) };
}
