/** Workspaces of an organization. */
import { v7 } from 'uuid';
import type { z } from 'zod';
import { type Workspace, WorkspaceInput, type WorkspacePatch } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { appendEvents, lockOrg } from '../log/append.ts';

interface WorkspaceRow extends Omit<Workspace, 'org_id' | 'created_at' | 'updated_at'> {
  readonly created_at: Date;
  readonly updated_at: Date;
}

const show = (row: WorkspaceRow, orgId: string): Workspace => ({
  ...row,
  org_id: orgId,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** Workspaces in id order after a cursor; the transaction must be under the tenant's role. */
export async function listWorkspaces(tx: Tx, orgId: string, after: string, limit: number): Promise<Workspace[]> {
  const rows = await tx.query<WorkspaceRow>('SELECT * FROM workspaces WHERE id > $1 ORDER BY id LIMIT $2', [
    after,
    limit,
  ]);
  return rows.map((row) => show(row, orgId));
}

/** Throws NOT_FOUND. */
export async function readWorkspace(tx: Tx, orgId: string, id: string): Promise<Workspace> {
  const rows = await tx.query<WorkspaceRow>('SELECT * FROM workspaces WHERE id = $1', [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such workspace.');
  return show(rows[0], orgId);
}

/** Creates a workspace and writes its event, in one transaction of its own: for the importer and the demo. */
export async function createWorkspace(core: Core, orgId: string, input: WorkspaceInput): Promise<Workspace> {
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const workspace = await addWorkspaceIn(core, tx, orgId, WorkspaceInput.parse(input));
    await appendEvents(
      tx,
      orgId,
      [
        {
          action: 'workspace.create',
          actor: SYSTEM_ACTOR,
          workspace: workspace.id,
          target: { type: 'workspace', id: workspace.id },
          disclosures: {
            target: { name: workspace.name },
            change: { before: null, after: workspace as unknown as Json },
          },
        },
      ],
      core.now(),
    );
    core.grown.add(orgId);
    return workspace;
  });
}

/** The row and its feed entry, without the event; the caller holds the lock. Throws CONFLICT when name or id is taken. */
export async function addWorkspaceIn(
  core: Core,
  tx: Tx,
  orgId: string,
  input: z.output<typeof WorkspaceInput>,
): Promise<Workspace> {
  const version = await nextVersion(tx);
  const rows = await tx.query<WorkspaceRow>(
    `INSERT INTO workspaces (id, name, description, max_threads, max_log_retention_days, max_users, created_at, updated_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT DO NOTHING RETURNING *`,
    [
      input.id ?? v7(),
      input.name,
      input.description,
      input.max_threads,
      input.max_log_retention_days,
      input.max_users,
      new Date(core.now()),
      version,
    ],
  );
  if (!rows[0]) throw new AppError('CONFLICT', 'There is a workspace of that name or id already.');
  const workspace = show(rows[0], orgId);
  await recordChange(tx, 'workspace', workspace.id, version, workspace as unknown as Json);
  return workspace;
}

/** Changes a workspace; the caller holds the lock and records the event. Throws CONFLICT when the name is taken. */
export async function updateWorkspace(
  core: Core,
  tx: Tx,
  before: Workspace,
  patch: WorkspacePatch,
): Promise<Workspace> {
  const version = await nextVersion(tx);
  const next = {
    name: patch.name ?? before.name,
    description: patch.description ?? before.description,
    max_threads: patch.max_threads ?? before.max_threads,
    max_log_retention_days: patch.max_log_retention_days ?? before.max_log_retention_days,
    max_users: patch.max_users ?? before.max_users,
  };
  const taken = await tx.query('SELECT 1 AS one FROM workspaces WHERE lower(name) = lower($1) AND id <> $2', [
    next.name,
    before.id,
  ]);
  if (taken.length > 0) throw new AppError('CONFLICT', 'There is a workspace of that name already.');
  const rows = await tx.query<WorkspaceRow>(
    `UPDATE workspaces SET name = $2, description = $3, max_threads = $4, max_log_retention_days = $5, max_users = $6,
       updated_at = $7, version = $8 WHERE id = $1 RETURNING *`,
    [
      before.id,
      next.name,
      next.description,
      next.max_threads,
      next.max_log_retention_days,
      next.max_users,
      new Date(core.now()),
      version,
    ],
  );
  const workspace = show(only(rows), before.org_id);
  await recordChange(tx, 'workspace', workspace.id, version, workspace as unknown as Json);
  return workspace;
}

/** Removes a workspace; the caller holds the lock and records the event. */
export async function removeWorkspace(tx: Tx, workspace: Workspace): Promise<void> {
  await tx.query('DELETE FROM workspaces WHERE id = $1', [workspace.id]);
  await recordChange(tx, 'workspace', workspace.id, await nextVersion(tx), null);
}
