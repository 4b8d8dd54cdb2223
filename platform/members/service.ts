/** Team members of an organization. */
import { v7 } from 'uuid';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { parsePermission, ROLES, type Role } from '../../shared/rbac/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import { findUser } from '../auth/users.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { Timestamp } from '../orgs/schemas.ts';

function isPermission(text: string): boolean {
  try {
    parsePermission(text);
    return true;
  } catch {
    return false;
  }
}

export const ExtraPermissions = z
  .array(z.string().max(80).refine(isPermission, 'not a permission'))
  .max(100)
  .transform((list) => [...new Set(list)].sort());

export const Member = z.object({
  id: z.string(),
  org_id: z.string(),
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  permissions: z.array(z.string()),
  invited_at: Timestamp,
  joined_at: Timestamp.nullable(),
  version: z.int(),
});
export type Member = z.infer<typeof Member>;

interface MemberRow extends Omit<Member, 'org_id' | 'invited_at' | 'joined_at'> {
  readonly invited_at: Date;
  readonly joined_at: Date | null;
}

const COLUMNS = 'id, user_id, email, name, role, permissions, invited_at, joined_at, version';

function show(row: MemberRow, orgId: string): Member {
  const { id, user_id, email, name, role, permissions, version } = row;
  const times = { invited_at: row.invited_at.toISOString(), joined_at: row.joined_at?.toISOString() ?? null };
  return { id, org_id: orgId, user_id, email, name, role, permissions, ...times, version };
}

/** Members in id order after a cursor; the transaction must be under the tenant's role. */
export async function listMembers(tx: Tx, orgId: string, after: string, limit: number): Promise<Member[]> {
  const rows = await tx.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE id > $1 ORDER BY id LIMIT $2`, [
    after,
    limit,
  ]);
  return rows.map((row) => show(row, orgId));
}

/** Throws NOT_FOUND. */
export async function readMember(tx: Tx, orgId: string, id: string): Promise<Member> {
  const rows = await tx.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE id = $1`, [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such member.');
  return show(rows[0], orgId);
}

export interface NewMember {
  readonly userId: string;
  readonly role: Role;
  readonly permissions?: readonly string[];
  /** Default true: a member who was not yet asked joins at the first token for this organization. */
  readonly joined?: boolean;
  readonly id?: string;
}

/**
 * Adds a member and writes its event, in one transaction of its own: for the importer and the demo.
 * Throws CONFLICT when the user is a member already, NOT_FOUND when there is no such user.
 */
export async function addMember(core: Core, orgId: string, input: NewMember): Promise<Member> {
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const member = await addMemberIn(core, tx, orgId, input);
    await appendEvents(
      tx,
      orgId,
      [
        {
          action: 'member.create',
          actor: SYSTEM_ACTOR,
          target: { type: 'member', id: member.id },
          disclosures: {
            target: { name: member.name, email: member.email },
            change: { before: null, after: member as unknown as Json },
          },
        },
      ],
      core.now(),
    );
    core.grown.add(orgId);
    return member;
  });
}

/** The row and its feed entry, without the event; the caller holds the organization's lock, under the tenant's role. */
export async function addMemberIn(core: Core, tx: Tx, orgId: string, input: NewMember): Promise<Member> {
  await asPlatform(tx, core.instance);
  const user = await findUser(tx, { id: input.userId });
  if (!user) throw new AppError('NOT_FOUND', 'There is no such user.');
  const made = await tx.query(
    'INSERT INTO memberships (user_id, org_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING org_id',
    [user.id, orgId],
  );
  if (made.length === 0) throw new AppError('CONFLICT', 'The user is a member already.');
  await asTenant(tx, core.instance, orgId);
  const at = new Date(core.now());
  const version = await nextVersion(tx);
  const permissions = ExtraPermissions.parse([...(input.permissions ?? [])]);
  const rows = await tx.query<MemberRow>(
    `INSERT INTO members (id, user_id, email, name, role, permissions, invited_at, joined_at, updated_at, version)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $7, $9) RETURNING ${COLUMNS}`,
    [
      input.id ?? v7(),
      user.id,
      user.email,
      user.name,
      input.role,
      JSON.stringify(permissions),
      at,
      (input.joined ?? true) ? at : null,
      version,
    ],
  );
  const member = show(only(rows), orgId);
  await recordChange(tx, 'member', member.id, version, member as unknown as Json);
  return member;
}

/** An organization without an admin could never be governed again: the last one stays. Throws CONFLICT. */
async function keepAnAdmin(tx: Tx, member: Member): Promise<void> {
  if (member.role !== 'admin') return;
  const rows = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM members WHERE role = 'admin' AND id <> $1`,
    [member.id],
  );
  if (only(rows).n === 0) throw new AppError('CONFLICT', 'The last admin of an organization stays one.');
}

/** Changes role or extra permissions; the caller holds the lock and records the event. */
export async function updateMember(
  core: Core,
  tx: Tx,
  before: Member,
  patch: { role?: Role | undefined; permissions?: readonly string[] | undefined },
): Promise<Member> {
  if (patch.role !== undefined && patch.role !== 'admin') await keepAnAdmin(tx, before);
  const version = await nextVersion(tx);
  const rows = await tx.query<MemberRow>(
    `UPDATE members SET role = $2, permissions = $3::jsonb, updated_at = $4, version = $5 WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      before.id,
      patch.role ?? before.role,
      JSON.stringify(patch.permissions ?? before.permissions),
      new Date(core.now()),
      version,
    ],
  );
  const member = show(only(rows), before.org_id);
  await recordChange(tx, 'member', member.id, version, member as unknown as Json);
  return member;
}

/** Removes a member with its access; the caller holds the lock and records the event. */
export async function removeMember(core: Core, tx: Tx, member: Member): Promise<void> {
  await keepAnAdmin(tx, member);
  await tx.query('DELETE FROM members WHERE id = $1', [member.id]);
  await recordChange(tx, 'member', member.id, await nextVersion(tx), null);
  await asPlatform(tx, core.instance);
  await tx.query('DELETE FROM memberships WHERE user_id = $1 AND org_id = $2', [member.user_id, member.org_id]);
  await asTenant(tx, core.instance, member.org_id);
}
