/** What a change does to access, gathered by holder for reading. Pure. */
import type { AccessChange, Holder } from '../../shared/contract/access.ts';
import type { Preview } from './usePreview.ts';

export interface HolderEffect {
  readonly holder: Holder;
  readonly gained: readonly AccessChange[];
  readonly lost: readonly AccessChange[];
  /** Held as before, but through something else. */
  readonly moved: readonly AccessChange[];
}

export interface Effect {
  /** Those who lose most first, then those who gain most. */
  readonly holders: readonly HolderEffect[];
  /** Permissions over all holders. */
  readonly gained: number;
  readonly lost: number;
  readonly moved: number;
  readonly wildcardDelta: readonly string[];
  readonly refusals: readonly string[];
}

/** One effect of one or several previews (a bulk change is several commands). */
export function effectOf(previews: readonly Pick<Preview, 'changes' | 'wildcardDelta' | 'refusals'>[]): Effect {
  const byHolder = new Map<
    string,
    { holder: Holder; gained: AccessChange[]; lost: AccessChange[]; moved: AccessChange[] }
  >();
  for (const { changes } of previews) {
    for (const change of changes) {
      const key = `${change.holder.type} ${change.holder.id}`;
      const effect = byHolder.get(key) ?? { holder: change.holder, gained: [], lost: [], moved: [] };
      byHolder.set(key, effect);
      effect[change.change === 'path' ? 'moved' : change.change].push(change);
    }
  }
  const holders = [...byHolder.values()].sort(
    (a, b) =>
      b.lost.length - a.lost.length ||
      b.gained.length - a.gained.length ||
      a.holder.name.localeCompare(b.holder.name, 'en'),
  );
  const sum = (pick: (effect: HolderEffect) => number): number => holders.reduce((total, one) => total + pick(one), 0);
  return {
    holders,
    gained: sum(({ gained }) => gained.length),
    lost: sum(({ lost }) => lost.length),
    moved: sum(({ moved }) => moved.length),
    wildcardDelta: [...new Set(previews.flatMap(({ wildcardDelta }) => wildcardDelta))].sort(),
    refusals: [...new Set(previews.flatMap(({ refusals }) => refusals))],
  };
}

/** `Kofi Adeyemi gains 2 permissions`, `2 holders gain 6 permissions, 1 holder loses 2 permissions`; "Nobody's access changes" where it does not. */
export function effectSentence({ holders }: Pick<Effect, 'holders'>): string {
  const [only] = holders;
  if (only !== undefined && holders.length === 1) {
    const total = (many: number): string => `${many} ${many === 1 ? 'permission' : 'permissions'}`;
    const verbs = [
      ...(only.gained.length > 0 ? [`gains ${total(only.gained.length)}`] : []),
      ...(only.lost.length > 0 ? [`loses ${total(only.lost.length)}`] : []),
    ];
    if (verbs.length > 0) return `${only.holder.name} ${verbs.join(' and ')}`;
  }
  const gaining = holders.filter(({ gained }) => gained.length > 0);
  const losing = holders.filter(({ lost }) => lost.length > 0);
  const part = (list: readonly HolderEffect[], verb: readonly [one: string, many: string], total: number): string =>
    `${list.length} ${list.length === 1 ? `holder ${verb[0]}` : `holders ${verb[1]}`} ${total} ${total === 1 ? 'permission' : 'permissions'}`;
  const parts = [
    ...(gaining.length > 0
      ? [
          part(
            gaining,
            ['gains', 'gain'],
            gaining.reduce((n, e) => n + e.gained.length, 0),
          ),
        ]
      : []),
    ...(losing.length > 0
      ? [
          part(
            losing,
            ['loses', 'lose'],
            losing.reduce((n, e) => n + e.lost.length, 0),
          ),
        ]
      : []),
  ];
  return parts.length === 0 ? 'Nobody gains or loses a permission' : parts.join(', ');
}
