/** Threads of an organization's workspaces. */
import { v7 } from 'uuid';
import type { Thread } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion } from '../feed/feed.ts';
import { Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import type { Happening } from '../tenancy/events.ts';
import { countThread } from '../workspaces/service.ts';
import { reachSql } from './reach.ts';

interface ThreadRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly status: Thread['status'];
  readonly owner_type: Thread['owner']['type'];
  readonly owner_id: string;
  readonly shared_with: string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly version: number;
}

function show(row: ThreadRow, orgId: string): Thread {
  const { id, workspace_id, name, status, shared_with, version } = row;
  return {
    id,
    org_id: orgId,
    workspace_id,
    name,
    status,
    owner: { type: row.owner_type, id: row.owner_id },
    shared_with,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version,
  };
}

/** Threads within the asker's reach in id order after a cursor. */
export async function listThreads(
  context: OrgContext,
  query: { readonly workspace: string | undefined; readonly after: string; readonly limit: number },
): Promise<Thread[]> {
  const given = [query.after, query.limit, query.workspace ?? null];
  const [reach, params] = reachSql(context, 'threads:read', given);
  const rows = await context.tx.query<ThreadRow>(
    `SELECT * FROM threads WHERE id > $1 AND ($3::text IS NULL OR workspace_id = $3) AND ${reach} ORDER BY id LIMIT $2`,
    params,
  );
  return rows.map((row) => show(row, context.orgId));
}

/** A thread within the asker's workspaces, whoever owns it. Throws NOT_FOUND. */
export async function readThread({ tx, orgId, workspaces }: OrgContext, id: string): Promise<Thread> {
  const rows = await tx.query<ThreadRow>('SELECT * FROM threads WHERE id = $1', [id]);
  if (!rows[0] || (workspaces !== null && !workspaces.includes(rows[0].workspace_id))) {
    throw new AppError('NOT_FOUND', 'There is no such thread.');
  }
  return show(rows[0], orgId);
}

/** What the log keeps of a thread: its owner and those it is shared with decide what own and shared mean in a replay. */
export function threadStory(before: Thread | null, after: Thread | null): Omit<Happening, 'action'> {
  const one = (after ?? before)!;
  return {
    workspace: one.workspace_id,
    target: { type: 'thread', id: one.id },
    disclosures: {
      target: { name: one.name, owner: { ...one.owner }, shared_with: one.shared_with },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

export interface NewThread {
  readonly id?: string | undefined;
  readonly workspaceId: string;
  readonly name: string;
  readonly owner: Thread['owner'];
  readonly sharedWith?: readonly string[];
}

/**
 * Adds a thread and counts it in its workspace; the caller holds the lock and records the event.
 * Throws Problem limit-reached, NOT_FOUND (no such workspace), CONFLICT (id taken).
 */
export async function addThreadIn(core: Core, tx: Tx, orgId: string, input: NewThread): Promise<Thread> {
  await countThread(tx, orgId, input.workspaceId, 1);
  const rows = await tx.query<ThreadRow>(
    `INSERT INTO threads (id, workspace_id, name, status, owner_type, owner_id, shared_with, created_at, updated_at, version)
     VALUES ($1, $2, $3, 'open', $4, $5, $6::jsonb, $7, $7, $8) ON CONFLICT DO NOTHING RETURNING *`,
    [
      input.id ?? v7(),
      input.workspaceId,
      input.name,
      input.owner.type,
      input.owner.id,
      JSON.stringify(input.sharedWith ?? []),
      new Date(core.now()),
      await nextVersion(tx),
    ],
  );
  if (!rows[0]) throw new AppError('CONFLICT', 'There is a thread of that id already.');
  return show(rows[0], orgId);
}

/** Writes name, status and sharing; the caller holds the lock and records the event. */
export async function saveThread(core: Core, tx: Tx, thread: Thread): Promise<Thread> {
  const rows = await tx.query<ThreadRow>(
    `UPDATE threads SET name = $2, status = $3, shared_with = $4::jsonb, updated_at = $5, version = $6
     WHERE id = $1 RETURNING *`,
    [
      thread.id,
      thread.name,
      thread.status,
      JSON.stringify(thread.shared_with),
      new Date(core.now()),
      await nextVersion(tx),
    ],
  );
  return show(only(rows), thread.org_id);
}

/** Removes a thread with its logs and counts it out; the caller holds the lock and records the event. */
export async function removeThread(tx: Tx, thread: Thread): Promise<void> {
  await tx.query('DELETE FROM threads WHERE id = $1', [thread.id]);
  await countThread(tx, thread.org_id, thread.workspace_id, -1);
}

/** Throws Problem invalid-request for an id that is neither a member's nor a service account's. */
export async function checkShared(tx: Tx, ids: readonly string[]): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM changes WHERE kind IN ('member', 'service_account') AND op = 'put'
       AND id IN (SELECT jsonb_array_elements_text($1::jsonb))`,
    [JSON.stringify(ids)],
  );
  const known = new Set(rows.map(({ id }) => id));
  const i = ids.findIndex((id) => !known.has(id));
  if (i < 0) return;
  const errors = [{ path: `/shared_with/${i}`, message: `There is no member or service account ${ids[i]!}.` }];
  throw new Problem('invalid-request', errors[0]!.message, {}, { errors });
}
