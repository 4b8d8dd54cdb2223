/** Rules about custom roles that the platform decides by and the console foretells by, with the words in which both refuse. */
import { isBuiltIn } from './holder.ts';
import { counted } from './words.ts';

/** Custom roles of one organization: bounds memory and the time of a decision's first compile. */
export const ROLES_MAX = 10_000;

export const ROLE_WORDS = {
  id: 'There is a role of that id already.',
  name: 'There is a role of that name already.',
  builtIn: 'A built-in role cannot be changed.',
  full: `At most ${ROLES_MAX} custom roles.`,
} as const;

interface Named {
  readonly id: string;
}

/** Why a role may not bear its name; null: it may. @param namesakes custom roles of that name, whatever its case; itself may be among them. */
export function roleNameRefusal(role: Named & { readonly name: string }, namesakes: Iterable<Named>): string | null {
  if (isBuiltIn(role.name.toLowerCase())) return ROLE_WORDS.name;
  for (const { id } of namesakes) if (id !== role.id) return ROLE_WORDS.name;
  return null;
}

/** Why a role of that id may not be made; null: it may. @param count custom roles there are. */
export function newRoleRefusal(id: string, taken: boolean, count: number): string | null {
  if (taken || isBuiltIn(id)) return ROLE_WORDS.id;
  return count >= ROLES_MAX ? ROLE_WORDS.full : null;
}

/** Who would lose a role with its deletion: members who hold it, whatever their status, and roles that inherit from it. */
export interface RoleUse {
  readonly members: number;
  readonly heirs: number;
}

/** Why the role may not be deleted; empty: it may. */
export function roleRemovalRefusals({ members, heirs }: RoleUse): string[] {
  const words: string[] = [];
  if (members > 0) words.push(`The role is held by ${counted(members, 'member')}.`);
  if (heirs > 0) words.push(`${heirs === 1 ? '1 role inherits' : `${heirs} roles inherit`} from it.`);
  return words;
}
