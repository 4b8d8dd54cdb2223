/** Workspaces of an organization. */
import { v7 } from 'uuid';
import type { z } from 'zod';
import { type Workspace, WorkspaceInput, type WorkspacePatch } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import {
  limitRefusals,
  threadRefusals,
  WORKSPACE_WORDS,
  workspaceNameRefusal,
  workspaceRemovalRefusals,
} from '../../shared/rbac/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { patched } from '../http/patch.ts';
import { Problem } from '../http/problems.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import type { Happening } from '../tenancy/events.ts';
import { refuseReached, usersOf } from './limits.ts';

interface WorkspaceRow extends Omit<Workspace, 'org_id' | 'created_at' | 'updated_at'> {
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS =
  'id, name, description, max_threads, max_log_retention_days, max_users, threads, created_at, updated_at, version';

const show = (row: WorkspaceRow, orgId: string): Workspace => ({
  ...row,
  org_id: orgId,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** Workspaces in id order after a cursor, those named only unless null; the transaction must be under the tenant's role. */
export async function listWorkspaces(
  tx: Tx,
  orgId: string,
  within: readonly string[] | null,
  after: string,
  limit: number,
): Promise<Workspace[]> {
  const rows = await tx.query<WorkspaceRow>(
    `SELECT ${COLUMNS} FROM workspaces
     WHERE id > $1 AND ($3::jsonb IS NULL OR id IN (SELECT jsonb_array_elements_text($3::jsonb))) ORDER BY id LIMIT $2`,
    [after, limit, within === null ? null : JSON.stringify(within)],
  );
  return rows.map((row) => show(row, orgId));
}

/** Throws NOT_FOUND, also outside of those within reach. */
export async function readWorkspace(
  tx: Tx,
  orgId: string,
  id: string,
  within: readonly string[] | null = null,
): Promise<Workspace> {
  const rows = await tx.query<WorkspaceRow>(`SELECT ${COLUMNS} FROM workspaces WHERE id = $1`, [id]);
  if (!rows[0] || (within !== null && !within.includes(id))) {
    throw new AppError('NOT_FOUND', WORKSPACE_WORDS.absent);
  }
  return show(rows[0], orgId);
}

/** The version of the last change a person made; threads that come and go raise the version, but conflict with no edit. */
export async function editedVersion(tx: Tx, id: string): Promise<number> {
  return only(
    await tx.query<{ version: number }>('SELECT edited_version AS version FROM workspaces WHERE id = $1', [id]),
  ).version;
}

/** What the log keeps of a change to a workspace. */
export function workspaceStory(before: Workspace | null, after: Workspace | null): Omit<Happening, 'action'> {
  const one = (after ?? before)!;
  return {
    workspace: one.id,
    target: { type: 'workspace', id: one.id },
    disclosures: {
      target: { name: one.name },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** Creates a workspace and writes its event, in one transaction of its own: for the importer and the demo. */
export async function createWorkspace(core: Core, orgId: string, input: WorkspaceInput): Promise<Workspace> {
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const workspace = await addWorkspaceIn(core, tx, orgId, WorkspaceInput.parse(input));
    const draft = { ...workspaceStory(null, workspace), action: 'workspace.create', actor: SYSTEM_ACTOR };
    await appendEvents(tx, orgId, [draft], core.now());
    core.grown.add(orgId);
    return workspace;
  });
}

async function recorded(tx: Tx, row: WorkspaceRow, orgId: string): Promise<Workspace> {
  const workspace = show(row, orgId);
  await recordChange(tx, 'workspace', workspace.id, workspace.version, workspace as unknown as Json);
  return workspace;
}

/** Throws CONFLICT for a name that another workspace has already; the caller holds the lock. */
async function refuseTakenName(tx: Tx, id: string, name: string): Promise<void> {
  const namesakes = await tx.query<{ id: string }>('SELECT id FROM workspaces WHERE lower(name) = lower($1)', [name]);
  const words = workspaceNameRefusal(id, namesakes);
  if (words !== null) throw new AppError('CONFLICT', words);
}

/**
 * The row and its feed entry, without the event; the caller holds the lock. Throws CONFLICT when name or id is taken, Problem
 * limit-reached when more members may use every workspace than this one takes.
 */
export async function addWorkspaceIn(
  core: Core,
  tx: Tx,
  orgId: string,
  input: z.output<typeof WorkspaceInput>,
): Promise<Workspace> {
  const id = input.id ?? v7();
  await refuseTakenName(tx, id, input.name);
  refuseReached(limitRefusals({ ...input, threads: 0 }, { max_users: input.max_users }, await usersOf(tx, id)));
  const version = await nextVersion(tx);
  const rows = await tx.query<WorkspaceRow>(
    `INSERT INTO workspaces (id, name, description, max_threads, max_log_retention_days, max_users, created_at, updated_at,
       version, edited_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
    [
      id,
      input.name,
      input.description,
      input.max_threads,
      input.max_log_retention_days,
      input.max_users,
      new Date(core.now()),
      version,
    ],
  );
  if (!rows[0]) throw new AppError('CONFLICT', WORKSPACE_WORDS.id);
  return await recorded(tx, rows[0], orgId);
}

/**
 * Changes a workspace; the caller holds the lock and records the event. Throws CONFLICT when the name is taken, Problem
 * limit-reached for a limit below what is used.
 */
export async function updateWorkspace(
  core: Core,
  tx: Tx,
  before: Workspace,
  patch: WorkspacePatch,
): Promise<Workspace> {
  const next = patched(before, patch);
  await refuseTakenName(tx, before.id, next.name);
  refuseReached(limitRefusals(next, patch, await usersOf(tx, before.id)));
  const rows = await tx.query<WorkspaceRow>(
    `UPDATE workspaces SET name = $2, description = $3, max_threads = $4, max_log_retention_days = $5, max_users = $6,
       updated_at = $7, version = $8, edited_version = $8 WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      before.id,
      next.name,
      next.description,
      next.max_threads,
      next.max_log_retention_days,
      next.max_users,
      new Date(core.now()),
      await nextVersion(tx),
    ],
  );
  return await recorded(tx, only(rows), before.org_id);
}

/**
 * Counts a thread in (1) or out (-1), against the limit and into the feed, where the workspace has one row however often this
 * happens; the caller holds the lock. Throws NOT_FOUND, Problem limit-reached.
 */
export async function countThread(tx: Tx, orgId: string, id: string, by: 1 | -1): Promise<void> {
  const workspace = await readWorkspace(tx, orgId, id);
  if (by === 1) refuseReached(threadRefusals(workspace));
  const rows = await tx.query<WorkspaceRow>(
    `UPDATE workspaces SET threads = threads + $2, version = $3 WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, by, await nextVersion(tx)],
  );
  await recorded(tx, only(rows), orgId);
}

/**
 * Removes a workspace; the caller holds the lock and records the event. Throws Problem conflict, with how many of what, while threads,
 * members or service accounts belong to it.
 * @param named whether who asks may know the names of service accounts.
 */
export async function removeWorkspace(tx: Tx, workspace: Workspace, named: boolean): Promise<void> {
  const { members } = only(
    await tx.query<{ members: number }>(
      'SELECT count(*)::int AS members FROM members WHERE workspaces @> to_jsonb($1::text)',
      [workspace.id],
    ),
  );
  const accounts = await tx.query<{ name: string }>(
    'SELECT name FROM service_accounts WHERE workspace_id = $1 AND revoked_at IS NULL',
    [workspace.id],
  );
  const { threads } = workspace;
  const use = { threads, members, accounts: accounts.map(({ name }) => name).sort() };
  const words = workspaceRemovalRefusals(use, named);
  if (words.length > 0) {
    const details = { threads, members, service_accounts: accounts.length };
    throw new Problem('conflict', words.join(' '), {}, { details });
  }
  await tx.query('DELETE FROM workspaces WHERE id = $1', [workspace.id]);
  await recordChange(tx, 'workspace', workspace.id, await nextVersion(tx), null);
}
