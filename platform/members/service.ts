/** Team members of an organization: rows and their feed. What may be done to whom is in rules.ts. */
import { v7 } from 'uuid';
import type { Member } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { MEMBER_WORDS, type RoleBook } from '../../shared/rbac/index.ts';
import { recordOwned } from '../accounts/service.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { readBounded } from '../db/bounded.ts';
import { only, type Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { raiseAccess, readBook } from '../tenancy/access.ts';
import type { Happening } from '../tenancy/events.ts';
import { reserveSeats } from '../workspaces/limits.ts';
import { checkExtras, checkRole } from './rules.ts';

interface MemberRow extends Omit<Member, 'org_id' | 'invited_at' | 'joined_at' | 'suspended_at'> {
  readonly invited_at: Date;
  readonly joined_at: Date | null;
  readonly suspended_at: Date | null;
}

const COLUMNS =
  'id, user_id, email, name, role, permissions, catalog_version, workspaces, status, mfa, external_id, invited_at, joined_at, suspended_at, version';

function show(row: MemberRow, orgId: string): Member {
  return {
    ...row,
    org_id: orgId,
    invited_at: row.invited_at.toISOString(),
    joined_at: row.joined_at?.toISOString() ?? null,
    suspended_at: row.suspended_at?.toISOString() ?? null,
  };
}

/** Members in id order after a cursor; the transaction must be under the tenant's role. */
export async function listMembers(tx: Tx, orgId: string, after: string, limit: number): Promise<Member[]> {
  const rows = await tx.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE id > $1 ORDER BY id LIMIT $2`, [
    after,
    limit,
  ]);
  return rows.map((row) => show(row, orgId));
}

/** A page of them, and whether there are more. */
export async function pageMembers(
  tx: Tx,
  orgId: string,
  after: string,
  limit: number,
): Promise<{ items: Member[]; more: boolean }> {
  const { rows, more } = await readBounded<MemberRow>(tx, {
    select: `SELECT ${COLUMNS} FROM members WHERE id > $1 ORDER BY id LIMIT $2`,
    params: [after, limit + 1],
    ...{ order: 'id', text: 'permissions::text', limit },
  });
  return { items: rows.map((row) => show(row, orgId)), more };
}

/** Throws NOT_FOUND. */
export async function readMember(tx: Tx, orgId: string, id: string): Promise<Member> {
  const rows = await tx.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE id = $1`, [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such member.');
  return show(rows[0], orgId);
}

/** What the log keeps of a change to a member: the whole entity before and after. */
export function memberStory(before: Member | null, after: Member | null): Omit<Happening, 'action'> {
  const one = (after ?? before)!;
  return {
    target: { type: 'member', id: one.id },
    disclosures: {
      target: { name: one.name, email: one.email },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

export interface NewMember {
  readonly userId: string;
  /** A built-in role's name or a custom role's id. */
  readonly role: string;
  readonly permissions?: readonly string[];
  readonly workspaces?: readonly string[] | null;
  /** Default true: a member who was not yet asked joins at the first token for this organization. */
  readonly joined?: boolean;
  readonly externalId?: string | null;
  readonly id?: string | undefined;
}

/**
 * Adds a member and writes its event, in one transaction of its own: for the importer and the demo.
 * Throws CONFLICT when the user is a member already, NOT_FOUND when there is no such user, INPUT_INVALID for a role there is not.
 */
export async function addMember(core: Core, orgId: string, input: NewMember): Promise<Member> {
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const member = await addMemberIn(core, tx, orgId, input);
    const draft = { ...memberStory(null, member), action: 'member.create', actor: SYSTEM_ACTOR };
    await appendEvents(tx, orgId, [draft], core.now());
    core.grown.add(orgId);
    return member;
  });
}

/**
 * The row and its feed entry, without the event; the caller holds the organization's lock, under the tenant's role. Throws CONFLICT,
 * NOT_FOUND, Problem invalid-request (no such role, grant or workspace) or limit-reached.
 * @param known the organization's roles, where the caller has read them under that lock.
 */
export async function addMemberIn(
  core: Core,
  tx: Tx,
  orgId: string,
  input: NewMember,
  known?: RoleBook,
): Promise<Member> {
  const book = known ?? (await readBook(tx));
  const permissions = checkExtras(input.permissions ?? [], book);
  checkRole(input.role, book);
  await asPlatform(tx, core.instance);
  const user = (
    await tx.query<{ id: string; email: string; name: string; mfa: boolean }>(
      'SELECT id, email, name, totp_sealed IS NOT NULL AS mfa FROM users WHERE id = $1',
      [input.userId],
    )
  )[0];
  if (!user) throw new AppError('NOT_FOUND', 'There is no such user.');
  const made = await tx.query(
    'INSERT INTO memberships (user_id, org_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING org_id',
    [user.id, orgId],
  );
  if (made.length === 0) throw new AppError('CONFLICT', MEMBER_WORDS.known);
  await asTenant(tx, core.instance, orgId);
  const at = new Date(core.now());
  const version = await nextVersion(tx);
  const joined = input.joined ?? true;
  const workspaces = input.workspaces ?? null;
  await reserveSeats(tx, null, { workspaces, status: joined ? 'active' : 'invited' });
  const rows = await tx.query<MemberRow>(
    `INSERT INTO members (id, user_id, email, name, role, permissions, catalog_version, workspaces, status, mfa, external_id,
       invited_at, joined_at, updated_at, version)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, $9, $10, $11, $12, $13, $12, $14)
     ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
    [
      input.id ?? v7(),
      user.id,
      user.email,
      user.name,
      input.role,
      JSON.stringify(permissions),
      book.catalog.version,
      workspaces === null ? null : JSON.stringify(workspaces),
      joined ? 'active' : 'invited',
      user.mfa,
      input.externalId ?? null,
      at,
      joined ? at : null,
      version,
    ],
  );
  if (!rows[0]) throw new AppError('CONFLICT', 'There is a member of that id already.');
  return await recorded(tx, show(rows[0], orgId));
}

async function recorded(tx: Tx, member: Member): Promise<Member> {
  await recordChange(tx, 'member', member.id, member.version, member as unknown as Json);
  await raiseAccess(tx);
  await recordOwned(tx, member.org_id, member.user_id);
  return member;
}

/** Writes a member as given, under the next version; the caller holds the lock, keeps the rules and records the event. */
export async function saveMember(core: Core, tx: Tx, member: Omit<Member, 'version'>): Promise<Member> {
  const version = await nextVersion(tx);
  const rows = await tx.query<MemberRow>(
    `UPDATE members SET role = $2, permissions = $3::jsonb, catalog_version = $4, workspaces = $5::jsonb, status = $6, mfa = $7,
       external_id = $8, joined_at = $9, suspended_at = $10, name = $11, updated_at = $12, version = $13
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      member.id,
      member.role,
      JSON.stringify(member.permissions),
      member.catalog_version,
      member.workspaces === null ? null : JSON.stringify(member.workspaces),
      member.status,
      member.mfa,
      member.external_id,
      member.joined_at,
      member.suspended_at,
      member.name,
      new Date(core.now()),
      version,
    ],
  );
  return await recorded(tx, show(only(rows), member.org_id));
}

/** An invited member joins; null when it has happened meanwhile. The caller holds the lock and records the event. */
export async function joinMember(
  core: Core,
  tx: Tx,
  invited: Pick<Member, 'id' | 'org_id'>,
): Promise<Omit<Happening, 'action'> | null> {
  const before = await readMember(tx, invited.org_id, invited.id);
  if (before.status !== 'invited') return null;
  const joined_at = new Date(core.now()).toISOString();
  return memberStory(before, await saveMember(core, tx, { ...before, status: 'active', joined_at }));
}

/** The member's user has a second factor from now on; the caller holds the lock, under the tenant's role, and records the event. */
export async function noteMfa(core: Core, tx: Tx, orgId: string, userId: string): Promise<void> {
  const rows = await tx.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE user_id = $1 AND NOT mfa`, [userId]);
  if (rows[0]) await saveMember(core, tx, { ...show(rows[0], orgId), mfa: true });
}

/** Removes a member with its access; the caller holds the lock, keeps the rules and records the event. */
export async function removeMember(core: Core, tx: Tx, member: Member): Promise<void> {
  await tx.query('DELETE FROM members WHERE id = $1', [member.id]);
  await recordChange(tx, 'member', member.id, await nextVersion(tx), null);
  await raiseAccess(tx);
  await recordOwned(tx, member.org_id, member.user_id);
  await asPlatform(tx, core.instance);
  await tx.query('DELETE FROM memberships WHERE user_id = $1 AND org_id = $2', [member.user_id, member.org_id]);
  await asTenant(tx, core.instance, member.org_id);
}
