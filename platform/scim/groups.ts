/**
 * SCIM Groups. A group whose name is that of a role, or a role's id, gives this role to its members; where several do, the first in the
 * order admin, manager, developer, viewer, guest, then custom roles by name. Who is in no such group any more becomes a guest.
 */
import SCIMMY from 'scimmy';
import { v7 } from 'uuid';
import { z } from 'zod';
import { type Member, Text } from '../../shared/entities/index.ts';
import { ROLES } from '../../shared/rbac/index.ts';
import type { Tx } from '../db/database.ts';
import { checkGiven, keepGoverned, refuseSelf } from '../members/rules.ts';
import { memberStory, readMember, saveMember } from '../members/service.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { guarded, RESOURCES_MAX, type ScimContext, scimError } from './context.ts';
import { matching } from './filter.ts';
import { FIRST_ROLE } from './users.ts';

const MEMBERS_MAX = 20_000;
const Incoming = z.object({
  displayName: Text(120),
  externalId: z.string().min(1).max(255).nullish(),
  members: z
    .array(z.object({ value: z.string().min(1).max(64) }))
    .max(MEMBERS_MAX)
    .nullish(),
});

interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly createdAt: Date;
  readonly members: readonly { readonly value: string; readonly display: string }[];
}

const SELECT = `SELECT g.id, g.display_name AS "displayName", g.external_id AS "externalId", g.created_at AS "createdAt",
  coalesce(jsonb_agg(jsonb_build_object('value', m.id, 'display', m.name) ORDER BY m.id) FILTER (WHERE m.id IS NOT NULL), '[]') AS members
  FROM scim_groups g LEFT JOIN scim_group_members gm ON gm.group_id = g.id LEFT JOIN members m ON m.id = gm.member_id`;

async function listGroups(tx: Tx): Promise<Group[]> {
  return await tx.query<Group>(`${SELECT} GROUP BY g.id ORDER BY g.id LIMIT $1`, [RESOURCES_MAX]);
}

async function readGroup(tx: Tx, id: string): Promise<Group> {
  const rows = await tx.query<Group>(`${SELECT} WHERE g.id = $1 GROUP BY g.id`, [id]);
  if (!rows[0]) throw scimError(404, '', `Resource ${id.slice(0, 64)} not found`);
  return rows[0];
}

function show(group: Group) {
  return {
    id: group.id,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.displayName,
    members: group.members.map(({ value, display }) => ({ value, display, type: 'User' })),
    meta: { created: group.createdAt },
  };
}

const story = (before: Group | null, after: Group | null) => {
  const one = (after ?? before)!;
  const told = (group: Group | null) =>
    group === null ? null : { name: group.displayName, members: group.members.map(({ value }) => value) };
  return {
    target: { type: 'group', id: one.id },
    disclosures: {
      target: { name: one.displayName },
      change: { before: told(before), after: told(after) },
      detail: { method: 'scim' },
    },
  };
};

/** The role that the member's groups give. */
async function roleByGroups(tx: Tx, memberId: string): Promise<string> {
  const groups = await tx.query<{ name: string }>(
    `SELECT lower(g.display_name) AS name FROM scim_group_members gm JOIN scim_groups g ON g.id = gm.group_id WHERE gm.member_id = $1`,
    [memberId],
  );
  const names = new Set(groups.map(({ name }) => name));
  const builtIn = ROLES.find((role) => names.has(role));
  if (builtIn !== undefined) return builtIn;
  const custom = await tx.query<{ id: string }>(
    'SELECT id FROM roles WHERE lower(name) = ANY($1) OR lower(id) = ANY($1) ORDER BY name, id LIMIT 1',
    [[...names]],
  );
  return custom[0]?.id ?? FIRST_ROLE;
}

/** Brings the roles of members in line with their groups, each change an event of its own: access history is read from them. */
async function applyRoles(context: ScimContext, memberIds: readonly string[]): Promise<void> {
  const { org, events } = context;
  for (const id of memberIds) {
    const before: Member = await readMember(org.tx, org.orgId, id);
    const role = await roleByGroups(org.tx, id);
    if (role === before.role) continue;
    const next = { ...before, role };
    refuseSelf(org, before);
    checkGiven(org, before, next);
    await keepGoverned(org.tx, before, next);
    const after = await saveMember(org.core, org.tx, next);
    const told = memberStory(before, after);
    const disclosures = { ...told.disclosures, detail: { method: 'scim' } };
    events.push({ ...told, disclosures, action: 'member.role.update' });
  }
}

async function write(org: OrgContext, before: Group | null, instance: unknown): Promise<Group> {
  const parsed = Incoming.safeParse(JSON.parse(JSON.stringify(instance)));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw scimError(400, 'invalidValue', `${path.join('.')}: ${message}`);
  }
  const { displayName, externalId, members } = parsed.data;
  const { tx, core } = org;
  const taken = await tx.query('SELECT 1 AS one FROM scim_groups WHERE lower(display_name) = lower($1) AND id <> $2', [
    displayName,
    before?.id ?? '',
  ]);
  if (taken.length > 0) throw scimError(409, 'uniqueness', 'There is a group of that name already.');
  const wanted = [...new Set((members ?? []).map(({ value }) => value))].sort();
  const known = await tx.query<{ id: string }>('SELECT id FROM members WHERE id = ANY($1)', [wanted]);
  if (known.length < wanted.length) throw scimError(400, 'invalidValue', 'members names a user that is not there.');
  const id = before?.id ?? v7();
  const at = new Date(core.now());
  await tx.query(
    `INSERT INTO scim_groups (id, display_name, external_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, external_id = excluded.external_id, updated_at = excluded.updated_at`,
    [id, displayName, externalId ?? before?.externalId ?? null, at],
  );
  await tx.query('DELETE FROM scim_group_members WHERE group_id = $1 AND NOT member_id = ANY($2)', [id, wanted]);
  await tx.query(
    'INSERT INTO scim_group_members (group_id, member_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
    [id, wanted],
  );
  return await readGroup(tx, id);
}

/** Members whose groups changed: those that came or went, or all when the group's name did. */
function touched(before: Group | null, after: Group | null): string[] {
  const was = new Set(before?.members.map(({ value }) => value));
  const is = new Set(after?.members.map(({ value }) => value));
  const renamed = before?.displayName !== after?.displayName;
  return [...new Set([...was, ...is])].filter((id) => renamed || was.has(id) !== is.has(id)).sort();
}

SCIMMY.Resources.declare(
  SCIMMY.Resources.Group.ingress((resource, instance, context: ScimContext) =>
    guarded(context, async () => {
      const { org, events } = context;
      const before = resource.id === undefined ? null : await readGroup(org.tx, resource.id);
      const after = await write(org, before, instance);
      if (JSON.stringify(before) !== JSON.stringify(after)) {
        events.push({ ...story(before, after), action: before === null ? 'group.create' : 'group.update' });
        await applyRoles(context, touched(before, after));
      }
      return show(after) as never;
    }),
  )
    .egress((resource, context: ScimContext) =>
      guarded(context, async () => {
        const { tx } = context.org;
        if (resource.id !== undefined) return show(await readGroup(tx, resource.id)) as never;
        return matching((await listGroups(tx)).map(show), resource.filter) as never;
      }),
    )
    .degress((resource, context: ScimContext) =>
      guarded(context, async () => {
        const { org, events } = context;
        const before = await readGroup(org.tx, resource.id!);
        await org.tx.query('DELETE FROM scim_groups WHERE id = $1', [before.id]);
        events.push({ ...story(before, null), action: 'group.delete' });
        await applyRoles(context, touched(before, null));
      }),
    ),
);
