/** The hashes of a stretch of whole bundles from the log's begin, which stay when its events are pruned. */
import { CompactRange, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { Tx } from '../db/database.ts';

/** The compact range over the events [0, to), `to` a multiple of 256. The transaction must be under the tenant's role. */
export async function rangeTo(tx: Tx, to: number): Promise<CompactRange> {
  const rows = await tx.query<{ hash: Uint8Array }>(
    'SELECT hash FROM log_nodes WHERE level = 1 AND idx < $1 ORDER BY idx',
    [to / TILE_WIDTH],
  );
  const range = CompactRange.empty(sha256);
  for (const { hash } of rows) {
    const begin = range.size;
    range.appendRange(CompactRange.over(begin, begin + TILE_WIDTH, [Uint8Array.from(hash)], sha256));
  }
  if (range.size !== to) throw new Error('the store lacks hashes of whole bundles');
  return range;
}
