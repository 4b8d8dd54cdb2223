/** What is not kept for ever: observations, once the spans that follow from them stand, and the names of batches. Chunks and spans stay. */

import { DAY, MINUTE } from '../../shared/sla/model.ts';
import { OWN_SERVICE } from '../../shared/sla/source.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { lockOrg } from '../log/append.ts';
import { purgeBatches } from './batches.ts';

/** Since it was taken. Later observations of the same time, and batches sent again, are put right for so long. */
export const KEPT_MS = 400 * DAY;
/** Nobody tells the platform late of itself. */
const OWN_KEPT_MS = 60 * MINUTE;
/** Rows of one purge: bounds the time its transaction takes. */
const PURGE_MAX = 20_000;

interface Gone {
  readonly series: number;
  readonly thinned: number;
}

/** Observations past their time; the newest of a series stays, from which the next one goes on. */
async function purgeChecks(tx: Tx, now: number): Promise<readonly Gone[]> {
  return await tx.query<Gone>(
    `WITH old AS (
       SELECT c.series, c.at FROM metric_checks c JOIN metric_series s ON s.id = c.series
       WHERE c.taken_at < CASE WHEN s.service = $3 THEN $2::bigint ELSE $1::bigint END
         AND EXISTS (SELECT 1 FROM metric_checks later WHERE later.series = c.series AND later.at > c.at)
       ORDER BY c.taken_at LIMIT $4
     ), gone AS (
       DELETE FROM metric_checks c USING old WHERE c.series = old.series AND c.at = old.at RETURNING c.series, c.at
     ) SELECT series, max(at) AS thinned FROM gone GROUP BY series`,
    [now - KEPT_MS, now - OWN_KEPT_MS, OWN_SERVICE, PURGE_MAX],
  );
}

/** Purges of one organization what is past its time, at most 20,000 observations and as many names at once. */
export async function purgeMetrics(core: Core, orgId: string): Promise<void> {
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    for (const { series, thinned } of await purgeChecks(tx, core.now())) {
      await tx.query('UPDATE metric_series SET thinned_to = greatest(thinned_to, $2) WHERE id = $1', [series, thinned]);
    }
    await purgeBatches(tx, core.now() - KEPT_MS, PURGE_MAX);
  });
}

/** One round over every organization; the rest of a long backlog is left to the next rounds. */
export async function purgeAllMetrics(core: Core): Promise<void> {
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  for (const { id } of orgs) await purgeMetrics(core, id);
}
