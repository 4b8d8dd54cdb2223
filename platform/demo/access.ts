/** How access changes in the demo over its ninety days: custom roles, and who gets, loses and keeps what, day by day. */
import type { Member, Role } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { createUser } from '../auth/users.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { addMemberIn, joinMember, memberStory, readMember, removeMember, saveMember } from '../members/service.ts';
import { readOrganization, updateOrganization } from '../orgs/service.ts';
import { readRole, roleStory, saveRole } from '../roles/service.ts';
import { readBook } from '../tenancy/access.ts';
import type { Happening } from '../tenancy/events.ts';
import type { DemoPerson } from './organizations.ts';

export interface DemoCustomRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly inherits: string | null;
  readonly permissions: readonly string[];
}

export const DEMO_CUSTOM_ROLES: readonly DemoCustomRole[] = [
  {
    id: 'incident-responder',
    name: 'Incident responder',
    description: 'A developer on call: reads all logs and shares what was found.',
    inherits: 'developer',
    permissions: ['logs:read', 'threads:share'],
  },
  {
    id: 'compliance-reader',
    name: 'Compliance reader',
    description: 'Prepares audits: sees who has access, changes nothing.',
    inherits: 'viewer',
    permissions: ['accounts:view', 'compliance:audit', 'users:view'],
  },
  {
    id: 'thread-librarian',
    name: 'Thread librarian',
    description: 'Keeps threads in order.',
    inherits: null,
    permissions: ['logs:read:shared', 'threads:*'],
  },
];

type Change =
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'grants'; readonly permissions: readonly string[] }
  | { readonly kind: 'workspace'; readonly place: number }
  | { readonly kind: 'suspend' | 'reactivate' | 'remove' | 'join' }
  | { readonly kind: 'invite'; readonly role: string };

interface MemberStep {
  /** Days after the beginning. */
  readonly day: number;
  readonly action: string;
  readonly member: number;
  readonly change: Change;
}

export type DemoStep = MemberStep | OtherStep;

type OtherStep = { readonly day: number; readonly action: string } & (
  | { readonly custom: string; readonly permissions: readonly string[] }
  | { readonly mfa: true }
);

/** Places of people who are invited during the period, beyond any place at its start. */
export const INVITED = [900, 901] as const;

const member = (day: number, action: string, place: number, change: Change): DemoStep => ({
  day,
  action: `member.${action}`,
  member: place,
  change,
});
const ROLE = 'role.update';
const GRANTS = 'permissions.update';

/** Members by their place in the organization; a step about a place that an organization does not have is left out. */
export const DEMO_STEPS: readonly DemoStep[] = [
  member(6.4, ROLE, 6, { kind: 'role', role: 'developer' }),
  member(12.4, 'workspaces.update', 4, { kind: 'workspace', place: 0 }),
  member(15.4, 'create', INVITED[0], { kind: 'invite', role: 'viewer' }),
  member(17.3, 'join', INVITED[0], { kind: 'join' }),
  {
    day: 20.4,
    action: 'role.update',
    custom: 'incident-responder',
    permissions: ['logs:delete', 'logs:read', 'threads:share'],
  },
  member(22.6, ROLE, 3, { kind: 'role', role: 'incident-responder' }),
  member(30.5, GRANTS, 5, { kind: 'grants', permissions: ['logs:delete'] }),
  member(33.4, 'suspend', 8, { kind: 'suspend' }),
  member(37.6, GRANTS, 5, { kind: 'grants', permissions: [] }),
  { day: 40.4, action: 'organization.update', mfa: true },
  member(41.4, ROLE, 2, { kind: 'role', role: 'admin' }),
  member(47.4, 'reactivate', 8, { kind: 'reactivate' }),
  member(48.7, ROLE, 2, { kind: 'role', role: 'manager' }),
  member(52.4, 'workspaces.update', 10, { kind: 'workspace', place: 1 }),
  { day: 55.4, action: 'role.update', custom: 'incident-responder', permissions: ['logs:read', 'threads:share'] },
  member(60.4, ROLE, 9, { kind: 'role', role: 'compliance-reader' }),
  member(64.5, 'suspend', 7, { kind: 'suspend' }),
  member(70.4, 'delete', 14, { kind: 'remove' }),
  member(76.4, GRANTS, 4, { kind: 'grants', permissions: ['threads:share:own'] }),
  member(82.4, 'create', INVITED[1], { kind: 'invite', role: 'viewer' }),
  member(85.4, ROLE, 6, { kind: 'role', role: 'thread-librarian' }),
];

export interface StepPlace {
  readonly orgId: string;
  readonly workspaces: readonly { readonly id: string }[];
  /** The person at a place. */
  readonly personAt: (place: number) => DemoPerson;
  readonly hasPlace: (place: number) => boolean;
  /** The organization asks for a second factor from day 40 on. */
  readonly mfa: boolean;
}

export const memberIdAt = (orgId: string, place: number): string => `mbr_${orgId}_${place}`;

/** An organization without this place is small: its custom roles stay as they were made. */
const SMALL = 9;

/** Whether the step is about something this organization has. */
export function concerns(step: DemoStep, at: StepPlace): boolean {
  if ('mfa' in step) return at.mfa;
  if ('custom' in step) return at.hasPlace(SMALL);
  if (step.change.kind === 'workspace' && at.workspaces[step.change.place] === undefined) return false;
  return at.hasPlace(step.member);
}

/** A custom role as it is made at the beginning, in the caller's transaction and under the organization's lock. */
export async function addCustomRole(core: Core, tx: Tx, orgId: string, role: DemoCustomRole): Promise<Role> {
  const at = new Date(core.now()).toISOString();
  const { catalog } = await readBook(tx);
  const fields = { ...role, permissions: [...role.permissions].sort(), org_id: orgId, source: null };
  return await saveRole(tx, { ...fields, catalog_version: catalog.version, created_at: at, updated_at: at });
}

async function changeMember(core: Core, tx: Tx, step: MemberStep, at: StepPlace) {
  const { change } = step;
  const id = memberIdAt(at.orgId, step.member);
  if (change.kind === 'invite') {
    const input = { id, userId: at.personAt(step.member).id, role: change.role, joined: false };
    return memberStory(null, await addMemberIn(core, tx, at.orgId, input));
  }
  const before = await readMember(tx, at.orgId, id);
  if (change.kind === 'join') return (await joinMember(core, tx, before))!;
  if (change.kind === 'remove') {
    await removeMember(core, tx, before);
    return memberStory(before, null);
  }
  return memberStory(before, await saveMember(core, tx, { ...before, ...patchOf(core, before, change, at) }));
}

function patchOf(core: Core, before: Member, change: Change, at: StepPlace): Partial<Member> {
  switch (change.kind) {
    case 'role':
      return { role: change.role };
    case 'grants':
      return { permissions: [...change.permissions] };
    case 'workspace':
      return { workspaces: [at.workspaces[change.place]!.id] };
    case 'suspend':
      return { status: 'suspended', suspended_at: new Date(core.now()).toISOString() };
    case 'reactivate':
      return { status: 'active', suspended_at: null };
    default:
      return before;
  }
}

/** Users of people who are invited later have to be there before the transaction that invites them. */
export async function createInvited(core: Core, steps: readonly DemoStep[], at: StepPlace): Promise<number> {
  const invited = steps.filter((step) => 'change' in step && step.change.kind === 'invite');
  for (const step of invited) if ('change' in step) await createUser(core, at.personAt(step.member));
  return invited.length;
}

/** Takes the step in the caller's transaction, under the tenant's role and the organization's lock; gives what the log tells of it. */
export async function takeStep(core: Core, tx: Tx, step: DemoStep, at: StepPlace): Promise<Happening> {
  if ('mfa' in step) {
    const before = await readOrganization(tx);
    const after = await updateOrganization(core, tx, { mfa_required: true });
    const change = { before: before as unknown as Json, after: after as unknown as Json };
    const target = { type: 'organization', id: at.orgId };
    return { action: step.action, target, disclosures: { target: { name: after.name }, change } };
  }
  if ('custom' in step) {
    const before = await readRole(tx, at.orgId, step.custom);
    const updated_at = new Date(core.now()).toISOString();
    const after = await saveRole(tx, { ...before, permissions: [...step.permissions].sort(), updated_at });
    return { ...roleStory(before, after), action: step.action };
  }
  return { ...(await changeMember(core, tx, step, at)), action: step.action };
}
