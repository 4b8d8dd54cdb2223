/** Who may change what of an organization. */

import { effectiveModes, organizationFaults } from '../../shared/compliance/enforce.ts';
import type { Organization, OrganizationPatch } from '../../shared/entities/index.ts';
import { MEMBER_WORDS } from '../../shared/rbac/index.ts';
import { readModes } from '../compliance/enforcement.ts';
import { invalidField, Problem } from '../http/problems.ts';
import { refuse } from '../http/refuse.ts';
import { type OrgContext, userOf } from '../tenancy/context.ts';

/** Fields with the permission they ask for; owner_id asks for the owner. */
const NEEDS: Readonly<Record<keyof OrganizationPatch, string | null>> = {
  name: 'org:manage',
  region: 'org:manage',
  time_zone: 'org:manage',
  mfa_required: 'org:manage',
  subscription_tier: 'billing:manage',
  owner_id: null,
};

/** Throws Problem forbidden, invalid-request (the new owner is no active admin), conflict (would lock its own writer out). */
export async function checkPatch(context: OrgContext, before: Organization, patch: OrganizationPatch): Promise<void> {
  for (const field of Object.keys(patch) as (keyof OrganizationPatch)[]) {
    const needed = NEEDS[field];
    if (needed !== null && !context.policy.check(needed)) throw new Problem('forbidden', `${field} needs ${needed}.`);
  }
  refuse(organizationFaults(patch, effectiveModes(await readModes(context.tx))));
  if (patch.owner_id !== undefined) await checkOwner(context, before, patch.owner_id);
  if (patch.mfa_required === true && !before.mfa_required && !userOf(context).mfa) {
    throw new Problem('conflict', 'Sign in with a one-time code first: you would lock yourself out.');
  }
}

async function checkOwner(context: OrgContext, before: Organization, next: string): Promise<void> {
  if (userOf(context).user.id !== before.owner_id) throw new Problem('forbidden', MEMBER_WORDS.passOn);
  const rows = await context.tx.query(
    `SELECT 1 AS one FROM members WHERE user_id = $1 AND role = 'admin' AND status = 'active'`,
    [next],
  );
  if (rows.length === 0) throw invalidField('/owner_id', MEMBER_WORDS.newOwner);
}
