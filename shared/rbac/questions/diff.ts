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

const equalLists = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((one, i) => one === b[i]));

/** Whether both reach the permission through the same paths. Nearly always they come in the same order. */
function samePaths(before: Profile, after: Profile, permission: number, [from, to]: readonly [Side, Side]): boolean {
  const a = pathsTo(before, permission, from.compiler.numbers, from.compiler.catalog);
  const b = pathsTo(after, permission, to.compiler.numbers, to.compiler.catalog);
  if (a.length !== b.length) return false;
  const alike = a.every((path, i) => {
    const other = b[i]!;
    const { kind, id, through } = path.source;
    return (
      path.grant === other.grant &&
      id === other.source.id &&
      kind === other.source.kind &&
      equalLists(through, other.source.through)
    );
  });
  return alike || equalLists(a.map(pathText).sort(), b.map(pathText).sort());
}

function pair(before: Profile, after: Profile, sides: readonly [Side, Side]): PairDiff {
  const { numbers } = sides[0].compiler;
  const ranks = numbers.ranks();
  const ordered = numbers.ordered();
  // Place in order of text and kind of change as one number, so that sorting compares no objects.
  const keys = new Float64Array(2 * (before.perms.length + after.perms.length));
  const counts = [0, 0, 0];
  let found = 0;
  const add = (perm: number, change: number): void => {
    keys[found++] = ranks[perm]! * CHANGES.length + change;
    counts[change]! += 1;
  };
  const see = (perm: number, was: number, is: number): void => {
    const more = (reach(is) & ~reach(was)) !== 0;
    const less = (reach(was) & ~reach(is)) !== 0;
    if (more) add(perm, 0);
    if (less) add(perm, 1);
    if (!more && !less && !samePaths(before, after, perm, sides)) add(perm, 2);
  };
  for (let i = 0, j = 0; i < before.perms.length || j < after.perms.length; ) {
    const a = before.perms[i] ?? Infinity;
    const b = after.perms[j] ?? Infinity;
    see(Math.min(a, b), a <= b ? before.masks[i]! : 0, b <= a ? after.masks[j]! : 0);
    if (a <= b) i += 1;
    if (b <= a) j += 1;
  }
  const sorted = keys.subarray(0, found).sort();
  return {
    perms: Uint32Array.from(sorted, (key) => ordered[Math.floor(key / CHANGES.length)]!),
    change: Uint8Array.from(sorted, (key) => key % CHANGES.length),
    gained: counts[0]!,
    lost: counts[1]!,
  };
}

/** Both sides must number permissions alike. A holder that is in one state only holds nothing in the other. */
export function diffStates(from: Side, to: Side): Diff {
  // Under two catalogs the same profile may be reached through other paths: nothing is kept of that.
  const known =
    from.compiler === to.compiler ? from.compiler.pairs : new WeakMap<Profile, WeakMap<Profile, PairDiff>>();
  const compare = (before: Profile, after: Profile): PairDiff => {
    const inner = kept(known, before, () => new WeakMap<Profile, PairDiff>());
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

/** Numbers of the permissions a profile holds, in order of their text. */
export function numbersOf({ perms }: Profile, numbers: PermissionNumbers): Uint32Array {
  const ranks = numbers.ranks();
  return perms.toSorted((a, b) => ranks[a]! - ranks[b]!);
}
