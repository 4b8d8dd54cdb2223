/**
 * The outbox of notifications: a row is written in the transaction of what it tells, sent after its commit, and kept as the delivery log.
 * Every function must be under the tenant's role.
 */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { SlaChannel, SlaDelivery } from '../../shared/entities/index.ts';
import { DAY, HOUR, MINUTE } from '../../shared/sla/model.ts';
import type { Tx } from '../db/database.ts';
import type { Message } from './message.ts';

/** Waits between tries: eight tries over some 24 hours. */
export const RETRY_MS: readonly number[] = [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 8 * HOUR, 8 * HOUR];
/** Whoever claims a delivery has it so long; then another may, as its sender has died. */
export const LEASE_MS = 2 * MINUTE;
const KEPT_MS = 90 * DAY;
/** Rows of one channel that are kept, and that may wait. */
const KEPT_MAX = 10_000;
const WAITING_MAX = 1_000;
const DETAIL_CHARS_MAX = 300;
const SPREAD = 0.1;

interface Row extends Omit<SlaDelivery, 'created_at' | 'last_attempt_at' | 'next_attempt_at'> {
  readonly created: number;
  readonly last: number | null;
  readonly next: number | null;
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const show = ({ created, last, next, ...row }: Row): SlaDelivery => ({
  ...row,
  created_at: new Date(created).toISOString(),
  last_attempt_at: iso(last),
  next_attempt_at: iso(next),
});

/** Newest first, those before a cursor. */
export async function listDeliveries(tx: Tx, channelId: string, before: string, limit: number): Promise<SlaDelivery[]> {
  const rows = await tx.query<Row>(
    `SELECT id, channel_id, event, subject, state, attempts, created_at AS created, last_at AS last, next_at AS next, detail
     FROM sla_deliveries WHERE channel_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3`,
    [channelId, before, limit],
  );
  return rows.map(show);
}

/** Puts a message into a channel's outbox and gives its id. Where too many wait already it is logged as failed, not lost without a trace. */
export async function enqueue(
  tx: Tx,
  channel: Pick<SlaChannel, 'id' | 'kind'>,
  message: Message,
  now: number,
): Promise<string> {
  const id = `msg_${v7({ msecs: now })}`;
  await tx.query(
    `INSERT INTO sla_deliveries (id, channel_id, event, subject, body, created_at, state, next_at, detail)
     SELECT $1, $2, $3, $4, $5, $6, CASE WHEN full_up THEN 'failed' ELSE 'waiting' END, CASE WHEN full_up THEN NULL ELSE $6::bigint END,
       CASE WHEN full_up THEN $8 ELSE '' END
     FROM (SELECT count(*) >= $7 AS full_up FROM sla_deliveries WHERE channel_id = $2 AND state = 'waiting') w`,
    [
      id,
      channel.id,
      message.event,
      message.subject,
      channel.kind === 'webhook' ? message.json : message.text,
      now,
      WAITING_MAX,
      `Not sent: ${WAITING_MAX} notifications wait for this channel already.`,
    ],
  );
  return id;
}

/** A delivery taken for one try. */
export interface Claimed {
  readonly id: string;
  readonly event: string;
  readonly subject: string;
  readonly body: string;
  /** This try's number, from 1. */
  readonly attempts: number;
  readonly channel: string;
  readonly kind: SlaChannel['kind'];
  readonly address: string;
  readonly enabled: boolean;
}

/** Takes what is due, oldest first, so that nobody else sends it meanwhile. `id`: that one alone. */
export async function claimDue(tx: Tx, now: number, limit: number, id: string | null = null): Promise<Claimed[]> {
  return await tx.query<Claimed>(
    `UPDATE sla_deliveries d SET attempts = attempts + 1, last_at = $1, next_at = $1 + $2::bigint FROM sla_channels c
     WHERE c.id = d.channel_id AND d.id IN (
       SELECT id FROM sla_deliveries WHERE state = 'waiting' AND next_at <= $1 AND ($4::text IS NULL OR id = $4)
       ORDER BY next_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING d.id, d.event, d.subject, d.body, d.attempts, c.id AS channel, c.kind, c.address, c.enabled`,
    [now, LEASE_MS, limit, id],
  );
}

/** When the next one is due; null: none waits. */
export async function nextDue(tx: Tx): Promise<number | null> {
  const rows = await tx.query<{ at: number | null }>(
    `SELECT min(next_at) AS at FROM sla_deliveries WHERE state = 'waiting'`,
  );
  return rows[0]?.at ?? null;
}

export interface Outcome {
  readonly delivered: boolean;
  readonly detail: string;
  /** It is pointless to try again. */
  readonly final: boolean;
}

/** Writes down what a try came to, and when the next one is, spread so that not all come at once. */
export async function settle(tx: Tx, { id, attempts }: Claimed, outcome: Outcome, now: number): Promise<void> {
  const wait = RETRY_MS[attempts - 1];
  const again = !outcome.delivered && !outcome.final && wait !== undefined;
  const spread = 1 + (SPREAD * randomBytes(1)[0]!) / 255;
  await tx.query(
    `UPDATE sla_deliveries SET state = $2, next_at = $3, detail = $4 WHERE id = $1 AND state = 'waiting' AND attempts = $5`,
    [
      id,
      outcome.delivered ? 'delivered' : again ? 'waiting' : 'failed',
      again ? Math.round(now + wait * spread) : null,
      outcome.detail
        .replace(/\p{Cc}+/gu, ' ')
        .slice(0, DETAIL_CHARS_MAX)
        .toWellFormed(),
      attempts,
    ],
  );
}

/** What a delivery came to. */
export async function readDelivery(tx: Tx, id: string): Promise<Pick<SlaDelivery, 'state' | 'detail'> | null> {
  const rows = await tx.query<Pick<SlaDelivery, 'state' | 'detail'>>(
    'SELECT state, detail FROM sla_deliveries WHERE id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** Forgets what is settled and old, and of a channel with very many the oldest. */
export async function purgeDeliveries(tx: Tx, now: number): Promise<void> {
  await tx.query(`DELETE FROM sla_deliveries WHERE state <> 'waiting' AND created_at < $1`, [now - KEPT_MS]);
  await tx.query(
    `DELETE FROM sla_deliveries d USING (
       SELECT id, row_number() OVER (PARTITION BY channel_id ORDER BY id DESC) AS n FROM sla_deliveries
     ) r WHERE r.id = d.id AND r.n > $1 AND d.state <> 'waiting'`,
    [KEPT_MAX],
  );
}
