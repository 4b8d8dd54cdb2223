/** SCIM Users: the members of an organization as a directory sees them. */
import SCIMMY from 'scimmy';
import { v7 } from 'uuid';
import { z } from 'zod';
import { type Member, Text } from '../../shared/entities/index.ts';
import { findUser, insertUser, normalEmail } from '../auth/users.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { checkGiven, checkReactivation, keepGoverned, refuseRemoval, refuseSelf } from '../members/rules.ts';
import { addMemberIn, listMembers, memberStory, readMember, removeMember, saveMember } from '../members/service.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { reserveSeats } from '../workspaces/limits.ts';
import { guarded, RESOURCES_MAX, type ScimContext, scimError } from './context.ts';
import { matching } from './filter.ts';

/** What a directory's newcomers may do until a group gives them more. */
export const FIRST_ROLE = 'guest';

const Incoming = z.object({
  userName: z.email().max(254),
  externalId: z.string().min(1).max(255).nullish(),
  displayName: Text(120).nullish(),
  name: z
    .object({
      formatted: z.string().max(512).nullish(),
      givenName: z.string().max(256).nullish(),
      familyName: z.string().max(256).nullish(),
    })
    .nullish(),
  active: z.boolean().default(true),
});
type Incoming = z.infer<typeof Incoming>;

/** A member as the schema `urn:ietf:params:scim:schemas:core:2.0:User` has it (RFC 7643 section 4.1). */
export function showUser(member: Member) {
  return {
    id: member.id,
    ...(member.external_id === null ? {} : { externalId: member.external_id }),
    userName: member.email,
    name: { formatted: member.name },
    displayName: member.name,
    active: member.status !== 'suspended',
    emails: [{ value: member.email, type: 'work', primary: true }],
    roles: [{ value: member.role }],
    meta: { created: new Date(member.invited_at) },
  };
}

function read(instance: unknown): Incoming {
  const plain: unknown = JSON.parse(JSON.stringify(instance));
  const parsed = Incoming.safeParse(plain);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw scimError(400, 'invalidValue', `${path.join('.')}: ${message}`);
}

function nameOf({ displayName, name, userName }: Incoming): string {
  const parts = [name?.givenName, name?.familyName].filter((part) => part != null && part !== '').join(' ');
  const text = [displayName, name?.formatted, parts].find((value) => value != null && value.trim() !== '');
  return Text(120)
    .catch(userName)
    .parse(text ?? userName);
}

async function create(context: OrgContext, input: Incoming): Promise<Member> {
  const { core, tx, orgId } = context;
  const given = { role: FIRST_ROLE, permissions: [], workspaces: null };
  checkGiven(context, null, given);
  await asPlatform(tx, core.instance);
  const email = normalEmail(input.userName);
  const user =
    (await findUser(tx, { email })) ?? (await insertUser(core, tx, { email, name: nameOf(input), passwordHash: null }));
  await asTenant(tx, core.instance, orgId);
  await reserveSeats(tx, null, { workspaces: null, status: 'invited' });
  const externalId = input.externalId ?? null;
  const member = await addMemberIn(core, tx, orgId, { ...given, id: v7(), userId: user.id, joined: false, externalId });
  if (input.active) return member;
  return await saveMember(core, tx, {
    ...member,
    status: 'suspended',
    suspended_at: new Date(core.now()).toISOString(),
  });
}

/** What the directory wants, upon what is there. Throws a SCIM error for a change of the e-mail address: it is who the member is. */
async function replace(context: OrgContext, before: Member, input: Incoming): Promise<Member> {
  const { core, tx } = context;
  if (normalEmail(input.userName) !== before.email) {
    throw scimError(400, 'mutability', 'userName cannot change; remove the user and create another.');
  }
  const was = before.status !== 'suspended';
  const back = before.joined_at === null ? ('invited' as const) : ('active' as const);
  const next: Member = {
    ...before,
    name: nameOf(input),
    external_id: input.externalId ?? before.external_id,
    status: input.active ? (was ? before.status : back) : 'suspended',
    suspended_at: input.active ? null : (before.suspended_at ?? new Date(core.now()).toISOString()),
  };
  if (JSON.stringify(next) === JSON.stringify(before)) return before;
  if (was !== input.active) refuseSelf(context, before);
  if (was && !input.active) await keepGoverned(tx, before, next);
  if (!was && input.active) {
    checkReactivation(context, before);
    await reserveSeats(tx, before, next);
  }
  return await saveMember(core, tx, next);
}

function actionOf(before: Member | null, after: Member): string {
  if (before === null) return 'member.create';
  if (before.status === after.status) return 'member.update';
  return after.status === 'suspended' ? 'member.suspend' : 'member.reactivate';
}

async function all(context: OrgContext): Promise<Member[]> {
  return await listMembers(context.tx, context.orgId, '', RESOURCES_MAX);
}

SCIMMY.Resources.declare(
  SCIMMY.Resources.User.ingress((resource, instance, context: ScimContext) =>
    guarded(context, async () => {
      const { org, events } = context;
      const before = resource.id === undefined ? null : await readMember(org.tx, org.orgId, resource.id);
      const input = read(instance);
      const after = before === null ? await create(org, input) : await replace(org, before, input);
      if (after !== before) {
        const story = memberStory(before, after);
        const disclosures = { ...story.disclosures, detail: { method: 'scim' } };
        events.push({ ...story, disclosures, action: actionOf(before, after) });
      }
      return showUser(after) as never;
    }),
  )
    .egress((resource, context: ScimContext) =>
      guarded(context, async () => {
        const { org } = context;
        if (resource.id !== undefined) return showUser(await readMember(org.tx, org.orgId, resource.id)) as never;
        return matching((await all(org)).map(showUser), resource.filter) as never;
      }),
    )
    .degress((resource, context: ScimContext) =>
      guarded(context, async () => {
        const { org, events } = context;
        const before = await readMember(org.tx, org.orgId, resource.id!);
        refuseSelf(org, before);
        refuseRemoval(org, before);
        await keepGoverned(org.tx, before, null);
        await removeMember(org.core, org.tx, before);
        const story = memberStory(before, null);
        events.push({
          ...story,
          disclosures: { ...story.disclosures, detail: { method: 'scim' } },
          action: 'member.delete',
        });
      }),
    ),
);
