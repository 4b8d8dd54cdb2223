import { z } from 'zod';
import type { Organization } from '../../shared/entities/index.ts';
import type { SessionUser } from '../auth/sessions.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { nextCursor, PAGE_MAX, PageQuery, readCursor } from '../http/pagination.ts';
import { type OrgRow, organizationOf } from './service.ts';

/** A page of organizations as long as one may be, for whoever asks for the caller and would not ask on. */
export const MeQuery = PageQuery.extend({ limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_MAX) });

/**
 * A page of the organizations a user's session reaches, those apart in which the user is suspended, so that it may be shorter than asked
 * for and yet not the last. Each is read under its own tenant's role, which takes two round trips: no role may read two tenants'
 * tables. Starts and ends under the platform role.
 */
export async function organizationsOf(
  core: Core,
  tx: Tx,
  { id: userId, confinedTo }: Pick<SessionUser, 'id' | 'confinedTo'>,
  { cursor, limit }: z.output<typeof PageQuery>,
): Promise<{ items: (Organization & { role: string })[]; next_cursor: string | null }> {
  const ids = await tx.query<{ id: string }>(
    `SELECT org_id AS id FROM memberships WHERE user_id = $1 AND org_id = coalesce($2, org_id) AND org_id > $3
     ORDER BY org_id LIMIT $4`,
    [userId, confinedTo, readCursor(cursor), limit + 1],
  );
  const items: (Organization & { role: string })[] = [];
  for (const { id } of ids.slice(0, limit)) {
    await asTenant(tx, core.instance, id);
    const rows = await tx.query<OrgRow & { role: string }>(
      `SELECT o.*, m.role FROM organization o, members m WHERE m.user_id = $1 AND m.status <> 'suspended'`,
      [userId],
    );
    if (rows[0]) items.push({ ...organizationOf(rows[0]), role: rows[0].role });
  }
  await asPlatform(tx, core.instance);
  return { items, next_cursor: nextCursor(ids, limit) };
}
