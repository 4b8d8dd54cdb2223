/** Every grant of an organization at one moment: what a campaign asks about. */
import type { AccessReviewItem } from '../../shared/entities/index.ts';
import type { Tx } from '../db/database.ts';
import { Problem } from '../http/problems.ts';

/** Items of one campaign. */
export const ITEMS_MAX = 20_000;

export interface Grant extends Pick<AccessReviewItem, 'source' | 'grant'> {
  readonly holder_type: AccessReviewItem['holder']['type'];
  readonly holder_id: string;
  readonly holder_name: string;
  /** User who holds it, or who owns the account that does. */
  readonly answers: string;
}

/**
 * The role and each extra grant of every member, suspended and invited ones too, and each permission of every account that is not revoked.
 * Throws Problem limit-reached.
 */
export async function readGrants(tx: Tx): Promise<readonly Grant[]> {
  const grants = await tx.query<Grant>(
    `SELECT * FROM (
       SELECT 'member' AS holder_type, id AS holder_id, name AS holder_name, user_id AS answers, 'role' AS source, role AS grant
         FROM members
       UNION ALL
       SELECT 'member', m.id, m.name, m.user_id, 'extra', e FROM members m, jsonb_array_elements_text(m.permissions) e
       UNION ALL
       SELECT 'service_account', a.id, a.name, a.owner_id, 'key', e
         FROM service_accounts a, jsonb_array_elements_text(a.permissions) e WHERE a.revoked_at IS NULL
     ) g ORDER BY holder_type, holder_name, holder_id, source DESC, "grant" LIMIT $1`,
    [ITEMS_MAX + 1],
  );
  if (grants.length <= ITEMS_MAX) return grants;
  throw new Problem(
    'limit-reached',
    `The organization has more than ${ITEMS_MAX} grants; one review asks about ${ITEMS_MAX} at most.`,
    {},
    { details: { limit: 'access_review_items', max: ITEMS_MAX, used: grants.length } },
  );
}
