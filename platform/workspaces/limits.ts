/** Limits of workspaces by the rules in shared/rbac, counted under the organization's lock: two requests at once cannot both take the last place. */
import { type LimitReached, type Seats, seatRefusals, seatsUsed } from '../../shared/rbac/index.ts';
import type { Tx } from '../db/database.ts';
import { invalidField, Problem } from '../http/problems.ts';

/** Throws Problem limit-reached for the first of the limits. */
export function refuseReached(reached: readonly LimitReached[]): void {
  const first = reached[0];
  if (first === undefined) return;
  const { words, limit, max, used } = first;
  throw new Problem('limit-reached', words, {}, { details: { limit, max, used } });
}

/** All members, those who are alike in status and workspaces counted together; under the organization's lock. */
async function readSeats(tx: Tx): Promise<readonly Seats[]> {
  return await tx.query<Seats>(
    'SELECT status, workspaces, count(*)::int AS members FROM members GROUP BY status, workspaces',
  );
}

/** Members who may use the workspace, the suspended left out. */
export async function usersOf(tx: Tx, workspaceId: string): Promise<number> {
  return seatsUsed(workspaceId, await readSeats(tx));
}

/**
 * Takes the seats a member gains in workspaces; before it is saved, under the organization's lock. `before` null: a new member.
 * Throws Problem limit-reached, or invalid-request for a workspace that is not there.
 */
export async function reserveSeats(tx: Tx, before: Seats | null, after: Seats): Promise<void> {
  const workspaces = await tx.query<{ id: string; name: string; max_users: number }>(
    'SELECT id, name, max_users FROM workspaces ORDER BY id',
  );
  if (after.workspaces !== null && JSON.stringify(before?.workspaces) !== JSON.stringify(after.workspaces)) {
    const there = new Set(workspaces.map(({ id }) => id));
    const missing = after.workspaces.find((id) => !there.has(id));
    if (missing !== undefined) throw invalidField('/workspaces', `There is no workspace ${missing}.`);
  }
  refuseReached(seatRefusals(before, after, workspaces, await readSeats(tx)));
}
