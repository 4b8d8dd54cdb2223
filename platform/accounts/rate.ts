/** The rate limit of a key: one conditional upsert on the database's clock, whatever the number of processes. */
import { type RatePlan, type RateState, ratePlan, rateState } from '../../shared/access/index.ts';
import { only, type Tx } from '../db/database.ts';

/** Microseconds since 1970 by the database's clock, not by the transaction's begin. */
const DATABASE_CLOCK = '(extract(epoch FROM clock_timestamp()) * 1000000)::bigint';
const TOUCH_MS = 60_000;
/** Refusals of a key become an event at most this often. */
const REFUSALS_US = 60_000_000;

export interface Slot extends RateState {
  readonly admitted: boolean;
  readonly plan: RatePlan;
  /** The key's last use is to be written again. */
  readonly touch: boolean;
  /** A refusal that is to become an event, with those before it. */
  readonly log: boolean;
}

/**
 * Takes one request from the key's quota, in a transaction under the platform role that holds nothing else: an admitted request counts
 * even when it fails later on.
 * @param nowMs the platform's clock, for the last use. @param clock SQL of the instant, microseconds; another one only for tests.
 */
export async function takeSlot(
  tx: Tx,
  keyId: string,
  limit: number,
  nowMs: number,
  clock = DATABASE_CLOCK,
): Promise<Slot> {
  const plan = ratePlan(limit);
  const { now, tat, touched } = only(
    await tx.query<{ now: number; tat: number | null; touched: number | null }>(
      `WITH clock AS MATERIALIZED (SELECT ${clock} AS now), slot AS (
         INSERT INTO key_rates AS k (key_id, tat, touched_at) SELECT $1, now + $2::bigint, $4::bigint FROM clock
         ON CONFLICT (key_id) DO UPDATE SET
           tat = greatest(k.tat, excluded.tat - $2::bigint) + $2::bigint,
           touched_at = CASE WHEN k.touched_at <= $4::bigint - $5::bigint THEN $4::bigint ELSE k.touched_at END
         WHERE excluded.tat - $2::bigint >= k.tat - $3::bigint
         RETURNING tat, touched_at
       ) SELECT now, tat, touched_at AS touched FROM clock LEFT JOIN slot ON true`,
      [keyId, plan.interval_us, plan.tolerance_us, nowMs, TOUCH_MS],
    ),
  );
  if (tat !== null) return { ...rateState(plan, tat, now), admitted: true, plan, touch: touched === nowMs, log: false };
  const refused = only(
    await tx.query<{ tat: number; logged: number }>(
      `UPDATE key_rates SET refused = refused + 1, refused_since = coalesce(refused_since, $2),
         logged_at = CASE WHEN logged_at > $2::bigint - $3::bigint THEN logged_at ELSE $2::bigint END
       WHERE key_id = $1 RETURNING tat, logged_at AS logged`,
      [keyId, now, REFUSALS_US],
    ),
  );
  return { ...rateState(plan, refused.tat, now), admitted: false, plan, touch: false, log: refused.logged === now };
}

export interface Refusals {
  readonly refused: number;
  /** Of the first, microseconds since 1970. */
  readonly since: number;
}

/** Takes the refusals not yet in an event; null when there are none. Under the platform role. */
export async function takeRefusals(tx: Tx, keyId: string): Promise<Refusals | null> {
  const rows = await tx.query<Refusals>(
    `WITH due AS (
       SELECT key_id, refused, refused_since AS since FROM key_rates WHERE key_id = $1 AND refused > 0 FOR UPDATE
     ), taken AS (
       UPDATE key_rates k SET refused = 0, refused_since = NULL FROM due WHERE k.key_id = due.key_id
     ) SELECT refused, since FROM due`,
    [keyId],
  );
  return rows[0] ?? null;
}

/** Keys whose last refusals stand in no event yet; nobody else is given them for a minute. Under the platform role. */
export async function claimRefusals(tx: Tx): Promise<{ keyId: string; orgId: string; accountId: string }[]> {
  return await tx.query(
    `UPDATE key_rates r SET logged_at = ${DATABASE_CLOCK} FROM service_keys k
     WHERE k.id = r.key_id AND r.refused > 0 AND r.logged_at <= ${DATABASE_CLOCK} - $1::bigint
     RETURNING r.key_id AS "keyId", k.org_id AS "orgId", k.account_id AS "accountId"`,
    [REFUSALS_US],
  );
}

/** Header fields of the IETF draft on rate limits (revision 11). */
export function rateHeaders({ plan, remaining, reset_s }: Pick<Slot, 'plan' | 'remaining' | 'reset_s'>) {
  return {
    'ratelimit-policy': `"key";q=${plan.limit};w=60`,
    ratelimit: `"key";r=${remaining};t=${reset_s}`,
  };
}
