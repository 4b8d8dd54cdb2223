/** The difference of access between two states, by holder and permission, with the paths that changed. */
import {
  ALL,
  type Compiler,
  kept,
  NOTHING,
  type PermissionNumbers,
  type Profile,
  pathsTo,
  pathText,
} from './compile.ts';
import { type AccessState, type HolderRecord, sortHolders } from './state.ts';

export const CHANGES = ['gained', 'lost', 'path'] as const;
export type Change = (typeof CHANGES)[number];

export interface HolderDiff {
  readonly holder: HolderRecord;
  readonly before: Profile;
  readonly after: Profile;
  readonly changes: PairDiff;
}

/** Changed permissions in order of their text, and how each changed (index into CHANGES). */
export interface PairDiff {
  readonly perms: Uint32Array;
  readonly change: Uint8Array;
  readonly gained: number;
  readonly lost: number;
}

export interface Diff {
  /** Holders with a change, by name. */
  readonly holders: readonly HolderDiff[];
  readonly total: number;
  readonly gained: number;
  readonly lost: number;
}

export interface DiffRow {
  readonly holder: HolderDiff;
  readonly permission: number;
  readonly change: Change;
}

export interface Side {
  readonly state: AccessState;
  readonly compiler: Compiler;
}

/** What is held without a scope covers every scope. */
const reach = (mask: number): number => ((mask & ALL) !== 0 ? 7 : mask);

function texts(profile: Profile, permission: number, { compiler }: Side): string {
  return pathsTo(profile, permission, compiler.numbers, compiler.catalog).map(pathText).sort().join('\n');
}

function pair(before: Profile, after: Profile, sides: readonly [Side, Side]): PairDiff {
  const found: { perm: number; change: number }[] = [];
  const see = (perm: number, was: number, is: number): void => {
    const more = (reach(is) & ~reach(was)) !== 0;
    const less = (reach(was) & ~reach(is)) !== 0;
    if (more) found.push({ perm, change: 0 });
    if (less) found.push({ perm, change: 1 });
    if (!more && !less && texts(before, perm, sides[0]) !== texts(after, perm, sides[1]))
      found.push({ perm, change: 2 });
  };
  for (let i = 0, j = 0; i < before.perms.length || j < after.perms.length; ) {
    const a = before.perms[i] ?? Infinity;
    const b = after.perms[j] ?? Infinity;
    see(Math.min(a, b), a <= b ? before.masks[i]! : 0, b <= a ? after.masks[j]! : 0);
    if (a <= b) i += 1;
    if (b <= a) j += 1;
  }
  const ranks = sides[0].compiler.numbers.ranks();
  found.sort((x, y) => ranks[x.perm]! - ranks[y.perm]! || x.change - y.change);
  return {
    perms: Uint32Array.from(found, ({ perm }) => perm),
    change: Uint8Array.from(found, ({ change }) => change),
    gained: found.filter(({ change }) => change === 0).length,
    lost: found.filter(({ change }) => change === 1).length,
  };
}

/** Both sides must number permissions alike. A holder that is in one state only holds nothing in the other. */
export function diffStates(from: Side, to: Side): Diff {
  const known = new Map<Profile, Map<Profile, PairDiff>>();
  const compare = (before: Profile, after: Profile): PairDiff => {
    const inner = kept(known, before, () => new Map<Profile, PairDiff>());
    return kept(inner, after, () => pair(before, after, [from, to]));
  };
  const everyone = sortHolders(new Map([...from.state.byKey, ...to.state.byKey]).values());
  const holders: HolderDiff[] = [];
  let total = 0;
  let gained = 0;
  let lost = 0;
  for (const holder of everyone) {
    const before = profileIn(from, holder.key);
    const after = profileIn(to, holder.key);
    if (before === after) continue;
    const changes = compare(before, after);
    if (changes.perms.length === 0) continue;
    holders.push({ holder, before, after, changes });
    total += changes.perms.length;
    gained += changes.gained;
    lost += changes.lost;
  }
  return { holders, total, gained, lost };
}

function profileIn({ state, compiler }: Side, key: string): Profile {
  const holder = state.byKey.get(key);
  return holder === undefined ? NOTHING : compiler.profile(holder, state.roles);
}

/** Rows [offset, offset + limit) by holder and permission. */
export function diffRows(diff: Diff, offset: number, limit: number): DiffRow[] {
  const rows: DiffRow[] = [];
  let skip = offset;
  for (const holder of diff.holders) {
    const { perms, change } = holder.changes;
    if (skip >= perms.length) {
      skip -= perms.length;
      continue;
    }
    for (let i = skip; i < perms.length && rows.length < limit; i++) {
      rows.push({ holder, permission: perms[i]!, change: CHANGES[change[i] as 0 | 1 | 2] });
    }
    skip = 0;
    if (rows.length >= limit) break;
  }
  return rows;
}

/** Ids of the permissions a profile holds, in order of text. */
export function permissionsOf(profile: Profile, numbers: PermissionNumbers): string[] {
  return Array.from(profile.perms, (number) => numbers.ids[number]!).sort();
}
