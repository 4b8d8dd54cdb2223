import type { Organization } from '../../shared/entities/index.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { readOrganization } from './service.ts';

/**
 * The organizations a user belongs to and is not suspended in, each read under its own tenant's role; starts and ends under the
 * platform role.
 */
export async function organizationsOf(
  core: Core,
  tx: Tx,
  userId: string,
): Promise<(Organization & { role: string })[]> {
  const ids = await tx.query<{ id: string }>(
    'SELECT org_id AS id FROM memberships WHERE user_id = $1 ORDER BY org_id',
    [userId],
  );
  const found: (Organization & { role: string })[] = [];
  for (const { id } of ids) {
    await asTenant(tx, core.instance, id);
    const rows = await tx.query<{ role: string }>(
      `SELECT role FROM members WHERE user_id = $1 AND status <> 'suspended'`,
      [userId],
    );
    const member = rows[0];
    if (member) found.push({ ...(await readOrganization(tx)), role: member.role });
  }
  await asPlatform(tx, core.instance);
  return found;
}
