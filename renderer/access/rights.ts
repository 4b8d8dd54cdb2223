/** What the signed-in person is offered, and why not: the platform's own table of demands against the rights the mirror knows. */
import type { Output } from '../../shared/contract/index.ts';
import type { Member, Organization, OrganizationPatch } from '../../shared/entities/index.ts';
import { DEMANDS } from '../../shared/rbac/index.ts';

export type Me = Output<'access.me'>;

const READING = 'Your rights are being read.';
const STRANGER = 'You are not a member of this organization.';

function lacking(anyOf: readonly string[], me: Me): string | null {
  if (me.memberId === null) return STRANGER;
  if (anyOf.some((permission) => me.permissions.includes(permission))) return null;
  return `Needs ${anyOf.join(' or ')}, which ${me.role === null ? 'you do' : `your role ${me.role} does`} not hold.`;
}

/** Why an audited action is not offered to this person, as a sentence; null where it is. */
export function refusalOf(action: string, me: Me | null): string | null {
  if (me === null) return READING;
  return lacking(DEMANDS[action]?.anyOf ?? [], me);
}

/** As `refusalOf`, for changes of one member's role, extra grants or status, which nobody makes to their own. */
export function memberRefusal(action: string, member: Pick<Member, 'id'>, me: Me | null): string | null {
  if (me !== null && me.memberId === member.id) return 'Nobody changes their own access.';
  return refusalOf(action, me);
}

/** Why each field of the organization is not offered; null where it is. `self`: the signed-in person's membership. */
export function organizationRefusals(
  organization: Pick<Organization, 'owner_id'>,
  self: Pick<Member, 'user_id'> | null,
  me: Me | null,
): Readonly<Record<keyof OrganizationPatch, string | null>> {
  const manage = me === null ? READING : lacking(['org:manage'], me);
  const billing = me === null ? READING : lacking(['billing:manage'], me);
  const owner = self?.user_id === organization.owner_id ? null : 'Only the present owner hands the organization over.';
  return {
    name: manage,
    region: manage,
    time_zone: manage,
    mfa_required: manage,
    subscription_tier: billing,
    owner_id: me === null ? READING : owner,
  };
}
