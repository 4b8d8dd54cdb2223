/** Least privilege with evidence: what a holder was granted and did not use, and the smallest role that covers what was used. */
import { DEMANDS } from '../actions.ts';
import { maskOf, type PermissionNumbers, type Profile } from './compile.ts';
import { coversClasses, type Usage } from './usage.ts';

export interface RoleChoice {
  readonly id: string;
  readonly name: string;
  readonly profile: Profile;
}

export interface Used {
  /** Numbers of the permissions held that some use asked for. */
  readonly used: ReadonlySet<number>;
  /** Numbers of those held and not used, in the profile's order. */
  readonly unused: readonly number[];
}

/** Actions the holder used, by code. */
function usedActions(usage: Usage, holder: number): number[] {
  const base = holder * usage.actions;
  const used: number[] = [];
  for (let action = 0; action < usage.actions; action++) if (usage.counts[base + action]! > 0) used.push(action);
  return used;
}

export function usedOf(
  profile: Profile,
  usage: Usage,
  holder: number,
  actions: readonly string[],
  numbers: PermissionNumbers,
): Used {
  const asked = new Set<number>();
  for (const action of usedActions(usage, holder)) {
    for (const id of DEMANDS[actions[action]!]?.anyOf ?? []) asked.add(numbers.find(id));
  }
  const used = new Set<number>();
  const unused: number[] = [];
  for (const number of profile.perms) {
    if (asked.has(number)) used.add(number);
    else unused.push(number);
  }
  return { used, unused };
}

/**
 * True when a role meets the demand of everything the holder did, under the relations in which it was done.
 * @param related as relationsUsed gives them for the same rows.
 */
export function coversUse(
  role: Profile,
  usage: Usage,
  related: Uint8Array,
  holder: number,
  actions: readonly string[],
  numbers: PermissionNumbers,
): boolean {
  return usedActions(usage, holder).every((action) => {
    const demand = DEMANDS[actions[action]!];
    const classes = related[holder * usage.actions + action]!;
    const masks = (demand?.anyOf ?? []).map((id) => maskOf(role, numbers.find(id)));
    // Related demands name one permission each; of several, one alone must meet every use.
    return masks.some((mask) => mask !== 0 && coversClasses(mask, demand?.related ? classes : 1));
  });
}

/**
 * The role with the fewest permissions that covers the use and grants fewer than `granted`; ties by id. Null when none does.
 * @param roles by rising number of permissions, ties by id.
 */
export function smallestRole(
  roles: readonly RoleChoice[],
  granted: number,
  covers: (role: Profile) => boolean,
): { readonly role: RoleChoice; readonly fewer: number } | null {
  for (const role of roles) {
    const size = role.profile.perms.length;
    if (size >= granted) return null;
    if (covers(role.profile)) return { role, fewer: granted - size };
  }
  return null;
}
