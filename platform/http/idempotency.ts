/** Idempotency-Key: the answer of a mutation is stored in the mutation's own transaction and given again to a repeat. */
import { toBase64Url } from '../../shared/bytes.ts';
import type { Core } from '../core.ts';
import { sha256 } from '../crypto.ts';
import { only, type Tx } from '../db/database.ts';
import { asPlatform } from '../db/names.ts';
import { Problem } from './problems.ts';

const KEPT_MS = 24 * 3_600_000;
/** A reservation older than this is of a process that died: the work may be done again, it was rolled back. */
const IN_FLIGHT_MS_MAX = 120_000;

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const digest = (text: string): string => toBase64Url(sha256(Buffer.from(text)));

/** Key of the store: the same header from another user or for another route is another key. */
export function idempotencyKey(userId: string, method: string, url: string, header: string): string {
  return digest(JSON.stringify([userId, method, url, header]));
}

/**
 * Reserves the key, or gives the answer stored under it. Throws Problem idempotency-mismatch when the body is another,
 * request-in-flight when the first request is still under way.
 */
export async function reserve(core: Core, key: string, body: unknown): Promise<StoredAnswer | null> {
  const requestHash = digest(JSON.stringify(body instanceof Uint8Array ? toBase64Url(sha256(body)) : (body ?? null)));
  const now = core.now();
  return await core.platform(async (tx) => {
    await tx.query('DELETE FROM idempotency WHERE created_at < $1', [new Date(now - KEPT_MS)]);
    const made = await tx.query(
      `INSERT INTO idempotency (key, request_hash, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (key) DO UPDATE SET request_hash = excluded.request_hash, created_at = excluded.created_at
         WHERE idempotency.status IS NULL AND idempotency.created_at < $4
       RETURNING key`,
      [key, requestHash, new Date(now), new Date(now - IN_FLIGHT_MS_MAX)],
    );
    if (made.length > 0) return null;
    const row = only(
      await tx.query<{ hash: string; status: number | null; headers: Record<string, string>; body: string | null }>(
        'SELECT request_hash AS hash, status, headers, body FROM idempotency WHERE key = $1',
        [key],
      ),
    );
    if (row.hash !== requestHash) throw new Problem('idempotency-mismatch');
    if (row.status === null) throw new Problem('request-in-flight', 'Try again shortly.', { 'retry-after': '1' });
    return { status: row.status, headers: row.headers, body: row.body };
  });
}

/** Stores the answer in the mutation's transaction; leaves it under the platform role. */
export async function keepAnswer(core: Core, tx: Tx, key: string, answer: StoredAnswer): Promise<void> {
  await asPlatform(tx, core.instance);
  await tx.query('UPDATE idempotency SET status = $2, headers = $3::jsonb, body = $4 WHERE key = $1', [
    key,
    answer.status,
    JSON.stringify(answer.headers),
    answer.body,
  ]);
}

/** Frees the key after a refusal, so that a corrected request may use it. */
export async function release(core: Core, key: string): Promise<void> {
  await core.platform((tx) => tx.query('DELETE FROM idempotency WHERE key = $1 AND status IS NULL', [key]));
}
