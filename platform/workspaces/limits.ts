/** Limits of workspaces, counted under the organization's lock: two requests at once cannot both take the last place. */
import type { Member } from '../../shared/entities/index.ts';
import type { Tx } from '../db/database.ts';
import { invalidField, Problem } from '../http/problems.ts';

/** Throws Problem limit-reached when `used` is more than `max`. */
export function refuseOver(limit: 'max_users' | 'max_threads', max: number, used: number, wanted: number): void {
  if (wanted <= max) return;
  throw new Problem('limit-reached', `${limit} is ${max}; ${used} are used.`, {}, { details: { limit, max, used } });
}

interface Seat {
  readonly workspaces: readonly string[] | null;
  readonly status: Member['status'];
}
const sits = (seat: Seat, workspace: string): boolean =>
  seat.status !== 'suspended' && (seat.workspaces === null || seat.workspaces.includes(workspace));

const USED = `(SELECT count(*)::int FROM members m
  WHERE m.status <> 'suspended' AND (m.workspaces IS NULL OR m.workspaces @> to_jsonb(w.id)))`;

/** Members who may use the workspace, the suspended left out. */
export async function seatsUsed(tx: Tx, workspaceId: string): Promise<number> {
  const rows = await tx.query<{ used: number }>(`SELECT ${USED} AS used FROM (SELECT $1::text AS id) w`, [workspaceId]);
  return rows[0]?.used ?? 0;
}

/**
 * Takes the seats a member gains in workspaces; before it is saved, under the organization's lock. `before` null: a new member.
 * Throws Problem limit-reached, or invalid-request for a workspace that is not there.
 */
export async function reserveSeats(tx: Tx, before: Seat | null, after: Seat): Promise<void> {
  if (after.workspaces !== null && JSON.stringify(before?.workspaces) !== JSON.stringify(after.workspaces)) {
    const known = await tx.query<{ id: string }>(
      'SELECT id FROM workspaces WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))',
      [JSON.stringify(after.workspaces)],
    );
    const there = new Set(known.map(({ id }) => id));
    const missing = after.workspaces.find((id) => !there.has(id));
    if (missing !== undefined) throw invalidField('/workspaces', `There is no workspace ${missing}.`);
  }
  const rows = await tx.query<{ id: string; max: number; used: number }>(
    `SELECT w.id, w.max_users AS max, ${USED} AS used FROM workspaces w ORDER BY w.id`,
  );
  for (const { id, max, used } of rows) {
    if (sits(after, id) && !(before !== null && sits(before, id))) refuseOver('max_users', max, used, used + 1);
  }
}
