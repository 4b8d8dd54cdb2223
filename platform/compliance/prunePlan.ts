/** The plan of a pruning, read page by page so that a log of any length takes bounded memory. */
import {
  type HoldScope,
  type PolicyScope,
  planDay,
  planDigest,
  type RetentionPlan,
  RetentionPlanner,
} from '../../shared/compliance/retention.ts';
import { sha256 } from '../crypto.ts';
import { only, type Tx } from '../db/database.ts';
import { selectRecords } from './records.ts';

const PAGE_ROWS = 2_000;

interface Row {
  readonly seq: number;
  readonly entry: string;
  readonly entryBytes: number;
  readonly disclosedBytes: number;
}

/** What retention looks at in an entry of ours: it was made from a checked event. */
interface Entry {
  readonly recorded_at: string;
  readonly action: string;
  readonly workspace: string | null;
  readonly actor: { readonly id: string };
  readonly target: { readonly id: string } | null;
}

/** The first event that is still there. */
export async function prunedTo(tx: Tx): Promise<number> {
  const rows = await tx.query<{ at: number }>('SELECT log_pruned_to AS at FROM org_state');
  return only(rows).at;
}

/** What would go today, with the digest that whoever prunes names. The transaction must be under the tenant's role. */
export async function planPruning(tx: Tx, now: number): Promise<{ plan: RetentionPlan; digest: string }> {
  const policies = (await selectRecords(tx, 'retention_policy')) as unknown as PolicyScope[];
  const holds = (await selectRecords(tx, 'legal_hold')) as unknown as HoldScope[];
  const from = await prunedTo(tx);
  const planner = new RetentionPlanner(policies, holds, planDay(now), from);
  for (let at = from, going = true; going; ) {
    const rows = await tx.query<Row>(
      `SELECT seq, entry, octet_length(entry)::int AS "entryBytes", octet_length(disclosures)::int AS "disclosedBytes"
       FROM audit_events WHERE seq >= $1 ORDER BY seq LIMIT $2`,
      [at, PAGE_ROWS],
    );
    going = rows.length === PAGE_ROWS && rows.every((row) => planner.add(eventOf(row)));
    if (rows.length < PAGE_ROWS) rows.every((row) => planner.add(eventOf(row)));
    at += rows.length;
  }
  const plan = planner.plan();
  return { plan, digest: planDigest(plan, sha256) };
}

function eventOf({ seq, entry, entryBytes, disclosedBytes }: Row) {
  const { recorded_at, action, workspace, actor, target } = JSON.parse(entry) as Entry;
  return {
    ...{ seq, action, workspace, entryBytes, disclosedBytes },
    recorded: Date.parse(recorded_at),
    actor: actor.id,
    target: target?.id ?? null,
  };
}
